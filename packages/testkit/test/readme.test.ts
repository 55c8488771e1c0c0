import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ask } from "./readme-example.ts";

test("the README's example is one that runs", async () => {
  const stream = await ask();
  expect(stream).toContain('"delta":"hello"');
  expect(stream).toContain('"input_tokens":7');
  const [readme, example] = await Promise.all(
    ["../README.md", "./readme-example.ts"].map((file) => readFile(new URL(file, import.meta.url), "utf8")),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
