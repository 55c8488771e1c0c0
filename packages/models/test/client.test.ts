import { ModelError, type ModelClient, type ModelFailure, type ModelRequest } from "@heddle/models";
import { startScriptedModel, step } from "@heddle/testkit";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { calm, collect, testClient, testRequest } from "./client-fixture.ts";
import { sseText } from "./decode-fixture.ts";
import { listen } from "./server.ts";

const completed = {
  type: "completed",
  responseId: "resp_0",
  usage: { inputTokens: 100, cachedInputTokens: 0, outputTokens: 20, reasoningOutputTokens: 0, totalTokens: 120 },
  endTurn: true,
};

async function ask(
  client: ModelClient,
  request: ModelRequest = testRequest(),
): Promise<{
  readonly types: readonly string[];
  readonly failure: ModelFailure | null;
  readonly message: string | null;
}> {
  const { events, error } = await collect(client.stream(request, calm()));
  if (error !== null && !(error instanceof ModelError)) throw new Error("no ModelError", { cause: error });
  return { types: events.map(({ type }) => type), failure: error?.failure ?? null, message: error?.message ?? null };
}

test("an answer comes as its events, the request carries the thread's headers", async () => {
  await using model = await startScriptedModel([[step.text("Hello")]]);
  const { client } = testClient({ baseUrl: model.baseUrl, envKey: "KEY" }, { env: { KEY: "sk-1" } });
  const { events } = await collect(client.stream(testRequest({ subagent: "review" }), calm()));
  client.close();
  expect(events).toEqual([
    { type: "created" },
    { type: "itemAdded", itemId: "msg_0_0", item: { type: "message", role: "assistant", content: [] } },
    { type: "textDelta", itemId: "msg_0_0", text: "Hello" },
    {
      type: "itemDone",
      itemId: "msg_0_0",
      item: { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello" }] },
    },
    completed,
  ]);
  const [request] = model.requests;
  const { connection: _, host: __, "content-length": ___, ...headers } = request?.headers ?? {};
  expect([request?.method, request?.path, headers]).toEqual([
    "POST",
    "/v1/responses",
    {
      accept: "text/event-stream",
      authorization: "Bearer sk-1",
      "content-type": "application/json",
      conversation_id: "01a20220-0000-7000-8000-000000000000",
      session_id: "01a20220-0000-7000-8000-000000000000",
      originator: "heddle",
      "user-agent": "heddle/1.2.3 (Linux 6.1; x86_64) xterm",
      "x-openai-subagent": "review",
    },
  ]);
});

test("limits come before anything else, also when the request is refused", async () => {
  const primary = { usedPercent: 12.5, windowMinutes: 300, resetAt: 1_795_340_000 };
  await using model = await startScriptedModel([
    [step.rateLimits({ primary }), step.text("Hello")],
    [step.http(404, "nope", { "x-codex-primary-used-percent": "99", "x-codex-primary-window-minutes": "5" })],
  ]);
  const { client } = testClient({ baseUrl: model.baseUrl });
  const first = await collect(client.stream(testRequest(), calm()));
  const second = await collect(client.stream(testRequest(), calm()));
  client.close();
  expect(first.events[0]).toEqual({
    type: "rateLimits",
    snapshot: {
      primary: { usedPercent: 12.5, windowMinutes: 300, resetsAt: 1_795_340_000 },
      secondary: null,
      credits: null,
      planType: null,
    },
  });
  expect(second.events.map(({ type }) => type)).toEqual(["rateLimits"]);
});

test.each<[number, object | string, Record<string, string>, ModelFailure, string]>([
  [
    400,
    { error: { message: "bad thing", type: "invalid_request_error" } },
    {},
    { kind: "invalidRequest", body: '{"error":{"message":"bad thing","type":"invalid_request_error"}}' },
    "bad thing",
  ],
  [400, "plain", {}, { kind: "invalidRequest", body: "plain" }, "plain"],
  [
    401,
    { error: { message: "who are you" } },
    {},
    { kind: "unauthorized", status: 401, body: '{"error":{"message":"who are you"}}', requestId: null },
    'unexpected status 401 Unauthorized: {"error":{"message":"who are you"}}',
  ],
  [
    404,
    "nope",
    { "x-request-id": "req_9" },
    { kind: "unexpectedStatus", status: 404, body: "nope", requestId: "req_9", delayMs: null },
    "unexpected status 404 Not Found: nope, request id: req_9",
  ],
  [
    429,
    { error: { message: "slow down", type: "rate_limit" } },
    { "retry-after": "2" },
    { kind: "rateLimited", status: 429, delayMs: 2000, requestId: null },
    "exceeded retry limit, last status: 429 Too Many Requests",
  ],
  [
    429,
    { error: { type: "usage_limit_reached", plan_type: "plus", resets_at: null } },
    {},
    { kind: "usageLimit", planType: "plus", resetsAt: null, rateLimits: null },
    "The usage limit of the plan `plus` is reached. Try again later.",
  ],
  [
    503,
    { error: { message: "busy" } },
    {},
    { kind: "unexpectedStatus", status: 503, body: '{"error":{"message":"busy"}}', requestId: null, delayMs: null },
    'unexpected status 503 Service Unavailable: {"error":{"message":"busy"}}',
  ],
  [
    307,
    "",
    { location: "http://127.0.0.1:9/else" },
    { kind: "unexpectedStatus", status: 307, body: "", requestId: null, delayMs: null },
    "unexpected status 307 Temporary Redirect: ",
  ],
])("a reply with status %i and %o is a failure of its kind", async (...[status, body, headers, failure, message]) => {
  await using model = await startScriptedModel([[step.http(status, body, headers)]]);
  const { client } = testClient({ baseUrl: model.baseUrl });
  expect(await ask(client)).toEqual({ types: [], failure, message });
  expect(model.requests.length).toBe(1);
  client.close();
});

test("429 for what the plan does not include, and 400 for an image or a full window, are told apart", async () => {
  await using model = await startScriptedModel([
    [step.http(429, { error: { type: "usage_not_included" } })],
    [step.http(400, { error: { message: "The image data you provided does not represent a valid image" } })],
    [step.http(400, { error: { code: "context_length_exceeded", message: "too long" } })],
    [step.http(500, "boom")],
  ]);
  const { client } = testClient({ baseUrl: model.baseUrl });
  const kinds: unknown[] = [];
  for (let i = 0; i < 4; i += 1) kinds.push((await ask(client)).failure?.kind);
  client.close();
  expect(kinds).toEqual(["usageNotIncluded", "invalidImage", "contextWindowExceeded", "server"]);
});

test("5xx and broken connections are retried within the first attempt, with growing delays", async () => {
  await using model = await startScriptedModel([[step.http(503)], [step.http(500)], [step.text("Hello")]]);
  await using closing = await startClosingServer();
  const { client, sleeps } = testClient({ baseUrl: model.baseUrl, requestMaxRetries: 4 });
  expect((await ask(client)).failure).toBe(null);
  expect(sleeps).toEqual([200, 400]);
  const broken = testClient({ baseUrl: closing.baseUrl, requestMaxRetries: 2 });
  expect((await ask(broken.client)).failure?.kind).toBe("network");
  expect(broken.sleeps).toEqual([200, 400]);
  client.close();
  broken.client.close();
});

test("later stream attempts send one request each, and 4xx are never repeated", async () => {
  await using model = await startScriptedModel([[step.http(503)], [step.http(429)]]);
  const { client, sleeps } = testClient({ baseUrl: model.baseUrl, requestMaxRetries: 4 });
  await ask(client, testRequest({ attempt: 1 }));
  await ask(client);
  client.close();
  expect([model.requests.length, sleeps]).toEqual([2, []]);
});

test("a server that names a delay with its 503 is given it", async () => {
  await using model = await startScriptedModel([
    [step.http(503, "", { "retry-after-ms": "1234" })],
    [step.text("Hello")],
  ]);
  const { client, sleeps } = testClient({ baseUrl: model.baseUrl, requestMaxRetries: 1 });
  expect((await ask(client)).failure).toBe(null);
  client.close();
  expect(sleeps).toEqual([1234]);
});

test("where nobody listens, the failure names the address and the reason, and no query", async () => {
  await using model = await startScriptedModel([]);
  await model.close();
  const { client } = testClient({ baseUrl: model.baseUrl, queryParams: { key: "secret" } });
  const { failure, message } = await ask(client);
  client.close();
  expect(failure?.kind).toBe("network");
  expect(message).toMatch(
    /^stream disconnected before completion: error sending request for url \(http:\/\/127\.0\.0\.1:\d+\/v1\/responses\): connect ECONNREFUSED /,
  );
});

test("a stream that breaks in the middle keeps what it said and can be retried", async () => {
  await using model = await startScriptedModel([[step.text("part"), step.drop()]]);
  const { client } = testClient({ baseUrl: model.baseUrl, requestMaxRetries: 3 });
  const { types, failure, message } = await ask(client);
  client.close();
  expect(types).toEqual(["created", "itemAdded", "textDelta", "itemDone"]);
  expect(failure?.kind).toBe("streamDisconnected");
  expect(message).toBe(
    "stream disconnected before completion: Transport error: network error: error decoding response body",
  );
  expect(model.requests.length).toBe(1);
});

test("a stream that falls silent is given up, comments do not count as a sign of life", async () => {
  const silence = new Promise(() => {});
  await using model = await startScriptedModel([
    [
      step.bytes('data: {"type":"response.created","response":{}}\n\n'),
      step.bytes(": still here\n\n"),
      step.gate(silence),
    ],
  ]);
  const { client } = testClient({ baseUrl: model.baseUrl, streamIdleTimeoutMs: 40 });
  const { types, failure } = await ask(client);
  client.close();
  expect([types, failure]).toEqual([
    ["created"],
    { kind: "streamDisconnected", message: "idle timeout waiting for SSE", httpStatusCode: null, delayMs: null },
  ]);
  expect(await model.requests[0]?.closed).toBe("aborted");
});

test("a server that does not answer at all is given up after the same time", async () => {
  await using model = await startScriptedModel([[step.gate(new Promise(() => {})), step.http(200)]]);
  const { client } = testClient({ baseUrl: model.baseUrl, streamIdleTimeoutMs: 40 });
  expect((await ask(client)).failure).toEqual({ kind: "timeout", url: `${model.baseUrl}/responses`, limitMs: 40 });
  client.close();
});

test("an aborted signal sends nothing", async () => {
  await using model = await startScriptedModel([[step.text("Hello")]]);
  const { client } = testClient({ baseUrl: model.baseUrl });
  const { error } = await collect(client.stream(testRequest(), { signal: AbortSignal.abort("stop") }));
  expect([error, model.requests.length]).toEqual(["stop", 0]);
});

test("aborting before the reply closes the socket and throws the reason", async () => {
  await using model = await startScriptedModel([[step.gate(new Promise(() => {})), step.http(200)]]);
  const { client } = testClient({ baseUrl: model.baseUrl });
  const abort = new AbortController();
  const reading = collect(client.stream(testRequest(), { signal: abort.signal }));
  await until(() => model.requests.length > 0);
  const reason = new Error("interrupted");
  abort.abort(reason);
  expect(await reading).toEqual({ events: [], error: reason });
  expect(await model.requests[0]?.closed).toBe("aborted");
  client.close();
});

test("aborting in the middle of the stream closes the socket and throws the reason", async () => {
  await using model = await startScriptedModel([[step.text("Hel"), step.gate(new Promise(() => {}))]]);
  const { client } = testClient({ baseUrl: model.baseUrl });
  const abort = new AbortController();
  const reason = new Error("interrupted");
  const reading = (async () => {
    for await (const { type } of client.stream(testRequest(), { signal: abort.signal })) {
      if (type === "itemDone") setImmediate(() => abort.abort(reason));
    }
  })();
  await expect(reading).rejects.toBe(reason);
  expect(await model.requests[0]?.closed).toBe("aborted");
  client.close();
});

test("nothing more is given after an abort, even of what has arrived", async () => {
  await using model = await startScriptedModel([[step.text(["a", "b", "c"])]]);
  const { client } = testClient({ baseUrl: model.baseUrl });
  const abort = new AbortController();
  const received: string[] = [];
  const reading = (async () => {
    for await (const event of client.stream(testRequest(), { signal: abort.signal })) {
      if (event.type !== "textDelta") continue;
      received.push(event.text);
      abort.abort("stop");
    }
  })();
  await expect(reading).rejects.toBe("stop");
  expect(received).toEqual(["a"]);
  client.close();
});

test("an abort while a retry is waited for ends the wait", async () => {
  await using model = await startScriptedModel([[step.http(503, "", { "retry-after": "50" })]]);
  const abort = new AbortController();
  const { client } = testClient(
    { baseUrl: model.baseUrl, requestMaxRetries: 4 },
    {
      sleep: (_ms, signal) => {
        abort.abort("stop");
        signal.throwIfAborted();
        return Promise.resolve();
      },
    },
  );
  const { error } = await collect(client.stream(testRequest(), { signal: abort.signal }));
  client.close();
  expect([error, model.requests.length]).toEqual(["stop", 1]);
});

test("leaving the loop closes the connection", async () => {
  await using model = await startScriptedModel([[step.text("Hel"), step.gate(new Promise(() => {}))]]);
  const { client } = testClient({ baseUrl: model.baseUrl });
  for await (const { type } of client.stream(testRequest(), calm())) if (type === "textDelta") break;
  expect(await model.requests[0]?.closed).toBe("aborted");
  client.close();
});

test("one connection serves one request after the other, and a stale one does no harm", async () => {
  await using server = await startCountingServer();
  const { client } = testClient({ baseUrl: server.baseUrl });
  const first = await ask(client);
  const second = await ask(client);
  expect([first.failure, second.failure, server.connections()]).toEqual([null, null, 1]);
  server.dropAll();
  expect([(await ask(client)).failure, server.connections()]).toEqual([null, 2]);
  client.close();
});

test("after a 401 a login is refreshed once and the request repeated with the new token", async () => {
  await using model = await startScriptedModel(({ headers }) =>
    headers["authorization"] === "Bearer new" ? [step.text("Hello")] : [step.http(401)],
  );
  let token = "old";
  let refreshes = 0;
  const credentials = {
    token: () => Promise.resolve({ token, accountId: "acc" }),
    refresh: () => {
      refreshes += 1;
      token = refreshes === 1 ? "new" : "worse";
      return Promise.resolve();
    },
  };
  const { client } = testClient({ baseUrl: model.baseUrl, requiresOpenaiAuth: true }, { credentials });
  expect((await ask(client)).failure).toBe(null);
  token = "old";
  expect((await ask(client)).failure?.kind).toBe("unauthorized");
  client.close();
  expect([refreshes, model.requests.map(({ headers }) => headers["authorization"])]).toEqual([
    2,
    ["Bearer old", "Bearer new", "Bearer old", "Bearer worse"],
  ]);
});

test("a refresh that fails ends the request with its reason", async () => {
  await using model = await startScriptedModel([[step.http(401)]]);
  const credentials = {
    token: () => Promise.resolve({ token: "old", accountId: "acc" }),
    refresh: () => Promise.reject(new Error("Log in again.")),
  };
  const { client } = testClient({ baseUrl: model.baseUrl, requiresOpenaiAuth: true }, { credentials });
  expect(await ask(client)).toEqual({
    types: [],
    failure: { kind: "unauthorized", status: null, body: "Log in again.", requestId: null },
    message: "Log in again.",
  });
  client.close();
});

/** Waits for something that happens elsewhere in this process. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** Takes a request and closes the connection without a word. */
async function startClosingServer(): Promise<{ readonly baseUrl: string } & AsyncDisposable> {
  const server = await listen(createServer((request) => request.socket.destroy()));
  return { ...server, baseUrl: `http://127.0.0.1:${server.port}/v1` };
}

interface CountingServer extends AsyncDisposable {
  readonly baseUrl: string;
  connections(): number;
  /** Breaks every connection without a word. */
  dropAll(): void;
}

/** Answers like a model and counts its connections. */
async function startCountingServer(): Promise<CountingServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    request.resume().on("end", () => {
      response.end(sseText([{ type: "response.completed", response: { id: "r" } }]));
    });
  });
  server.on("connection", (socket) => sockets.add(socket));
  const listening = await listen(server);
  return {
    ...listening,
    baseUrl: `http://127.0.0.1:${listening.port}/v1`,
    connections: () => sockets.size,
    dropAll: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
  };
}
