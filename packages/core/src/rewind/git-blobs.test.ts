import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readGitBlobs } from "./git-blobs.ts";

let base: string;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "heddle-blobs-")));
});
afterEach(() => rm(base, { recursive: true, force: true }));

test("a blob that a partial clone lacks is left out, and no program of the repository is run to get it", async () => {
  const env = { PATH: process.env["PATH"] ?? "", HOME: base };
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: base, env, encoding: "utf8" }).trim();
  const trap = join(base, "trap.sh");
  await writeFile(trap, `#!/bin/sh\ntouch ${join(base, "sprung")}\n`, { mode: 0o755 });
  await writeFile(join(base, "a.txt"), "one\n");
  git("init", "--quiet");
  git("init", "--quiet", "--bare", "remote.git");
  git("add", "a.txt");
  const there = git("rev-parse", ":a.txt");
  git("remote", "add", "origin", join(base, "remote.git"));
  git("config", "core.repositoryformatversion", "1");
  git("config", "extensions.partialclone", "origin");
  git("config", "remote.origin.promisor", "true");
  git("config", "remote.origin.uploadpack", trap);
  git("config", "protocol.file.allow", "always");

  const missing = "0123456789012345678901234567890123456789";
  const blobs = await readGitBlobs([missing, there], { cwd: base, env, maxBytes: 1_000 });
  expect([...blobs].map(([id, content]) => [id, content.toString("utf8")])).toEqual([[there, "one\n"]]);
  expect(existsSync(join(base, "sprung"))).toBe(false);
});
