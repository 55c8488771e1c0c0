import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { applyPatch } from "./example.ts";
import { createMemoryFiles } from "./memory-files.ts";

test("the example of the README is the one that runs here", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toContain(readFileSync(new URL("example.ts", import.meta.url), "utf8"));

  const files = createMemoryFiles({ "/w/a.txt": "one\ntwo\n" });
  const text = "*** Begin Patch\n*** Update File: a.txt\n-two\n+2\n*** End Patch";
  expect(await applyPatch(text, { cwd: "/w", files, approve: async (changes) => changes.length > 1 })).toBe(null);
  expect(await applyPatch(text, { cwd: "/w", files, approve: async () => true })).toBe(
    "Success. Updated the following files:\nM a.txt\n",
  );
  expect(files.snapshot()).toEqual({ "/w/a.txt": "one\n2\n" });
});
