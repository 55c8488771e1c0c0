import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseGitIndex } from "./git-index.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "git-index-"));
  mkdirSync(join(cwd, "sub/deeper"), { recursive: true });
  for (const name of ["a", "ab", "sub/a", "sub/a longer name", "sub/deeper/ä"]) writeFileSync(join(cwd, name), name);
  git("init", "--quiet");
  git("add", "--all");
});
afterEach(() => rmSync(cwd, { recursive: true }));

const git = (...args: string[]) => execFileSync("git", args, { cwd, encoding: "utf8" });

test.each(["2", "3", "4"])("an index of version %s says what git says, and what the files are", (version) => {
  if (version === "3") git("add", "--intent-to-add", "--all");
  if (version === "3") git("update-index", "--skip-worktree", "ab"); // needs flags that version 2 does not have
  else git("update-index", "--index-version", version);
  const index = parseGitIndex(readFileSync(join(cwd, ".git/index")));
  const listed = git("-c", "core.quotePath=false", "ls-files", "--stage").trim().split("\n");
  const expected = listed.map((line) => {
    const [, blobId = "", path = ""] = /^\d+ (\w+) \d\t(.*)$/.exec(line) ?? [];
    const { size: sizeBytes, mtimeMs, ctimeMs, ino } = lstatSync(join(cwd, path));
    const time = (ms: number) => expect.closeTo(ms, 2);
    return [path, { blobId, sizeBytes, mtimeMs: time(mtimeMs), ctimeMs: time(ctimeMs), ino: ino % 2 ** 32 }];
  });
  expect([...(index ?? [])]).toEqual(expected);
});

test("bytes that are no index are none, whatever they are", () => {
  const whole = readFileSync(join(cwd, ".git/index"));
  expect(parseGitIndex(Buffer.from("not an index"))).toBe(null);
  fc.assert(
    fc.property(fc.nat(whole.length), fc.uint8Array({ maxLength: 80 }), (cut, noise) => {
      const index = parseGitIndex(Buffer.concat([whole.subarray(0, cut), noise]));
      expect(index === null || index instanceof Map).toBe(true);
    }),
  );
});
