import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { answer } from "./readme-example.ts";

test("the README's example is one that runs", async () => {
  expect(answer).toEqual({ userAgent: "example/1.0" });
  const [readme, example] = await Promise.all(
    ["../README.md", "./readme-example.ts"].map((file) => readFile(new URL(file, import.meta.url), "utf8")),
  );
  const shown = example?.replace("../src/index.ts", "@heddle/protocol");
  expect(readme).toContain(`\`\`\`ts\n${shown}\`\`\``);
});
