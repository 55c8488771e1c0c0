import type { JsonValue } from "@heddle/protocol";
import { expect, test } from "vitest";
import type { RolloutLine } from "./reader.ts";
import { linesBeforeTurn, linesThroughTurn, withoutReverted } from "./turn-lines.ts";

const line = (type: string, payload: JsonValue): RolloutLine => ({
  timestamp: "2026-11-22T07:20:02.827Z",
  type,
  payload,
});
const message = (role: string, text: string) =>
  line("response_item", { type: "message", role, content: [{ type: "input_text", text }] });
const event = (type: string, turnId: string) => line("event", { v: 1, event: { type, turnId } });
const told = (text: string) => line("event_msg", { type: "user_message", message: text });

const META = line("session_meta", { id: "01a20220-0000-7000-8000-000000000001" });
const SETTINGS = line("turn_context", { cwd: "/repo" });
const CONTEXT = message("user", "<environment_context>\n</environment_context>");

/** A turn as its lines: start, settings, message, answer, end. */
const turn = (id: string): RolloutLine[] => [
  event("turnStarted", id),
  SETTINGS,
  message("user", `ask ${id}`),
  message("assistant", `answer ${id}`),
  event("turnCompleted", id),
];
const HEAD = [META, CONTEXT];

test("a cut before a turn and one through it meet between the turns", () => {
  const lines = [...HEAD, ...turn("0"), ...turn("1"), ...turn("2")];
  expect(linesBeforeTurn(lines, "1")).toEqual({ lines: [...HEAD, ...turn("0")], firstTurn: "1" });
  expect(linesThroughTurn(lines, "0")).toEqual([...HEAD, ...turn("0")]);
  expect(linesBeforeTurn(lines, "0")?.lines).toEqual(HEAD);
  expect(linesThroughTurn(lines, "2")).toEqual(lines);
});

test("a turn that the thread does not have cuts nothing", () => {
  expect(linesBeforeTurn(turn("0"), "7")).toBe(null);
  expect(linesThroughTurn(turn("0"), "7")).toBe(null);
});

test("turns that joined each other are cut together", () => {
  const joined = [
    ...turn("0").slice(0, -1),
    event("turnStarted", "1"),
    message("user", "more"),
    event("turnCompleted", "0"),
    event("turnCompleted", "1"),
  ];
  const lines = [...HEAD, ...joined, ...turn("2")];
  expect(linesBeforeTurn(lines, "1")).toEqual({ lines: HEAD, firstTurn: "0" });
  expect(linesThroughTurn(lines, "0")).toEqual([...HEAD, ...joined]);
});

test("a turn behind one that a crash cut off has joined nothing", () => {
  const cutOff = turn("0").slice(0, -1);
  const lines = [...HEAD, ...cutOff, ...turn("1")];
  expect(linesBeforeTurn(lines, "1")).toEqual({ lines: [...HEAD, ...cutOff], firstTurn: "1" });
});

test("the turns of the reference begin with what the model was told the user said", () => {
  const first = [message("user", "a"), told("a"), SETTINGS, message("assistant", "ok")];
  const second = [message("user", "b"), told("b"), SETTINGS];
  const lines = [...HEAD, ...first, ...second, ...turn("2")];
  expect(linesBeforeTurn(lines, "turn-2")?.lines).toEqual([...HEAD, ...first]);
  expect(linesThroughTurn(lines, "turn-2")).toEqual([...HEAD, ...first, ...second]);
  expect(linesBeforeTurn(lines, "2")?.lines).toEqual([...HEAD, ...first, ...second]);
});

test("what a revert has cut away does not count, what came behind it does", () => {
  const lines = [...HEAD, ...turn("0"), ...turn("1"), event("threadReverted", "1"), ...turn("2")];
  expect(withoutReverted(lines)).toEqual([...HEAD, ...turn("0"), ...turn("2")]);
  expect(withoutReverted([...lines, event("threadReverted", "0")])).toEqual(HEAD);
  expect(withoutReverted([...lines, event("threadReverted", "1")])).toEqual([...HEAD, ...turn("0"), ...turn("2")]);
});
