import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { fixTheTest } from "./readme-example.ts";

test("the README's example is one that runs", async () => {
  const server = fileURLToPath(new URL("./fixtures/app-server.mjs", import.meta.url));
  expect(await fixTheTest(process.execPath, [server])).toBe("done: accept");
  const [readme, example] = await Promise.all(
    ["../README.md", "./readme-example.ts"].map((file) => readFile(new URL(file, import.meta.url), "utf8")),
  );
  const shown = example?.replace("../src/index.ts", "@heddle/client");
  expect(readme).toContain(`\`\`\`ts\n${shown}\`\`\``);
});
