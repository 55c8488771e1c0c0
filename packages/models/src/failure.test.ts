import { expect, test } from "vitest";
import { describeFailure } from "./describe-failure.ts";
import { isRetryable, ModelError, retryDelayMs, type ModelFailure } from "./failure.ts";

const STREAM: ModelFailure = { kind: "streamDisconnected", message: "gone", httpStatusCode: null, delayMs: null };

function status(status: number, body = ""): ModelFailure {
  return { kind: "unexpectedStatus", status, body, requestId: null, delayMs: null };
}

test.each<[ModelFailure, string]>([
  [
    { kind: "unexpectedStatus", status: 404, body: "nope", requestId: "req_9", delayMs: null },
    "unexpected status 404 Not Found: nope, request id: req_9",
  ],
  [status(401), "unexpected status 401 Unauthorized: "],
  [status(529, "busy"), "unexpected status 529: busy"],
  [
    { kind: "rateLimited", status: 429, delayMs: null, requestId: null },
    "exceeded retry limit, last status: 429 Too Many Requests",
  ],
  [
    { kind: "rateLimited", status: 429, delayMs: null, requestId: "req_1" },
    "exceeded retry limit, last status: 429 Too Many Requests, request id: req_1",
  ],
  [STREAM, "stream disconnected before completion: gone"],
  [{ kind: "invalidRequest", body: "plain text" }, "plain text"],
  [{ kind: "invalidRequest", body: '{"error":{"message":"bad thing"}}' }, "bad thing"],
  [{ kind: "invalidRequest", body: '[{"error":{"message":"bad thing"}}]' }, "bad thing"],
  [{ kind: "invalidRequest", body: '{"error":"bad"}' }, '{"error":"bad"}'],
  [
    { kind: "missingEnvironmentVariable", name: "X_KEY", instructions: "Get one." },
    "Missing environment variable: `X_KEY`. Get one.",
  ],
  [{ kind: "missingEnvironmentVariable", name: "X_KEY", instructions: null }, "Missing environment variable: `X_KEY`."],
  [{ kind: "unsupported", operation: "x" }, "unsupported operation: x"],
])("the words for %o", (failure, message) => {
  expect(new ModelError(failure).message).toBe(message);
});

test("a usage limit names the plan and when it ends: the time on the same day, else the date", () => {
  const now = new Date(2025, 11, 24, 9, 0);
  const at = (...[hour, minute, day]: [number, number, number]): number =>
    new Date(2025, 11, day, hour, minute).getTime() / 1000;
  const limit = (resetsAt: number | null): ModelFailure => ({
    kind: "usageLimit",
    planType: "plus",
    resetsAt,
    rateLimits: null,
  });
  expect([at(15, 5, 24), at(0, 0, 24), at(12, 30, 31), null].map((at) => describeFailure(limit(at), now))).toEqual([
    "The usage limit of the plan `plus` is reached. Try again at 3:05 PM.",
    "The usage limit of the plan `plus` is reached. Try again at 12:00 AM.",
    "The usage limit of the plan `plus` is reached. Try again at Dec 31st, 2025 12:30 PM.",
    "The usage limit of the plan `plus` is reached. Try again later.",
  ]);
});

test("a page of Cloudflare is not shown, its request id is", () => {
  const failure: ModelFailure = {
    kind: "unexpectedStatus",
    status: 403,
    body: "<html>Cloudflare: you have been blocked</html>",
    requestId: "ray",
    delayMs: null,
  };
  expect(describeFailure(failure)).toMatch(
    /^unexpected status 403 Forbidden: the request was blocked .*, request id: ray$/,
  );
});

test("refused requests are not retried, broken ones are", () => {
  const retried = [429, 500, 503, 529].map((code) => isRetryable(status(code)));
  const refused = [401, 403, 404, 422].map((code) => isRetryable(status(code)));
  expect([retried, refused, isRetryable(STREAM)]).toEqual([
    [true, true, true, true],
    [false, false, false, false],
    true,
  ]);
  expect(isRetryable({ kind: "contextWindowExceeded", message: "" })).toBe(false);
  expect(isRetryable({ kind: "invalidRequest", body: "" })).toBe(false);
});

test("delays double from 200 ms, with ten percent of jitter either way", () => {
  expect([1, 2, 3, 4, 5].map((retry) => retryDelayMs(STREAM, retry, () => 0.5))).toEqual([200, 400, 800, 1600, 3200]);
  expect(retryDelayMs(STREAM, 1, () => 0)).toBe(180);
  expect(retryDelayMs(STREAM, 1, () => 1)).toBeCloseTo(220);
});

test("the delay that a server asks for counts, up to a minute", () => {
  expect(retryDelayMs({ ...STREAM, delayMs: 1500 }, 1, () => 0)).toBe(1500);
  expect(retryDelayMs({ kind: "rateLimited", status: 429, delayMs: 3_600_000, requestId: null }, 1, () => 0)).toBe(
    60_000,
  );
});

test("an overloaded provider is left alone for longer", () => {
  const overloaded: ModelFailure = { kind: "overloaded", delayMs: null };
  expect([1, 2, 3, 4, 5, 6, 7].map((retry) => retryDelayMs(overloaded, retry, () => 0))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ]);
});
