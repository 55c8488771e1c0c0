import { startScriptedModel, step } from "@heddle/testkit";
import { expect, test, vi } from "vitest";
import { calm, collect, testClient, testRequest } from "./client-fixture.ts";
import { sseText } from "./decode-fixture.ts";

const chunk = (delta: object, finish_reason: string | null = null): object => ({
  id: "g",
  choices: [{ index: 0, delta, finish_reason }],
});
const ANSWER = sseText([chunk({ content: "Hello" }), chunk({}, "stop")]);

test("what an endpoint refuses to understand is left out from then on", async () => {
  await using model = await startScriptedModel([
    [step.http(400, { error: { message: "Unknown parameter: 'stream_options'." } })],
    [step.bytes(`${ANSWER}data: [DONE]\n\n`)],
  ]);
  const { client, sleeps } = testClient({ baseUrl: model.baseUrl, wireApi: "chat" });
  const first = await collect(client.stream(testRequest({ model: "m" }), calm()));
  const second = await collect(client.stream(testRequest({ model: "m" }), calm()));
  client.close();
  expect([first.error, second.error, sleeps]).toEqual([null, null, []]);
  expect(model.requests.map(({ path, body }) => [path, JSON.stringify(body).includes("stream_options")])).toEqual([
    ["/v1/chat/completions", true],
    ["/v1/chat/completions", false],
    ["/v1/chat/completions", false],
  ]);
});

test("no private header goes to a third party", async () => {
  await using model = await startScriptedModel([[step.bytes(`${ANSWER}data: [DONE]\n\n`)]]);
  const { client } = testClient({ baseUrl: model.baseUrl, wireApi: "chat", bearerToken: "sk-1" });
  await collect(client.stream(testRequest({ model: "m" }), calm()));
  client.close();
  const { connection: _, host: __, "content-length": ___, ...headers } = model.requests[0]?.headers ?? {};
  expect(headers).toEqual({
    accept: "text/event-stream",
    authorization: "Bearer sk-1",
    "content-type": "application/json",
    originator: "heddle",
    "user-agent": "heddle/1.2.3 (Linux 6.1; x86_64) xterm",
  });
});

test("usage that was asked for and does not come is waited for two seconds, no longer", async () => {
  await using model = await startScriptedModel([[step.bytes(ANSWER), step.gate(new Promise(() => {}))]]);
  const { client } = testClient({ baseUrl: model.baseUrl, wireApi: "chat" });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const events = client.stream(testRequest({ model: "m" }), calm());
    for await (const { type } of events) {
      // The next look at the stream begins to wait; the clock then moves on.
      if (type === "itemDone") setImmediate(() => vi.advanceTimersByTime(2_000));
      if (type === "completed") break;
    }
  } finally {
    vi.useRealTimers();
  }
  client.close();
  expect(await model.requests[0]?.closed).toBe("aborted");
});

test("a hosted tool that the API does not have is left out, with one warning", async () => {
  await using model = await startScriptedModel([[step.bytes(`${ANSWER}data: [DONE]\n\n`)]]);
  const { client } = testClient({ baseUrl: model.baseUrl, wireApi: "chat" });
  const { prompt } = testRequest();
  const request = testRequest({ model: "m", prompt: { ...prompt, tools: [{ type: "web_search" }] } });
  const warnings: number[] = [];
  for (let i = 0; i < 2; i += 1) {
    const { events } = await collect(client.stream(request, calm()));
    warnings.push(events.filter(({ type }) => type === "warning").length);
  }
  client.close();
  expect(warnings).toEqual([1, 0]);
});
