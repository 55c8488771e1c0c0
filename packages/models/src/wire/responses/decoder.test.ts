import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cuts, decodeChunks, decodeText, sseText, type Decoded } from "../../../test/decode-fixture.ts";
import type { ModelFailure } from "../../failure.ts";
import { createResponsesDecoder } from "./decoder.ts";

const ORIGIN = { provider: "openai", model: "m", keepIds: false };
const FIXTURE = readFileSync(
  new URL("../../../test/fixtures/responses/reasoning-text-call.sse", import.meta.url),
  "utf8",
);

function decode(...messages: readonly (object | string)[]): Decoded {
  return decodeText(createResponsesDecoder(ORIGIN), sseText(messages));
}

const COMPLETED = { type: "response.completed", response: { id: "r" } };
const completed = { type: "completed", responseId: "r", usage: null, endTurn: true };

const WHOLE: Decoded = {
  failure: null,
  events: [
    { type: "created" },
    {
      type: "itemAdded",
      itemId: "rs_1",
      item: { type: "reasoning", summary: [], content: null, encrypted_content: null },
    },
    { type: "reasoningSummaryPartAdded", itemId: "rs_1", index: 0 },
    { type: "reasoningSummaryDelta", itemId: "rs_1", index: 0, text: "**Größe** 🧵" },
    { type: "reasoningTextDelta", itemId: "rs_1", index: 0, text: "raw" },
    {
      type: "itemDone",
      itemId: "rs_1",
      item: {
        type: "reasoning",
        summary: [{ type: "summary_text", text: "**Größe** 🧵" }],
        content: null,
        encrypted_content: "ENC==",
        provider_state: { provider: "openai", model: "m" },
      },
    },
    { type: "itemAdded", itemId: "msg_1", item: { type: "message", role: "assistant", content: [] } },
    { type: "textDelta", itemId: "msg_1", text: "Hello " },
    { type: "textDelta", itemId: "msg_1", text: "wörld" },
    {
      type: "itemDone",
      itemId: "msg_1",
      item: { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello wörld" }] },
    },
    {
      type: "itemAdded",
      itemId: "fc_1",
      item: { type: "function_call", name: "shell_command", arguments: "", call_id: "call_1" },
    },
    { type: "toolArgumentsDelta", itemId: "fc_1", text: '{"command":"ls"}' },
    {
      type: "itemDone",
      itemId: "fc_1",
      item: { type: "function_call", name: "shell_command", arguments: '{"command":"ls"}', call_id: "call_1" },
    },
    {
      type: "completed",
      responseId: "resp_7",
      usage: { inputTokens: 100, cachedInputTokens: 64, outputTokens: 20, reasoningOutputTokens: 5, totalTokens: 120 },
      endTurn: true,
    },
  ],
};

test("a stream with reasoning, text and a call becomes its events; what means nothing is skipped", () => {
  expect(decodeText(createResponsesDecoder(ORIGIN), FIXTURE)).toEqual(WHOLE);
});

test.each([
  ["LF", FIXTURE],
  ["CRLF", FIXTURE.replaceAll("\n", "\r\n")],
  ["CR", FIXTURE.replaceAll("\n", "\r")],
  ["a byte order mark", `\uFEFF${FIXTURE}`],
])("cut at any byte, a stream with %s comes to the same events", (_name, text) => {
  for (const chunks of cuts(text)) expect(decodeChunks(createResponsesDecoder(ORIGIN), chunks)).toEqual(WHOLE);
});

test("the last event counts without its blank line", () => {
  expect(decodeText(createResponsesDecoder(ORIGIN), `data: ${JSON.stringify(COMPLETED)}`).events).toEqual([completed]);
});

test("items without id get one that holds from their beginning over their deltas to their end", () => {
  const message = { type: "message", role: "assistant", content: [] };
  const { events } = decode(
    { type: "response.output_item.added", output_index: 0, item: message },
    { type: "response.output_text.delta", output_index: 0, delta: "a" },
    { type: "response.output_item.done", output_index: 0, item: message },
    { type: "response.output_item.added", item: message },
    { type: "response.output_text.delta", delta: "b" },
    { type: "response.output_item.done", item: message },
    { type: "response.output_item.done", item: message },
    COMPLETED,
  );
  expect(events.map((event) => ("itemId" in event ? [event.type, event.itemId] : [event.type]))).toEqual([
    ["itemAdded", "item_0"],
    ["textDelta", "item_0"],
    ["itemDone", "item_0"],
    ["itemAdded", "item_1"],
    ["textDelta", "item_1"],
    ["itemDone", "item_1"],
    ["itemDone", "item_2"],
    ["completed"],
  ]);
});

test("an item of an unknown type is kept verbatim, one that is malformed is skipped", () => {
  const future = { type: "future_call", id: "x", answer: 42 };
  const done = (item: unknown): object => ({ type: "response.output_item.done", output_index: 0, item });
  const { events } = decode(
    done(future),
    done({ type: "function_call", name: "x" }),
    done("text"),
    done(null),
    COMPLETED,
  );
  expect(events).toEqual([{ type: "itemDone", itemId: "x", item: { type: "other", raw: future } }, completed]);
});

test("content that is a text is a part, and usage that cannot be is none", () => {
  const item = { id: "m", type: "message", role: "assistant", content: "hi" };
  const usage = { input_tokens: -5, output_tokens: 7, total_tokens: 1e300 };
  const { events } = decode(
    { type: "response.output_item.done", item },
    { type: "response.completed", response: { id: "r", usage } },
  );
  expect(events).toEqual([
    {
      type: "itemDone",
      itemId: "m",
      item: { type: "message", role: "assistant", content: [{ type: "output_text", text: "hi" }] },
    },
    {
      type: "completed",
      responseId: "r",
      usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 7, reasoningOutputTokens: 0, totalTokens: 7 },
      endTurn: true,
    },
  ]);
});

test("ids stay on the items for endpoints that want them back", () => {
  const item = { type: "function_call", id: "fc_1", name: "f", arguments: "{}", call_id: "c" };
  const text = sseText([{ type: "response.output_item.done", item }, COMPLETED]);
  expect(decodeText(createResponsesDecoder({ ...ORIGIN, keepIds: true }), text).events[0]).toEqual({
    type: "itemDone",
    itemId: "fc_1",
    item: { type: "function_call", id: "fc_1", name: "f", arguments: "{}", call_id: "c" },
  });
});

test("a refusal is text", () => {
  const { events } = decode(
    { type: "response.refusal.delta", item_id: "msg", delta: "No." },
    {
      type: "response.output_item.done",
      item: { type: "message", id: "msg", role: "assistant", content: [{ type: "refusal", refusal: "No." }] },
    },
    COMPLETED,
  );
  expect(events).toEqual([
    { type: "textDelta", itemId: "msg", text: "No." },
    {
      type: "itemDone",
      itemId: "msg",
      item: { type: "message", role: "assistant", content: [{ type: "output_text", text: "No." }] },
    },
    completed,
  ]);
});

test("nothing comes after `completed`", () => {
  const failed = { type: "response.failed", response: { error: { code: "server_error" } } };
  expect(decode(COMPLETED, failed, { type: "response.created", response: {} })).toEqual({
    events: [completed],
    failure: null,
  });
});

test("a stream that ends early can be retried, and what it said before counts", () => {
  expect(decode({ type: "response.created", response: {} })).toEqual({
    events: [{ type: "created" }],
    failure: {
      kind: "streamDisconnected",
      message: "stream closed before response.completed",
      httpStatusCode: null,
      delayMs: null,
    },
  });
});

const broke = (message: string, delayMs: number | null = null): ModelFailure => ({
  kind: "streamDisconnected",
  message,
  httpStatusCode: null,
  delayMs,
});

test.each<[object, ModelFailure]>([
  [
    { code: "context_length_exceeded", message: "too long" },
    { kind: "contextWindowExceeded", message: "too long" },
  ],
  [
    { code: "insufficient_quota", message: "pay" },
    { kind: "quotaExceeded", message: "pay" },
  ],
  [{ code: "usage_not_included" }, { kind: "usageNotIncluded" }],
  [
    { code: "usage_limit_reached", plan_type: "plus", resets_at: 5 },
    { kind: "usageLimit", planType: "plus", resetsAt: 5, rateLimits: null },
  ],
  [
    { code: "usage_limit_reached", resets_at: 1e20 },
    { kind: "usageLimit", planType: null, resetsAt: null, rateLimits: null },
  ],
  [{ code: "rate_limit_exceeded", message: "Please try again in 1.5s." }, broke("Please try again in 1.5s.", 1500)],
  [{ code: "rate_limit_exceeded", message: "Try again in 20ms" }, broke("Try again in 20ms", 20)],
  [{ code: "rate_limit_exceeded", message: "try again in 3 seconds" }, broke("try again in 3 seconds", 3000)],
  [{ code: "rate_limit_exceeded", message: "slow down" }, broke("slow down")],
  [{ code: "server_error", message: "try again in 1s" }, broke("try again in 1s")],
  [
    { code: "invalid_prompt", message: "bad" },
    { kind: "invalidRequest", body: "bad" },
  ],
  [
    { code: "image_too_large", message: "big" },
    { kind: "invalidImage", message: "big" },
  ],
  [{}, broke("the endpoint reported a failure without saying which")],
])("the failure %o, in a response or on its own", (error, failure) => {
  expect(decode({ type: "response.failed", response: { id: "r", error } }).failure).toEqual(failure);
  expect(decode({ type: "error", ...error }).failure).toEqual(failure);
  expect(decode({ type: "error", error }).failure).toEqual(failure);
});

test("an answer that reached the output limit is a short answer; without a word it is an error", () => {
  const cut = {
    type: "response.incomplete",
    response: { id: "r", incomplete_details: { reason: "max_output_tokens" } },
  };
  const { events, failure } = decode({ type: "response.output_text.delta", item_id: "m", delta: "Well" }, cut);
  expect([events.map(({ type }) => type), failure]).toEqual([["textDelta", "warning", "completed"], null]);
  expect(decode(cut).failure?.kind).toBe("invalidRequest");
});

test("an answer that a filter stopped is an error", () => {
  const incomplete = (reason: string): object => ({
    type: "response.incomplete",
    response: { incomplete_details: { reason } },
  });
  expect(decode(incomplete("content_filter")).failure?.kind).toBe("contentFilter");
  expect(decode(incomplete("moon phase")).failure).toEqual(broke("incomplete response, reason: moon phase"));
});
