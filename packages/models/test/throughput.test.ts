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
