import { isRetryable, ModelError, retryDelayMs, type WireApi } from "@heddle/models";
import { startScriptedModel, step, type Reply } from "@heddle/testkit";
import { expect, test } from "vitest";
import { calm, collect, testClient, testRequest } from "./client-fixture.ts";
import { sseText } from "./decode-fixture.ts";

/** The kind of the failure that a reply comes to, and the waits before three repetitions; none where it is final. */
async function failureOf(wireApi: WireApi, reply: Reply): Promise<readonly [string, readonly number[]]> {
  await using model = await startScriptedModel([reply]);
  const { client } = testClient({ wireApi, baseUrl: model.baseUrl });
  const { error } = await collect(client.stream(testRequest({ model: "m" }), calm()));
  client.close();
  if (!(error instanceof ModelError)) throw new Error("no ModelError", { cause: error });
  const { failure } = error;
  const delays = [1, 2, 3].map((retry) => retryDelayMs(failure, retry, () => 0.5));
  return [failure.kind, isRetryable(failure) ? delays : []];
}

const NONE: readonly number[] = [];
const DOUBLING = [200, 400, 800];
const SLOW = [1000, 2000, 4000];

const anthropic = (type: string, message = "m"): object => ({ type: "error", error: { type, message } });
/** An `error` event behind the beginning of an answer. */
const midStream = (type: string): Reply => [
  step.bytes(sseText([{ type: "message_start", message: { id: "msg_1", usage: {} } }, anthropic(type)])),
];

test.each<[number | "stream", Reply | object, string, readonly number[]]>([
  [400, anthropic("invalid_request_error", "messages: wrong"), "invalidRequest", NONE],
  [400, anthropic("invalid_request_error", "prompt is too long: 1 > 2"), "contextWindowExceeded", NONE],
  [400, anthropic("invalid_request_error", "image exceeds 5 MB"), "invalidImage", NONE],
  [401, anthropic("authentication_error"), "unauthorized", NONE],
  [402, anthropic("billing_error"), "quotaExceeded", NONE],
  [403, anthropic("permission_error"), "unauthorized", NONE],
  [404, anthropic("not_found_error"), "unexpectedStatus", NONE],
  [413, anthropic("request_too_large"), "contextWindowExceeded", NONE],
  [429, anthropic("rate_limit_error"), "rateLimited", DOUBLING],
  [500, anthropic("api_error"), "server", DOUBLING],
  [504, anthropic("timeout_error"), "unexpectedStatus", DOUBLING],
  [529, anthropic("overloaded_error"), "overloaded", SLOW],
  ["stream", midStream("overloaded_error"), "overloaded", SLOW],
  ["stream", midStream("rate_limit_error"), "rateLimited", DOUBLING],
  ["stream", midStream("api_error"), "server", DOUBLING],
  ["stream", midStream("invalid_request_error"), "invalidRequest", NONE],
])("Anthropic, %s with %o", async (status, body, kind, delays) => {
  expect(await failureOf("anthropic", toReply(status, body))).toEqual([kind, delays]);
});

test("Anthropic's own word on asking again goes over what its status says", async () => {
  const advised = (status: number, advice: string): Reply => [
    step.http(status, anthropic("api_error"), { "x-should-retry": advice }),
  ];
  expect(await failureOf("anthropic", advised(500, "false"))).toEqual(["server", NONE]);
  expect(await failureOf("anthropic", advised(529, "false"))).toEqual(["overloaded", NONE]);
  expect(await failureOf("anthropic", advised(404, "true"))).toEqual(["unexpectedStatus", DOUBLING]);
  expect(await failureOf("anthropic", advised(400, "true"))).toEqual(["invalidRequest", NONE]);
});

const google = (status: string, message = "m", details: readonly object[] = []): object => ({
  error: { code: 0, status, message, details },
});
const detail = (name: string, members: object): object => ({
  "@type": `type.googleapis.com/google.rpc.${name}`,
  ...members,
});
const IN_17_S = detail("RetryInfo", { retryDelay: "17s" });
const DAILY = detail("QuotaFailure", { violations: [{ quotaId: "GenerateRequestsPerDayPerProject" }] });
const gemini = (chunk: object): Reply => [step.bytes(sseText([chunk]))];
const stopped = (finishReason: string): Reply =>
  gemini({ responseId: "r", candidates: [{ content: { parts: [] }, finishReason }] });

test.each<[number | "stream", Reply | object, string, readonly number[]]>([
  [400, google("INVALID_ARGUMENT"), "invalidRequest", NONE],
  [
    400,
    google("INVALID_ARGUMENT", "input exceeds the maximum number of tokens allowed"),
    "contextWindowExceeded",
    NONE,
  ],
  [400, [google("FAILED_PRECONDITION")], "invalidRequest", NONE],
  [401, google("UNAUTHENTICATED"), "unauthorized", NONE],
  [403, google("PERMISSION_DENIED"), "unauthorized", NONE],
  [404, google("NOT_FOUND"), "unexpectedStatus", NONE],
  [429, google("RESOURCE_EXHAUSTED", "m", [IN_17_S]), "rateLimited", [17_000, 17_000, 17_000]],
  [429, google("RESOURCE_EXHAUSTED", "m", [DAILY, IN_17_S]), "quotaExceeded", NONE],
  [500, google("INTERNAL"), "server", DOUBLING],
  [503, google("UNAVAILABLE"), "overloaded", SLOW],
  [504, google("DEADLINE_EXCEEDED"), "unexpectedStatus", DOUBLING],
  ["stream", stopped("SAFETY"), "contentFilter", NONE],
  ["stream", stopped("RECITATION"), "contentFilter", NONE],
  ["stream", stopped("MALFORMED_FUNCTION_CALL"), "streamDisconnected", DOUBLING],
  ["stream", gemini({ responseId: "r", promptFeedback: { blockReason: "SAFETY" } }), "contentFilter", NONE],
  ["stream", gemini({ error: { code: 503, status: "UNAVAILABLE", message: "busy" } }), "overloaded", SLOW],
])("Gemini, %s with %o", async (status, body, kind, delays) => {
  expect(await failureOf("gemini", toReply(status, body))).toEqual([kind, delays]);
});

test.each<[number, object | string, string, readonly number[]]>([
  [400, { error: { message: "This model's maximum context length is 8192 tokens" } }, "contextWindowExceeded", NONE],
  [400, { error: { message: "the request exceeds the available context size" } }, "contextWindowExceeded", NONE],
  [402, { error: { message: "Insufficient Balance" } }, "quotaExceeded", NONE],
  [404, { error: { message: "model 'm' not found" } }, "unexpectedStatus", NONE],
  [408, "timeout", "unexpectedStatus", DOUBLING],
  [422, { detail: [] }, "unexpectedStatus", NONE],
  [429, { error: { type: "insufficient_quota", message: "pay" } }, "quotaExceeded", NONE],
  [502, "<html>Bad gateway</html>", "unexpectedStatus", DOUBLING],
])("Chat Completions, %s with %o", async (status, body, kind, delays) => {
  expect(await failureOf("chat", [step.http(status, body)])).toEqual([kind, delays]);
});

function toReply(status: number | "stream", body: Reply | object): Reply {
  if (status !== "stream") return [step.http(status, body)];
  if (!Array.isArray(body)) throw new Error("a stream is a reply");
  return body as Reply;
}
