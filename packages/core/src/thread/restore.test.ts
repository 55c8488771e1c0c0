import { itemId, turnId } from "@heddle/protocol";
import { expect, test } from "vitest";
import { EngineError } from "../engine-error.ts";
import { NOTHING_SPENT } from "../limits/limit.ts";
import type { RolloutLine } from "../rollout/reader.ts";
import { encodeCompacted, encodeEvent, encodeResponseItem, encodeTurnContext, type EncodedLine } from "./codec.ts";
import type { StoredEvent } from "./events.ts";
import { restoreLines } from "./restore.ts";

const id = turnId("0");
const user = {
  type: "message" as const,
  role: "user" as const,
  content: [{ type: "input_text" as const, text: "go" }],
};
const call = { type: "function_call" as const, name: "shell", arguments: '{"command":["ls"]}', call_id: "c" };
const events: readonly StoredEvent[] = [
  { type: "turnStarted", turnId: id },
  {
    type: "itemCompleted",
    turnId: id,
    item: { type: "userMessage", id: itemId("u"), content: [{ type: "text", text: "go" }] },
  },
  {
    type: "approvalDecided",
    turnId: id,
    itemId: itemId("c"),
    record: { decision: "accept", by: "client", amendment: null },
  },
  { type: "stepEnded", turnId: id, followUp: true, spent: NOTHING_SPENT },
  {
    type: "turnCompleted",
    turnId: id,
    outcome: { status: "failed", error: { message: "m", codexErrorInfo: "other" } },
  },
];
const settings = {
  model: "m",
  provider: "p",
  effort: null,
  summary: "auto" as const,
  cwd: "/w",
  approvalPolicy: "never" as const,
  sandboxPolicy: { type: "read-only" as const },
};
/** A thread of the reference's that went on here: every kind of line that there is. */
const LINES: readonly RolloutLine[] = [
  {
    type: "session_meta",
    payload: { id: "01a20220-0000-7000-8000-000000000001", cwd: "/w", source: "vscode", git: {} },
  },
  { type: "event_msg", payload: { type: "entered_review_mode", user_facing_hint: "all" } },
  { type: "event_msg", payload: { type: "user_message", message: "look", images: ["data:,"] } },
  { type: "event_msg", payload: { type: "agent_reasoning", text: "hm" } },
  encodeResponseItem(call),
  encodeResponseItem({
    type: "function_call_output",
    call_id: "c",
    output: "Exit code: 0\nWall time: 0 seconds\nOutput:\n",
  }),
  { type: "event_msg", payload: { type: "exited_review_mode", review_output: { findings: [{ title: "t" }] } } },
  { type: "event_msg", payload: { type: "token_count", info: { last_token_usage: { total_tokens: 5 } } } },
  ...events.map(encodeEvent),
  encodeTurnContext(settings),
  encodeResponseItem(user),
  encodeResponseItem({ type: "reasoning", summary: [], content: null, encrypted_content: "E" }),
  encodeCompacted({ message: "SUM", items: [user, call] }),
  { type: "compacted", payload: { message: "SUM" } },
].map(toLine);

function toLine({ type, payload }: EncodedLine): RolloutLine {
  return { timestamp: "2026-11-22T07:20:02.827Z", type, payload: JSON.parse(JSON.stringify(payload)) as never };
}

/** Every place in a value, as the keys that lead to it; the value itself is the first. */
function* places(value: unknown): Generator<readonly string[]> {
  yield [];
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) for (const rest of places(member)) yield [key, ...rest];
}

/** The value with something else, or nothing, at one place of it. */
function spoiled(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined || typeof value !== "object" || value === null) return by;
  const entries = Object.entries(value).map(([name, member]: [string, unknown]) =>
    name === key ? [name, spoiled(member, rest, by)] : [name, member],
  );
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}

const OTHERS: readonly unknown[] = [undefined, null, 5, -1, "x", [], {}, true, [null], { type: "x" }];

/** Why a thread with this line does not open; null when it does. */
function problemOf(at: number, line: RolloutLine): Error | null {
  try {
    const restored = restoreLines({ lines: LINES.with(at, line), skipped: 0 }, "/r.jsonl");
    JSON.stringify([restored.turns(null), restored.history, restored.usage]);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

test("whatever stands at any place of a rollout, the thread opens without it, or the file is named as unreadable", () => {
  const problems: unknown[] = [];
  for (const [at, { type, payload }] of LINES.entries()) {
    const spoils = [...places(payload)].flatMap((place) => OTHERS.map((by) => spoiled(payload, place, by) ?? null));
    for (const spoil of spoils) {
      const problem = problemOf(at, toLine({ type, payload: spoil }));
      // Only the line that says which thread it is cannot be missed.
      const isClear = at === 0 && problem instanceof EngineError && problem.message.includes("/r.jsonl");
      if (problem !== null && !isClear) problems.push([type, spoil, problem.message]);
    }
  }
  expect(problems).toEqual([]);
});
