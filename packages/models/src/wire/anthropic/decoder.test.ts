import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cuts, decodeChunks, decodeText, sseText, type Decoded } from "../../../test/decode-fixture.ts";
import type { ModelFailure } from "../../failure.ts";
import type { StreamDecoder } from "../adapter.ts";
import { createAnthropicDecoder } from "./decoder.ts";

const FIXTURE = readFileSync(
  new URL("../../../test/fixtures/anthropic/thinking-text-calls.sse", import.meta.url),
  "utf8",
);
const RECIPIENT = { provider: "anthropic", model: "claude-x" };

function decoder(onThoughtItselfOut: () => boolean = () => true): StreamDecoder {
  return createAnthropicDecoder({ recipient: RECIPIENT, customTools: new Set(["apply_patch"]), onThoughtItselfOut });
}

const mark = (data?: object): object => ({
  ...RECIPIENT,
  response_id: "msg_01",
  ...(data === undefined ? {} : { data }),
});
const reasoning = (text: string, data: object): object => ({
  type: "reasoning",
  summary: text === "" ? [] : [{ type: "summary_text", text }],
  content: null,
  encrypted_content: null,
  provider_state: mark(data),
});
const message = (...texts: readonly string[]): object => ({
  type: "message",
  role: "assistant",
  content: texts.map((text) => ({ type: "output_text", text })),
  provider_state: mark(),
});

test("a stream with thoughts, text and two calls becomes its events, cut at any byte", () => {
  const whole = {
    failure: null,
    events: [
      { type: "created" },
      { type: "itemAdded", itemId: "item_0", item: reasoning("", { signature: "" }) },
      { type: "reasoningSummaryPartAdded", itemId: "item_0", index: 0 },
      { type: "reasoningSummaryDelta", itemId: "item_0", index: 0, text: "Grüße " },
      { type: "reasoningSummaryDelta", itemId: "item_0", index: 0, text: "🧵" },
      { type: "itemDone", itemId: "item_0", item: reasoning("Grüße 🧵", { signature: "EoSig==" }) },
      { type: "itemAdded", itemId: "item_1", item: reasoning("", { redacted: "secret==" }) },
      { type: "itemDone", itemId: "item_1", item: reasoning("", { redacted: "secret==" }) },
      { type: "itemAdded", itemId: "item_2", item: message() },
      { type: "textDelta", itemId: "item_2", text: "Looking " },
      { type: "textDelta", itemId: "item_2", text: "around." },
      { type: "itemDone", itemId: "item_2", item: message("Looking around.") },
      {
        type: "itemAdded",
        itemId: "item_3",
        item: {
          type: "function_call",
          name: "shell_command",
          arguments: "",
          call_id: "toolu_1",
          provider_state: mark(),
        },
      },
      { type: "toolArgumentsDelta", itemId: "item_3", text: '{"command":' },
      { type: "toolArgumentsDelta", itemId: "item_3", text: '"ls"}' },
      {
        type: "itemDone",
        itemId: "item_3",
        item: {
          type: "function_call",
          name: "shell_command",
          arguments: '{"command":"ls"}',
          call_id: "toolu_1",
          provider_state: mark(),
        },
      },
      {
        type: "itemAdded",
        itemId: "item_4",
        item: {
          type: "custom_tool_call",
          name: "apply_patch",
          input: "",
          call_id: "toolu_2",
          provider_state: mark(),
        },
      },
      { type: "toolArgumentsDelta", itemId: "item_4", text: '{"input":"*** Begin Patch"}' },
      {
        type: "itemDone",
        itemId: "item_4",
        item: {
          type: "custom_tool_call",
          call_id: "toolu_2",
          name: "apply_patch",
          input: "*** Begin Patch",
          provider_state: mark(),
        },
      },
      {
        type: "completed",
        responseId: "msg_01",
        usage: {
          inputTokens: 100,
          cachedInputTokens: 65,
          outputTokens: 20,
          reasoningOutputTokens: 5,
          totalTokens: 120,
        },
        endTurn: true,
      },
    ],
  };
  expect(decodeText(decoder(), FIXTURE)).toEqual(whole);
  for (const chunks of cuts(FIXTURE)) expect(decodeChunks(decoder(), chunks)).toEqual(whole);
});

const START = { type: "message_start", message: { id: "msg_01", usage: { input_tokens: 1 } } };
const STOP = { type: "message_stop" };
const start = (content_block: object): object => ({ type: "content_block_start", index: 0, content_block });
const delta = (members: object): object => ({ type: "content_block_delta", index: 0, delta: members });
const end = { type: "content_block_stop", index: 0 };
const block = (content_block: object, ...deltas: readonly object[]): readonly object[] => [
  start(content_block),
  ...deltas.map(delta),
  end,
];
const stopped = (stop_reason: string): object => ({ type: "message_delta", delta: { stop_reason }, usage: {} });
const text = (...texts: readonly string[]): readonly object[] =>
  block({ type: "text", text: "" }, ...texts.map((piece) => ({ type: "text_delta", text: piece })));

function decode(...messages: readonly object[]): Decoded {
  return decodeText(decoder(), sseText([START, ...messages]));
}

const done = ({ events }: Decoded): unknown[] =>
  events.flatMap((event) => (event.type === "itemDone" ? [event.item] : []));

test("texts that follow each other are one message; a text that says nothing is none", () => {
  const decoded = decode(...text("a", "b"), ...text(), ...text("c"), stopped("end_turn"), STOP);
  expect(done(decoded)).toEqual([message("ab", "", "c")]);
  expect(done(decode(...text(), stopped("end_turn"), STOP))).toEqual([]);
});

test("a call without arguments has an empty object, one that came whole has what it came with", () => {
  const empty = block({ type: "tool_use", id: "t", name: "f", input: {} });
  const whole = block({ type: "tool_use", id: "u", name: "g", input: { a: 1 } });
  expect(done(decode(...empty, ...whole, stopped("tool_use"), STOP))).toMatchObject([
    { arguments: "{}", call_id: "t" },
    { arguments: '{"a":1}', call_id: "u" },
  ]);
});

test("a search of the provider's is one item, with what has to go back", () => {
  const use = { type: "server_tool_use", id: "s", name: "web_search", input: {} };
  const result = {
    type: "web_search_tool_result",
    tool_use_id: "s",
    content: [{ type: "web_search_result", url: "u" }],
  };
  const query = { type: "input_json_delta", partial_json: '{"query":"q"}' };
  expect(done(decode(...block(use, query), ...block(result), ...text("found"), stopped("end_turn"), STOP))).toEqual([
    {
      type: "web_search_call",
      status: "completed",
      action: { type: "search", query: "q" },
      provider_state: mark({ blocks: [{ ...use, input: { query: "q" } }, result] }),
    },
    message("found"),
  ]);
});

test("a pause is no end", () => {
  expect(decode(...text("a"), stopped("pause_turn"), STOP).events.at(-1)).toMatchObject({
    type: "completed",
    endTurn: false,
  });
});

test("a cut answer and a refusal are answers, with a warning", () => {
  for (const reason of ["max_tokens", "refusal"]) {
    const { events, failure } = decode(...text("a"), stopped(reason), STOP);
    expect([events.slice(-2).map(({ type }) => type), failure]).toEqual([["warning", "completed"], null]);
  }
});

test("an answer of nothing but thoughts is tried again with more room, once", () => {
  const messages = [START, ...block({ type: "thinking", thinking: "hm", signature: "s" }), stopped("max_tokens"), STOP];
  const kinds = [true, false].map(
    (again) =>
      decodeText(
        decoder(() => again),
        sseText(messages),
      ).failure?.kind,
  );
  expect(kinds).toEqual(["streamDisconnected", "invalidRequest"]);
});

test("a window that is full, and a stream without end, are failures", () => {
  expect(decode(...text("a"), stopped("model_context_window_exceeded"), STOP).failure?.kind).toBe(
    "contextWindowExceeded",
  );
  expect(decode(...text("a")).failure).toMatchObject({
    kind: "streamDisconnected",
    message: "stream closed before message_stop",
  });
});

test.each<[string, string, ModelFailure]>([
  ["overloaded_error", "x", { kind: "overloaded", delayMs: null }],
  ["rate_limit_error", "x", { kind: "rateLimited", status: 429, delayMs: null, requestId: null }],
  ["api_error", "x", { kind: "server", status: 500, requestId: null }],
  ["timeout_error", "x", { kind: "streamDisconnected", message: "x", httpStatusCode: null, delayMs: null }],
  ["billing_error", "x", { kind: "quotaExceeded", message: "x" }],
  ["authentication_error", "x", { kind: "unauthorized", status: null, body: "x", requestId: null }],
  ["request_too_large", "x", { kind: "contextWindowExceeded", message: "x" }],
  [
    "invalid_request_error",
    "prompt is too long: 9 > 8",
    { kind: "contextWindowExceeded", message: "prompt is too long: 9 > 8" },
  ],
  ["invalid_request_error", "image exceeds 5 MB", { kind: "invalidImage", message: "image exceeds 5 MB" }],
  ["invalid_request_error", "x", { kind: "invalidRequest", body: "x" }],
])("the error %s (%s) in a stream", (type, words, failure) => {
  expect(decode({ type: "error", error: { type, message: words } }).failure).toEqual(failure);
});
