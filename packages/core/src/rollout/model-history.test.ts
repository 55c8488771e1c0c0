import type { ResponseItem } from "@heddle/models";
import type { JsonValue } from "@heddle/protocol";
import { expect, test } from "vitest";
import { SUMMARY_PREFIX, summaryMessage } from "../context/instructions/compact.ts";
import { rebuildHistory } from "./model-history.ts";

const message = (role: "user" | "assistant" | "developer" | "system", text: string): ResponseItem => ({
  type: "message",
  role,
  content: [{ type: role === "assistant" ? "output_text" : "input_text", text }],
});
const user = (text: string) => message("user", text);
const DEVELOPER = message("developer", "DEV");
const AGENTS = user("# AGENTS.md instructions for /repo\n\n<INSTRUCTIONS>\nx\n</INSTRUCTIONS>");
const ENVIRONMENT = user("<environment_context>\n  <cwd>/repo</cwd>\n</environment_context>");
const UPDATE = user("<environment_context>\n  <cwd>/other</cwd>\n</environment_context>");
const CALL: ResponseItem = { type: "function_call", name: "shell", arguments: "{}", call_id: "c1" };

/** A line for an item, or for a compaction. */
function rebuild(...parts: (ResponseItem | { compacted: JsonValue } | { noise: string })[]): ResponseItem[] {
  const lines = parts.map((part) => {
    const timestamp = "2026-11-22T07:20:02.827Z";
    if ("compacted" in part) return { timestamp, type: "compacted", payload: part.compacted };
    if ("noise" in part) return { timestamp, type: part.noise, payload: { type: "message" } };
    const payload: JsonValue = JSON.parse(JSON.stringify(part));
    return { timestamp, type: "response_item", payload };
  });
  return rebuildHistory(lines, (payload) => (payload === null ? null : (payload as unknown as ResponseItem)));
}

test("items are the history, in order; other lines and system messages are not", () => {
  expect(
    rebuild({ noise: "session_meta" }, DEVELOPER, message("system", "s"), { noise: "turn_context" }, user("a"), CALL),
  ).toEqual([DEVELOPER, user("a"), CALL]);
});

test("a compaction that brings its history replaces what was before", () => {
  const summary: ResponseItem = { type: "compaction_summary", encrypted_content: "CMP==" };
  expect(
    rebuild(
      user("a"),
      { compacted: { message: "", replacement_history: [JSON.parse(JSON.stringify(summary))] } },
      user("b"),
    ),
  ).toEqual([summary, user("b")]);
});

test("a compaction with a summary keeps the context, what the user said, and the summary", () => {
  expect(
    rebuild(
      DEVELOPER,
      AGENTS,
      ENVIRONMENT,
      user("first"),
      CALL,
      message("assistant", "working"),
      user("<user_shell_command>\nls\n</user_shell_command>"),
      UPDATE,
      user("second"),
      { compacted: { message: "THEIR PREFIX\nsummary" } },
      message("assistant", "on it"),
    ),
  ).toEqual([
    DEVELOPER,
    AGENTS,
    ENVIRONMENT,
    UPDATE,
    user("first"),
    user("second"),
    user("THEIR PREFIX\nsummary"),
    message("assistant", "on it"),
  ]);
});

test("summaries do not pile up, whoever wrote them", () => {
  expect(
    rebuild(
      user("a"),
      { compacted: { message: "THEIR PREFIX\none" } },
      user("b"),
      { compacted: { message: summaryMessage("two") } },
      { compacted: { message: summaryMessage("three") } },
    ),
  ).toEqual([user("a"), user("b"), user(`${SUMMARY_PREFIX}\nthree`)]);
});

test("the newest 20,000 tokens of the user's messages stay, the crossing one cut in its middle", () => {
  const [old, crossing, recent] = ["o".repeat(400), "c".repeat(44_000), "r".repeat(40_000)];
  const [first, second, summary] = rebuild(user(old), user(crossing), user(recent), { compacted: { message: "S" } });
  expect(first).toEqual(user(`${"c".repeat(20_000)}…1000 tokens truncated…${"c".repeat(20_000)}`));
  expect([second, summary]).toEqual([user(recent), user("S")]);
});

test("images of the user are not carried over, texts of one message are joined", () => {
  const mixed: ResponseItem = {
    type: "message",
    role: "user",
    content: [
      { type: "input_text", text: "look" },
      { type: "input_image", image_url: "data:image/png;base64,AA==" },
      { type: "input_text", text: "here" },
    ],
  };
  const picture: ResponseItem = { type: "message", role: "user", content: [{ type: "input_image", image_url: "x" }] };
  expect(rebuild(mixed, picture, { compacted: { message: "S" } })).toEqual([user("look\nhere"), user("S")]);
});
