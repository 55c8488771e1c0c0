import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { callOnce } from "./readme-example.ts";
import { scripted } from "./support/servers.ts";

test("the README's example is one that runs", async () => {
  expect(await callOnce(scripted(), "fail")).toMatchObject({ isError: true });
  const [readme, example] = await Promise.all(
    ["../README.md", "./readme-example.ts"].map((file) => readFile(new URL(file, import.meta.url), "utf8")),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
