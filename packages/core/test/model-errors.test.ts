import type { ThreadEvent } from "@heddle/core";
import { step, type Reply } from "@heddle/testkit";
import { expect, test } from "vitest";
import { runTurn, startEngineRig } from "./support/engine-rig.ts";

const GOOD: Reply = [step.text("fine")];
const RETRIES = "request_max_retries = 4\nstream_max_retries = 5";
const TWO = "request_max_retries = 0\nstream_max_retries = 2";

/** What clients are told of a turn's failures, and what it cost. */
interface Outcome {
  readonly requests: number;
  /** In milliseconds, those of the request layer and of the stream layer. */
  readonly delays: readonly number[];
  /** The status of each announced repetition. */
  readonly notices: readonly (number | null)[];
  readonly end: unknown;
}

async function outcomeOf(
  script: readonly Reply[],
  provider = RETRIES,
  more: Partial<Parameters<typeof startEngineRig>[0]> = {},
): Promise<Outcome> {
  await using rig = await startEngineRig({ script, provider, ...more });
  const thread = await rig.engine.startThread(await rig.threadOptions());
  const events = await runTurn(thread, "go");
  return { requests: rig.model.requests.length, delays: rig.delays, notices: noticesOf(events), end: endOf(events) };
}

function noticesOf(events: readonly ThreadEvent[]): (number | null)[] {
  const notices = events.flatMap((event) => (event.type === "retrying" ? [event] : []));
  const most = notices.length;
  return notices.map(({ message, info }, index) => {
    expect(message).toMatch(new RegExp(`^Reconnecting... ${index + 1}/[${most}-9]$`));
    return (info as { responseStreamDisconnected: { httpStatusCode: number | null } }).responseStreamDisconnected
      .httpStatusCode;
  });
}

/** How the turn ended: `completed`, or the text and the kind of its error, which was announced before. */
function endOf(events: readonly ThreadEvent[]): unknown {
  const last = events.at(-1);
  if (last?.type !== "turnCompleted") throw new Error("the turn did not end");
  const failed = events.flatMap((event) => (event.type === "turnFailed" ? [event.error] : []));
  if (last.outcome.status !== "failed") return last.outcome.status;
  expect(failed).toEqual([last.outcome.error]);
  return [last.outcome.error.codexErrorInfo, last.outcome.error.message];
}

const DOUBLING = [200, 400, 800, 1600];
const TIMES_5 = [200, 400, 800, 1600, 3200];
const failed = (error: object): Reply => [step.raw({ type: "response.failed", response: { id: "r", error } })];

test.each<[string, readonly Reply[], Outcome]>([
  [
    "500 for ever: one shared budget, ten requests",
    [[step.http(500, "boom")]],
    {
      requests: 10,
      delays: [...DOUBLING, ...TIMES_5],
      notices: [null, null, null, null, null],
      end: ["internalServerError", expect.stringContaining("500 Internal Server Error")],
    },
  ],
  [
    "503 twice, then an answer: nobody is told",
    [[step.http(503)], [step.http(503)], GOOD],
    { requests: 3, delays: [200, 400], notices: [], end: "completed" },
  ],
  [
    "429 without a known type: the stream layer alone",
    [[step.http(429, { error: { message: "slow" } }, { "x-request-id": "req_1" })]],
    {
      requests: 6,
      delays: TIMES_5,
      notices: [429, 429, 429, 429, 429],
      end: [
        { responseTooManyFailedAttempts: { httpStatusCode: 429 } },
        "exceeded retry limit, last status: 429 Too Many Requests, request id: req_1",
      ],
    },
  ],
  [
    "429 with Retry-After in seconds",
    [[step.http(429, "", { "retry-after": "2" })], GOOD],
    { requests: 2, delays: [2000], notices: [429], end: "completed" },
  ],
  [
    "429 with Retry-After in milliseconds, which wins",
    [[step.http(429, "", { "retry-after": "2", "retry-after-ms": "30" })], GOOD],
    { requests: 2, delays: [30], notices: [429], end: "completed" },
  ],
  [
    "429 with a Retry-After of an hour: a minute at most",
    [[step.http(429, "", { "retry-after": "3600" })], GOOD],
    { requests: 2, delays: [60_000], notices: [429], end: "completed" },
  ],
  [
    "429 with a Retry-After that is a date long past: at once",
    [[step.http(429, "", { "retry-after": "Sun, 06 Nov 1994 08:49:37 GMT" })], GOOD],
    { requests: 2, delays: [0], notices: [429], end: "completed" },
  ],
  [
    "503 and 529 with Retry-After",
    [[step.http(503, "", { "retry-after": "3" })], [step.http(529, "", { "retry-after": "4" })], GOOD],
    { requests: 3, delays: [3000, 4000], notices: [], end: "completed" },
  ],
  [
    "400: not repeated, in the words of the body",
    [[step.http(400, { error: { message: "bad thing" } })]],
    { requests: 1, delays: [], notices: [], end: ["other", "bad thing"] },
  ],
  [
    "400 of another form",
    [[step.http(400, "just text")]],
    { requests: 1, delays: [], notices: [], end: ["other", "just text"] },
  ],
  [
    "401 without a login to refresh",
    [[step.http(401, "who are you")]],
    {
      requests: 1,
      delays: [],
      notices: [],
      end: ["unauthorized", "unexpected status 401 Unauthorized: who are you"],
    },
  ],
  [
    "404 names the request",
    [[step.http(404, "nope", { "x-request-id": "req_9" })]],
    {
      requests: 1,
      delays: [],
      notices: [],
      end: ["other", "unexpected status 404 Not Found: nope, request id: req_9"],
    },
  ],
  [
    "422",
    [[step.http(422, "no")]],
    { requests: 1, delays: [], notices: [], end: ["other", "unexpected status 422 Unprocessable Entity: no"] },
  ],
  [
    "403 of a protecting proxy",
    [[step.http(403, "<html>Cloudflare ... you have been blocked</html>", { "cf-ray": "ray_1" })]],
    {
      requests: 1,
      delays: [],
      notices: [],
      end: ["other", expect.stringMatching(/^unexpected status 403 Forbidden: the request was blocked .*ray_1$/)],
    },
  ],
  [
    "a usage limit",
    [[step.http(429, { error: { type: "usage_limit_reached", plan_type: "plus", resets_at: null } })]],
    { requests: 1, delays: [], notices: [], end: ["usageLimitExceeded", expect.stringContaining("plus")] },
  ],
  [
    "a plan that does not include the service",
    [[step.http(429, { error: { type: "usage_not_included" } })]],
    { requests: 1, delays: [], notices: [], end: ["usageLimitExceeded", expect.any(String)] },
  ],
  [
    "response.failed: a full window",
    [failed({ code: "context_length_exceeded", message: "long" })],
    { requests: 1, delays: [], notices: [], end: ["contextWindowExceeded", expect.any(String)] },
  ],
  [
    "response.failed: a quota",
    [failed({ code: "insufficient_quota", message: "pay" })],
    { requests: 1, delays: [], notices: [], end: ["usageLimitExceeded", expect.any(String)] },
  ],
  [
    "response.failed: a rate limit that names its delay",
    [failed({ code: "rate_limit_exceeded", message: "Please try again in 1.5s." }), GOOD],
    { requests: 2, delays: [1500], notices: [null], end: "completed" },
  ],
  [
    "response.failed: a policy",
    [failed({ code: "invalid_prompt", message: "not this" })],
    { requests: 1, delays: [], notices: [], end: ["other", "not this"] },
  ],
  [
    "response.incomplete by the filter",
    [
      [
        step.text("so"),
        step.raw({ type: "response.incomplete", response: { incomplete_details: { reason: "content_filter" } } }),
      ],
    ],
    { requests: 1, delays: [], notices: [], end: ["other", "The provider's content filter stopped the answer."] },
  ],
  [
    "response.incomplete at the output limit, with an answer",
    [
      [
        step.text("so"),
        step.raw({ type: "response.incomplete", response: { incomplete_details: { reason: "max_output_tokens" } } }),
      ],
    ],
    { requests: 1, delays: [], notices: [], end: "completed" },
  ],
  [
    "response.incomplete at the output limit, without a word",
    [[step.raw({ type: "response.incomplete", response: { incomplete_details: { reason: "max_output_tokens" } } })]],
    { requests: 1, delays: [], notices: [], end: ["other", expect.stringContaining("output limit")] },
  ],
  [
    "a stream that breaks off",
    [[step.drop()], GOOD],
    { requests: 2, delays: [200], notices: [null], end: "completed" },
  ],
  [
    "a stream that ends without its end",
    [[step.text("so"), step.end()], GOOD],
    { requests: 2, delays: [200], notices: [null], end: "completed" },
  ],
])("%s", async (_name, script, outcome) => {
  expect(await outcomeOf(script)).toEqual(outcome);
});

test("a stream that is broken as often as it may be ends the turn with the last reason", async () => {
  expect(await outcomeOf([[step.text("so"), step.end()]], TWO)).toEqual({
    requests: 3,
    delays: [200, 400],
    notices: [null, null],
    end: ["other", "stream disconnected before completion: stream closed before response.completed"],
  });
});

test("silence is given up after the idle time, and is one of the reasons to try again", async () => {
  const silent: Reply = [step.gate(new Promise(() => {}))];
  expect(await outcomeOf([silent], `${TWO}\nstream_idle_timeout_ms = 40`)).toEqual({
    requests: 3,
    delays: [200, 400],
    notices: [null, null],
    end: ["other", "stream disconnected before completion: idle timeout waiting for SSE"],
  });
});

test("an address where nobody listens is a failed connection", async () => {
  const port = await closedPort();
  const outcome = await outcomeOf([], TWO, { baseUrl: `http://127.0.0.1:${port}/v1` });
  expect(outcome).toEqual({
    requests: 0,
    delays: [200, 400],
    notices: [null, null],
    end: [
      { httpConnectionFailed: { httpStatusCode: null } },
      `stream disconnected before completion: error sending request for url (http://127.0.0.1:${port}/v1/responses): connect ECONNREFUSED 127.0.0.1:${port}`,
    ],
  });
});

test.each<[string, Reply, string]>([
  [
    "a page",
    [step.http(200, "<html>\n  <title>Log in</title>", { "content-type": "text/html" })],
    "text/html) and begins: <html> <title>Log in</title>.",
  ],
  ["JSON", [step.http(200, { choices: [] })], 'application/json) and begins: {"choices":[]}.'],
  ["nothing", [step.http(204, "", { "content-type": "text/plain" })], "text/plain) and is empty."],
])("%s where a stream should be is said to be none", async (_name, reply, text) => {
  const { end, notices } = await outcomeOf([reply], TWO);
  const status = reply.some((part) => part.type === "http" && part.status === 204) ? 204 : 200;
  expect(notices).toEqual([status, status]);
  expect(end).toEqual([{ responseStreamConnectionFailed: { httpStatusCode: status } }, expect.stringContaining(text)]);
  expect(JSON.stringify(end)).toContain("Check the provider's base_url and wire_api.");
});

test.each(["localhost:8080/v1", "ftp://models.example/v1", "http://"])(
  "the base URL %s is refused before anything is sent, and named",
  async (baseUrl) => {
    expect(await outcomeOf([], RETRIES, { baseUrl })).toEqual({
      requests: 0,
      delays: [],
      notices: [],
      end: ["other", expect.stringContaining(`base_url of the model provider \`scripted\`, \`${baseUrl}\`,`)],
    });
  },
);

test("a key that is not there is missed by name, with what to do about it", async () => {
  const provider = `${RETRIES}\nenv_key = "SOME_KEY"\nenv_key_instructions = "Ask Ada for one."`;
  expect(await outcomeOf([GOOD], provider)).toEqual({
    requests: 0,
    delays: [],
    notices: [],
    end: ["other", "Missing environment variable: `SOME_KEY`. Ask Ada for one."],
  });
  expect((await outcomeOf([GOOD], provider, { env: { SOME_KEY: "k" } })).end).toBe("completed");
});

test("a proxy that is no address is refused, without a word of its login", async () => {
  const env = { HTTP_PROXY: "http://user:secret@" };
  const { end, requests } = await outcomeOf([GOOD], RETRIES, { env, baseUrl: "http://models.example.test/v1" });
  expect([end, requests]).toEqual([["other", expect.stringContaining("proxy that the environment names")], 0]);
  expect(JSON.stringify(end)).not.toContain("secret");
});

test("an error that fills a book is cut, and its request still named", async () => {
  const { end } = await outcomeOf([[step.http(418, "x".repeat(100_000), { "x-request-id": "req_1" })]], TWO);
  expect(end).toEqual([
    "other",
    `unexpected status 418 I'm a teapot: ${"x".repeat(1000)}… (100000 characters in all), request id: req_1`,
  ]);
});

test("an interrupt ends a wait at once", async () => {
  let interrupt = (): void => {};
  await using rig = await startEngineRig({
    script: [[step.http(429, "", { "retry-after": "60" })]],
    provider: TWO,
    onDelay: () => interrupt(),
  });
  const thread = await rig.engine.startThread(await rig.threadOptions());
  interrupt = () => void thread.interrupt();
  const events = await runTurn(thread, "go");
  expect(endOf(events)).toBe("interrupted");
  expect(rig.model.requests.length).toBe(1);
});

/** A port of the loopback interface on which nobody listens. */
async function closedPort(): Promise<number> {
  const { createServer } = await import("node:net");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
