import type { ModelEvent, WireApi } from "@heddle/models";
import { startScriptedModel, step, type ScriptedModel } from "@heddle/testkit";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { calm, collect, testClient, testRequest } from "./client-fixture.ts";

const RECORDED: Readonly<Record<WireApi, string>> = {
  responses: "responses/reasoning-text-call.sse",
  chat: "chat/reasoning-text-calls.sse",
  anthropic: "anthropic/thinking-text-calls.sse",
  gemini: "gemini/thought-text-calls.sse",
};

/** Some thousand requests each: a busy machine takes its time. */
const TIME_LIMIT_MS = 180_000;

const WIRES: readonly WireApi[] = ["responses", "chat", "anthropic", "gemini"];

/** An endpoint whose answers are all the same, the n-th cut at its n-th byte: two chunks of HTTP, two reads of the client. */
function startCuttingModel(bytes: Buffer): Promise<ScriptedModel> {
  return startScriptedModel((_request, index) =>
    index === 0
      ? [step.bytes(bytes)]
      : [step.bytes(bytes.subarray(0, index)), step.bytes(bytes.subarray(index)), step.end()],
  );
}

/** What the client made of an answer; ids that it makes up itself are all the same. */
async function answerOf(ask: ReturnType<typeof testClient>["client"]): Promise<readonly ModelEvent[]> {
  const { events, error } = await collect(ask.stream(testRequest({ model: "m" }), calm()));
  expect(error).toBe(null);
  return JSON.parse(JSON.stringify(events).replaceAll(/call_[0-9a-f]{32}/g, "made_up")) as ModelEvent[];
}

test.each(WIRES)(
  "a stream of %s that comes in two pieces, cut at any byte, is the same answer",
  { timeout: TIME_LIMIT_MS },
  async (wireApi) => {
    const bytes = readFileSync(new URL(`fixtures/${RECORDED[wireApi]}`, import.meta.url));
    await using model = await startCuttingModel(bytes);
    const { client } = testClient({ wireApi, baseUrl: model.baseUrl });
    const whole = await answerOf(client);
    expect(whole.at(-1)?.type).toBe("completed");
    for (let at = 1; at < bytes.length; at += 1) expect(await answerOf(client)).toEqual(whole);
    client.close();
    expect(model.requests.length).toBe(bytes.length);
  },
);

test.each(WIRES)(
  "a stream of %s that breaks anywhere completes no more than it said",
  { timeout: TIME_LIMIT_MS },
  async (wireApi) => {
    const bytes = readFileSync(new URL(`fixtures/${RECORDED[wireApi]}`, import.meta.url));
    await using model = await startScriptedModel((_request, index) =>
      index === 0 ? [step.bytes(bytes)] : [step.bytes(bytes.subarray(0, 3 * index - 2)), step.drop()],
    );
    const { client } = testClient({ wireApi, baseUrl: model.baseUrl });
    const whole = await answerOf(client);
    for (let at = 1; at < bytes.length; at += 3) {
      const { events, error } = await collect(client.stream(testRequest({ model: "m" }), calm()));
      const done = (list: readonly ModelEvent[]): string[] =>
        list.flatMap((event) => (event.type === "itemDone" ? [JSON.stringify(event.item)] : []));
      const isWhole = events.at(-1)?.type === "completed";
      expect([at, error === null]).toEqual([at, isWhole]);
      const madeUp = done(events).map((text) => text.replaceAll(/call_[0-9a-f]{32}/g, "made_up"));
      expect(madeUp).toEqual(done(whole).slice(0, madeUp.length));
    }
    client.close();
  },
);
