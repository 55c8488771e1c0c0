import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cuts, decodeChunks, decodeText, sseText, type Decoded } from "../../../test/decode-fixture.ts";
import type { ModelFailure } from "../../failure.ts";
import type { StreamDecoder } from "../adapter.ts";
import { createChatDecoder } from "./decoder.ts";

const FIXTURE = readFileSync(new URL("../../../test/fixtures/chat/reasoning-text-calls.sse", import.meta.url), "utf8");

function decoder(): StreamDecoder {
  let made = 0;
  return createChatDecoder({
    recipient: { provider: "router", model: "m" },
    customTools: new Set(["apply_patch"]),
    newCallId: () => `made_${made++}`,
  });
}

/** A stream of these deltas; a string ends it with that reason. */
function decode(...chunks: readonly (object | string)[]): Decoded {
  const messages = chunks.map((chunk) =>
    typeof chunk === "string"
      ? { id: "g", choices: [{ index: 0, delta: {}, finish_reason: chunk }] }
      : { id: "g", choices: [{ index: 0, delta: chunk }] },
  );
  return decodeText(decoder(), sseText([...messages, "[DONE]"]));
}

const call = (index: number | undefined, id: string | undefined, name: string | undefined, json: string): object => ({
  tool_calls: [{ index, id, function: { name, arguments: json } }],
});

const done = ({ events }: Decoded): unknown[] =>
  events.flatMap((event) => (event.type === "itemDone" ? [event.item] : []));
const message = (text: string): object => ({
  type: "message",
  role: "assistant",
  content: [{ type: "output_text", text }],
});
const functionCall = (call_id: string, name: string, json: string): object => ({
  type: "function_call",
  name,
  arguments: json,
  call_id,
});

const details = [
  { type: "reasoning.text", text: "Grüße " },
  { type: "reasoning.text", text: "🧵", signature: "sig" },
];
const WHOLE: Decoded = {
  failure: null,
  events: [
    { type: "created" },
    {
      type: "itemAdded",
      itemId: "item_0",
      item: { type: "reasoning", summary: [], content: null, encrypted_content: null },
    },
    { type: "reasoningTextDelta", itemId: "item_0", index: 0, text: "Grüße " },
    { type: "reasoningTextDelta", itemId: "item_0", index: 0, text: "🧵" },
    {
      type: "itemDone",
      itemId: "item_0",
      item: {
        type: "reasoning",
        summary: [],
        content: [{ type: "reasoning_text", text: "Grüße 🧵" }],
        encrypted_content: null,
        provider_state: { provider: "router", model: "m", data: { field: "reasoning", details } },
      },
    },
    { type: "itemAdded", itemId: "item_1", item: { type: "message", role: "assistant", content: [] } },
    { type: "textDelta", itemId: "item_1", text: "Looking " },
    { type: "textDelta", itemId: "item_1", text: "around." },
    {
      type: "itemDone",
      itemId: "item_1",
      item: { type: "message", role: "assistant", content: [{ type: "output_text", text: "Looking around." }] },
    },
    {
      type: "itemAdded",
      itemId: "item_2",
      item: { type: "function_call", name: "shell_command", arguments: "", call_id: "call_a" },
    },
    { type: "toolArgumentsDelta", itemId: "item_2", text: '{"command":' },
    {
      type: "itemAdded",
      itemId: "item_3",
      item: { type: "custom_tool_call", name: "apply_patch", input: "", call_id: "call_b" },
    },
    { type: "toolArgumentsDelta", itemId: "item_3", text: '{"input":"*** Begin Patch"}' },
    { type: "toolArgumentsDelta", itemId: "item_2", text: '"ls"}' },
    {
      type: "itemDone",
      itemId: "item_2",
      item: { type: "function_call", name: "shell_command", arguments: '{"command":"ls"}', call_id: "call_a" },
    },
    {
      type: "itemDone",
      itemId: "item_3",
      item: { type: "custom_tool_call", call_id: "call_b", name: "apply_patch", input: "*** Begin Patch" },
    },
    {
      type: "completed",
      responseId: "gen-1",
      usage: { inputTokens: 100, cachedInputTokens: 64, outputTokens: 20, reasoningOutputTokens: 5, totalTokens: 120 },
      endTurn: true,
    },
  ],
};

test("a stream with reasoning, text and two calls becomes its events, cut at any byte", () => {
  expect(decodeText(decoder(), FIXTURE)).toEqual(WHOLE);
  for (const chunks of cuts(FIXTURE)) expect(decodeChunks(decoder(), chunks)).toEqual(WHOLE);
});

test("thoughts that a model writes into its text are told apart, wherever the tags are cut", () => {
  const text = "\n<think>\nhm < 1</think>\n\nAnswer with <think> in it";
  for (let size = 1; size <= text.length; size += 1) {
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
      text.slice(at * size, (at + 1) * size),
    );
    expect(done(decode(...pieces.map((content) => ({ content })), "stop"))).toEqual([
      {
        type: "reasoning",
        summary: [],
        content: [{ type: "reasoning_text", text: "\nhm < 1" }],
        encrypted_content: null,
        provider_state: { provider: "router", model: "m", data: { field: null } },
      },
      message("Answer with <think> in it"),
    ]);
  }
});

test("reasoning comes under several names, as text or as an object; content may be a list", () => {
  for (const reasoning of [
    { reasoning_content: "r" },
    { reasoning: { text: "r" } },
    { reasoning: { content: "r" } },
    { reasoning: "r", reasoning_content: "r" },
  ]) {
    const items = done(decode(reasoning, { content: [{ type: "text", text: "a" }, { text: "b" }] }, "stop"));
    expect(items).toMatchObject([
      { type: "reasoning", content: [{ type: "reasoning_text", text: "r" }] },
      message("ab"),
    ]);
  }
});

test("a call is found by its index, by its id, or as the last one", () => {
  const byIndex = decode(
    call(1, "b", "g", "{}"),
    call(0, "a", "f", '{"x"'),
    call(0, undefined, undefined, ":1}"),
    "tool_calls",
  );
  expect(done(byIndex)).toEqual([functionCall("b", "g", "{}"), functionCall("a", "f", '{"x":1}')]);
  const byId = decode(
    call(undefined, "a", "f", "{"),
    call(undefined, "b", "g", "{"),
    call(undefined, "a", "", "}"),
    "tool_calls",
  );
  expect(done(byId)).toEqual([functionCall("a", "f", "{}"), functionCall("b", "g", "{")]);
  const last = decode(call(undefined, "a", "f", "{"), call(undefined, undefined, undefined, "}"), "tool_calls");
  expect(done(last)).toEqual([functionCall("a", "f", "{}")]);
});

test("calls that share an index are told by their ids", () => {
  const shared = decode(call(0, "a", "f", "{}"), call(0, "b", "g", "{}"), "tool_calls");
  expect(done(shared)).toEqual([functionCall("a", "f", "{}"), functionCall("b", "g", "{}")]);
});

test("a call without id gets one, a call without name is none, an old-style call is a call", () => {
  const odd = decode(call(0, "", "f", "{}"), call(1, "x", "", "{}"), "tool_calls");
  expect(done(odd)).toEqual([functionCall("made_0", "f", "{}")]);
  const old = decode(
    { function_call: { name: "f", arguments: "{" } },
    { function_call: { arguments: "}" } },
    "function_call",
  );
  expect(done(old)).toEqual([functionCall("made_0", "f", "{}")]);
});

test("a stream that ends without a reason has the calls whose arguments are whole", () => {
  const { events, failure } = decode({ content: "a" }, call(0, "a", "f", '{"x":1}'), call(1, "b", "g", '{"x'));
  expect(done({ events, failure })).toEqual([message("a"), functionCall("a", "f", '{"x":1}')]);
  expect(events.at(-1)).toEqual({ type: "completed", responseId: "g", usage: null, endTurn: true });
});

test("an answer that reached its limit is a short one, and a call that was cut stays as it is", () => {
  const { events } = decode({ content: "a" }, call(0, "a", "f", '{"x'), "length");
  expect(done({ events, failure: null })).toEqual([message("a"), functionCall("a", "f", '{"x')]);
  expect(events.map(({ type }) => type).slice(-2)).toEqual(["warning", "completed"]);
});

test.each<[string, readonly (object | string)[], ModelFailure["kind"]]>([
  ["the limit was reached without a word", ["length"], "contextWindowExceeded"],
  ["a filter stopped it", [{ content: "a" }, "content_filter"], "contentFilter"],
  ["the provider gave up", [{ content: "a" }, "error"], "streamDisconnected"],
  ["the provider is short of machines", [{ content: "a" }, "insufficient_system_resource"], "overloaded"],
])("an answer fails when %s", (_name, chunks, kind) => {
  expect(decode(...chunks).failure?.kind).toBe(kind);
});

test.each<[object, ModelFailure]>([
  [
    { code: 429, message: "slow" },
    { kind: "rateLimited", status: 429, delayMs: null, requestId: null },
  ],
  [
    { code: 402, message: "no credits" },
    { kind: "quotaExceeded", message: "no credits" },
  ],
  [
    { code: 500, message: "x" },
    { kind: "server", status: 500, requestId: null },
  ],
  [
    { code: "context_length_exceeded", message: "long" },
    { kind: "contextWindowExceeded", message: "long" },
  ],
  [{ message: "hm" }, { kind: "streamDisconnected", message: "hm", httpStatusCode: null, delayMs: null }],
])("an error in the stream, %o, is a failure", (error, failure) => {
  expect(decodeText(decoder(), sseText([{ id: "g", error, choices: [] }])).failure).toEqual(failure);
});

test("reasons to end have other names at some endpoints, and an empty one is none", () => {
  const empty = { id: "g", choices: [{ index: 0, delta: { content: "a" }, finish_reason: "" }] };
  const ended = { id: "g", choices: [{ index: 0, delta: { content: "b" }, finish_reason: "eos" }] };
  expect(done(decodeText(decoder(), sseText([empty, ended, "[DONE]"])))).toEqual([message("ab")]);
  expect(done(decode(call(0, "a", "f", ""), "tool_use"))).toEqual([functionCall("a", "f", "")]);
  const cut = decode({ content: "a" }, call(0, "a", "f", '{"x'), "model_length");
  expect(done(cut)).toEqual([message("a"), functionCall("a", "f", '{"x')]);
});

test("a refusal is what the model says; blank lines before a call are not", () => {
  expect(done(decode({ refusal: "I will " }, { refusal: "not." }, "stop"))).toEqual([message("I will not.")]);
  expect(done(decode({ content: "\n\n" }, call(0, "a", "f", "{}"), "tool_calls"))).toEqual([
    functionCall("a", "f", "{}"),
  ]);
});

test("a stream without a single chunk can be retried", () => {
  expect(decodeText(decoder(), ": nothing\n\n").failure?.kind).toBe("streamDisconnected");
});
