import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { logIn } from "./readme-example.ts";

test("the README's example is one that runs", async () => {
  const home = await mkdtemp(join(tmpdir(), "heddle-auth-readme-"));
  try {
    expect(await logIn(home)).toEqual({ token: "sk-example-0123456789", accountId: null, login: "apiKey" });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  const [readme, example] = await Promise.all(
    ["../README.md", "./readme-example.ts"].map((file) => readFile(new URL(file, import.meta.url), "utf8")),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
