import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cuts, decodeChunks, decodeText, sseText, type Decoded } from "../../../test/decode-fixture.ts";
import type { ModelFailure } from "../../failure.ts";
import type { StreamDecoder } from "../adapter.ts";
import { createGeminiDecoder } from "./decoder.ts";

const FIXTURE = readFileSync(new URL("../../../test/fixtures/gemini/thought-text-calls.sse", import.meta.url), "utf8");
const RECIPIENT = { provider: "gemini", model: "gemini-x" };

function decoder(mayRepeat = true): StreamDecoder {
  return createGeminiDecoder({
    recipient: RECIPIENT,
    customTools: new Set(["apply_patch"]),
    newCallId: () => "made",
    mayRepeat,
  });
}

const mark = (signature?: string): object => ({
  ...RECIPIENT,
  response_id: "r1",
  ...(signature === undefined ? {} : { data: { signature } }),
});

test("a stream with thoughts, text and two calls becomes its events, cut at any byte", () => {
  const whole = {
    failure: null,
    events: [
      { type: "created" },
      {
        type: "itemAdded",
        itemId: "item_0",
        item: { type: "reasoning", summary: [], content: null, encrypted_content: null },
      },
      { type: "reasoningSummaryPartAdded", itemId: "item_0", index: 0 },
      { type: "reasoningSummaryDelta", itemId: "item_0", index: 0, text: "**Grüße** " },
      { type: "reasoningSummaryDelta", itemId: "item_0", index: 0, text: "🧵" },
      {
        type: "itemDone",
        itemId: "item_0",
        item: {
          type: "reasoning",
          summary: [{ type: "summary_text", text: "**Grüße** 🧵" }],
          content: null,
          encrypted_content: null,
          provider_state: mark(),
        },
      },
      { type: "itemAdded", itemId: "item_1", item: { type: "message", role: "assistant", content: [] } },
      { type: "textDelta", itemId: "item_1", text: "Looking " },
      { type: "textDelta", itemId: "item_1", text: "around." },
      {
        type: "itemDone",
        itemId: "item_1",
        item: {
          type: "message",
          role: "assistant",
          content: [{ type: "output_text", text: "Looking around." }],
          provider_state: mark("TextSig"),
        },
      },
      {
        type: "itemDone",
        itemId: "item_2",
        item: {
          type: "function_call",
          name: "shell_command",
          arguments: '{"command":"ls"}',
          call_id: "c1",
          provider_state: mark("CallSig"),
        },
      },
      {
        type: "itemDone",
        itemId: "item_3",
        item: {
          type: "custom_tool_call",
          call_id: "made",
          name: "apply_patch",
          input: "*** Begin Patch",
          provider_state: mark(),
        },
      },
      {
        type: "completed",
        responseId: "r1",
        usage: {
          inputTokens: 100,
          cachedInputTokens: 64,
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

/** A stream of these parts in a chunk each, with a reason at its end. */
function decode(finishReason: string | null, ...parts: readonly object[]): Decoded {
  return decodeText(decoder(), body(finishReason, ...parts));
}

function body(finishReason: string | null, ...parts: readonly object[]): string {
  const chunks = parts.map((part) => ({ responseId: "r1", candidates: [{ content: { parts: [part] } }] }));
  return sseText(finishReason === null ? chunks : [...chunks, { candidates: [{ finishReason }] }]);
}

test("a signature on its own is kept in an item of its own", () => {
  const { events } = decode("STOP", { functionCall: { name: "f" } }, { text: "", thoughtSignature: "alone" });
  expect(events.flatMap((event) => (event.type === "itemDone" ? [event.item] : []))).toEqual([
    { type: "function_call", name: "f", arguments: "{}", call_id: "made", provider_state: mark() },
    { type: "reasoning", summary: [], content: null, encrypted_content: null, provider_state: mark("alone") },
  ]);
});

test("code that ran at the provider is shown as text", () => {
  const { events } = decode(
    "STOP",
    { executableCode: { language: "PYTHON", code: "1+1" } },
    { codeExecutionResult: { outcome: "OUTCOME_OK", output: "2" } },
    { inlineData: { mimeType: "image/png", data: "AA" } },
  );
  expect(events.flatMap((event) => (event.type === "textDelta" ? [event.text] : []))).toEqual([
    "\n```python\n1+1\n```\n",
    "\n```\n2\n```\n",
  ]);
});

test.each<[string, boolean, "completed" | ModelFailure["kind"]]>([
  ["STOP", true, "completed"],
  ["MAX_TOKENS", true, "completed"],
  ["MAX_TOKENS", false, "invalidRequest"],
  ["SAFETY", true, "completed"],
  ["SAFETY", false, "contentFilter"],
  ["RECITATION", false, "contentFilter"],
  ["SOMETHING_NEW", false, "contentFilter"],
  ["MALFORMED_FUNCTION_CALL", true, "streamDisconnected"],
])("the reason %s, with an answer: %s, comes to %s", (reason, hasAnswer, outcome) => {
  const { events, failure } = decode(reason, hasAnswer ? { text: "a" } : { text: "hm", thought: true });
  expect(failure?.kind ?? events.at(-1)?.type).toBe(outcome);
  expect(events.some(({ type }) => type === "warning")).toBe(outcome === "completed" && reason !== "STOP");
});

test("a call that is none is asked for again once", () => {
  const kinds = [true, false].map((again) => decodeText(decoder(again), body("MALFORMED_FUNCTION_CALL")).failure?.kind);
  expect(kinds).toEqual(["streamDisconnected", "invalidRequest"]);
});

test("a prompt that is refused, an error in the stream and a stream without end are failures", () => {
  const failureOf = (message: object): ModelFailure | null => decodeText(decoder(), sseText([message])).failure;
  expect(failureOf({ promptFeedback: { blockReason: "SAFETY" } })?.kind).toBe("contentFilter");
  expect(failureOf({ error: { code: 503, message: "busy" } })).toEqual({ kind: "overloaded", delayMs: null });
  expect(decode(null, { text: "a" }).failure?.kind).toBe("streamDisconnected");
});
