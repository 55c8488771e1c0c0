import { startScriptedModel, step } from "@heddle/testkit";
import { expect, test } from "vitest";
import { calm, testClient, testRequest } from "./client-fixture.ts";

test("an answer in 50,000 deltas comes whole, in order, none merged", async () => {
  const chunks = Array.from({ length: 50_000 }, (_, index) => `${index} `);
  await using model = await startScriptedModel([[step.text(chunks)]]);
  const { client } = testClient({ baseUrl: model.baseUrl });
  const received: string[] = [];
  for await (const event of client.stream(testRequest(), calm())) {
    if (event.type === "textDelta") received.push(event.text);
  }
  client.close();
  expect(received).toEqual(chunks);
});

test("a consumer that takes its time makes the server wait, and gets everything in the end", async () => {
  const chunk = "x".repeat(64 * 1024);
  await using model = await startScriptedModel([[step.repeatedText(chunk, 400)]]);
  const { client } = testClient({ baseUrl: model.baseUrl });
  let received = 0;
  for await (const event of client.stream(testRequest(), calm())) {
    if (event.type !== "textDelta") continue;
    received += 1;
    if (received > 1) continue;
    // As many rounds of the loop as would carry the whole answer if nothing held it back.
    for (let round = 0; round < 2_000; round += 1) await new Promise((resolve) => setImmediate(resolve));
    const state = await Promise.race([model.requests[0]?.closed, Promise.resolve("waiting")]);
    expect(state).toBe("waiting");
  }
  client.close();
  expect([received, await model.requests[0]?.closed]).toEqual([400, "answered"]);
});
