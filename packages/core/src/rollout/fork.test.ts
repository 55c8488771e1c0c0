import type { JsonValue } from "@heddle/protocol";
import { expect, test } from "vitest";
import { decodeResponseItem } from "../thread/decode-item.ts";
import { linesBeforeMessage } from "./fork.ts";
import type { RolloutLine } from "./reader.ts";

const line = (type: string, payload: JsonValue): RolloutLine => ({
  timestamp: "2026-11-22T07:20:02.827Z",
  type,
  payload,
});
const message = (role: string, text: string) =>
  line("response_item", { type: "message", role, content: [{ type: "input_text", text }] });
const event = (fields: JsonValue) => line("event", { v: 1, event: fields });
const started = (turnId: string) => event({ type: "turnStarted", turnId });
const shown = (text: string) =>
  event({
    type: "itemCompleted",
    turnId: "0",
    item: { type: "userMessage", id: "u", content: [{ type: "text", text }] },
  });

const META = line("session_meta", { id: "01a20220-0000-7000-8000-000000000001" });
const SETTINGS = line("turn_context", { cwd: "/repo" });
const CONTEXT = message("user", "<environment_context>\n</environment_context>");
const ANSWER = message("assistant", "ok");

const before = (lines: readonly RolloutLine[], index: number) => linesBeforeMessage(lines, index, decodeResponseItem);

test("a fork ends before the turn that the message began", () => {
  const head = [META, CONTEXT, started("0"), SETTINGS, shown("a"), message("user", "a"), ANSWER];
  const lines = [...head, started("1"), SETTINGS, CONTEXT, shown("b"), message("user", "b"), ANSWER];
  expect(before(lines, 1)).toEqual(head);
  expect(before(lines, 0)).toEqual([META, CONTEXT]);
});

test("a message that joined a running turn is cut away, the turn is not", () => {
  const head = [META, started("0"), SETTINGS, shown("a"), message("user", "a"), ANSWER];
  expect(before([...head, shown("b"), message("user", "b")], 1)).toEqual(head);
});

test("a rollout of the reference is cut strictly before the message, behind its context", () => {
  const told = line("event_msg", { type: "user_message", message: "a" });
  const head = [META, CONTEXT, message("user", "a"), told, SETTINGS, ANSWER, CONTEXT];
  expect(before([...head, message("user", "b"), told], 1)).toEqual(head);
  expect(before([...head, message("user", "b"), told], 0)).toEqual([META, CONTEXT]);
});

test("without so many messages nothing is left", () => {
  expect(before([META, message("user", "a")], 1)).toEqual([]);
});
