import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { rehearse } from "./readme-example.ts";

test("the README's example is one that runs", async () => {
  const [readme, example] = await Promise.all(
    ["../README.md", "./readme-example.ts"].map((file) => readFile(new URL(file, import.meta.url), "utf8")),
  );
  expect(readme).toContain(example);
  expect(await rehearse()).toEqual([
    ["/v1/responses", { input: [] }],
    ["/v1/responses", { input: [] }],
  ]);
});
