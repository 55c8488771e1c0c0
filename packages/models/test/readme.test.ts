import { startScriptedModel, step } from "@heddle/testkit";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { sseText } from "./decode-fixture.ts";
import { ask } from "./readme-example.ts";

test("the README's example is one that runs", async () => {
  const [readme, example] = await Promise.all(
    ["../README.md", "./readme-example.ts"].map((file) => readFile(new URL(file, import.meta.url), "utf8")),
  );
  expect(readme).toContain(example);

  const answer = sseText([{ choices: [{ delta: { content: "42" }, finish_reason: "stop" }] }, "[DONE]"]);
  await using model = await startScriptedModel([[step.bytes(answer)]]);
  expect(await ask("What is the answer?", { CODEX_OSS_BASE_URL: model.baseUrl })).toBe("42");
});
