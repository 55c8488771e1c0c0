import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { diffToRemote, type RemoteDiff } from "./diff-to-remote.ts";

let base: string;
let env: Record<string, string>;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "heddle-diff-")));
  env = {
    PATH: process.env["PATH"] ?? "",
    HOME: base,
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@example.com",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@example.com",
  };
});
afterEach(() => rm(base, { recursive: true, force: true }));

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync("git", args, { cwd, env, encoding: "utf8" }).trim();
const diff = (cwd: string): Promise<RemoteDiff> =>
  diffToRemote(cwd, { env, signal: new AbortController().signal, tempDir: base });

/** A repository with one commit, which a remote has. */
async function repository(): Promise<{ readonly root: string; readonly sha: string }> {
  const root = join(base, "ws");
  git(base, "init", "--quiet", "--bare", "remote.git");
  git(base, "init", "--quiet", "ws");
  await writeFile(join(root, "a.txt"), "one\n");
  git(root, "add", ".");
  git(root, "commit", "--quiet", "-m", "first");
  git(root, "remote", "add", "origin", join(base, "remote.git"));
  git(root, "push", "--quiet", "origin", "HEAD");
  return { root, sha: git(root, "rev-parse", "HEAD") };
}

test("commits that were not pushed, changes and untracked files are one diff against the pushed commit", async () => {
  const { root, sha } = await repository();
  await writeFile(join(root, "b.txt"), "committed\n");
  git(root, "add", ".");
  git(root, "commit", "--quiet", "-m", "second");
  await writeFile(join(root, "a.txt"), "two\n");
  await mkdir(join(root, "sub"));
  await writeFile(join(root, "sub", "ü.txt"), "new\n");
  await writeFile(join(root, ".gitignore"), "ignored\n");
  await writeFile(join(root, "ignored"), "no\n");
  const status = git(root, "status", "--porcelain");

  expect(await diff(join(root, "sub"))).toEqual({
    ok: true,
    sha,
    diff: `diff --git a/.gitignore b/.gitignore
new file mode 100644
index 0000000..ea10ec8
--- /dev/null
+++ b/.gitignore
@@ -0,0 +1 @@
+ignored
diff --git a/a.txt b/a.txt
index 5626abf..f719efd 100644
--- a/a.txt
+++ b/a.txt
@@ -1 +1 @@
-one
+two
diff --git a/b.txt b/b.txt
new file mode 100644
index 0000000..d0fe822
--- /dev/null
+++ b/b.txt
@@ -0,0 +1 @@
+committed
diff --git "a/sub/\\303\\274.txt" "b/sub/\\303\\274.txt"
new file mode 100644
index 0000000..3e75765
--- /dev/null
+++ "b/sub/\\303\\274.txt"
@@ -0,0 +1 @@
+new
`,
  });
  expect(git(root, "status", "--porcelain")).toBe(status);
  expect((await readdir(base)).sort()).toEqual(["remote.git", "ws"]);
});

test("the diff can be applied to the pushed commit, whatever is in the files", async () => {
  const { root, sha } = await repository();
  const [bytes, program] = [join("sub", "image.bin"), join("sub", "run.sh")];
  await mkdir(join(root, "sub"));
  await writeFile(join(root, bytes), Buffer.from([0, 1, 2, 255, 254]));
  await writeFile(join(root, program), "#!/bin/sh\n", { mode: 0o755 });
  await rm(join(root, "a.txt"));
  const found = await diff(root);
  git(base, "clone", "--quiet", "remote.git", "copy");
  const copy = join(base, "copy");
  git(copy, "checkout", "--quiet", sha);
  execFileSync("git", ["apply", "-"], { cwd: copy, env, input: found.ok ? found.diff : "" });
  expect((await readdir(copy)).toSorted()).toEqual([".git", "sub"]);
  expect(await readFile(join(copy, bytes))).toEqual(Buffer.from([0, 1, 2, 255, 254]));
  expect((await stat(join(copy, program))).mode & 0o100).toBe(0o100);
});

test("of two pushed ancestors the nearer one counts", async () => {
  const { root } = await repository();
  git(root, "checkout", "--quiet", "-b", "other");
  git(root, "commit", "--quiet", "--allow-empty", "-m", "second");
  git(root, "push", "--quiet", "origin", "HEAD");
  const nearer = git(root, "rev-parse", "HEAD");
  git(root, "commit", "--quiet", "--allow-empty", "-m", "third");
  expect(await diff(root)).toEqual({ ok: true, sha: nearer, diff: "" });
});

test("without a repository, a commit or a remote there is a reason instead", async () => {
  expect(await diff(base)).toEqual({ ok: false, reason: expect.stringContaining("not a git repository") });
  expect(await diff(join(base, "missing"))).toEqual({ ok: false, reason: expect.any(String) });
  git(base, "init", "--quiet", "ws");
  const none = { ok: false, reason: "no ancestor of HEAD is known to be on a remote" };
  expect(await diff(join(base, "ws"))).toEqual(none);
  git(join(base, "ws"), "commit", "--quiet", "--allow-empty", "-m", "first");
  expect(await diff(join(base, "ws"))).toEqual(none);
});

test("programs that the repository configures are not run", async () => {
  const { root, sha } = await repository();
  const trap = join(base, "trap.sh");
  await writeFile(trap, `#!/bin/sh\ntouch ${join(base, "sprung")}\ncat\n`);
  await chmod(trap, 0o755);
  for (const key of ["filter.x.y.clean", "diff.external", "core.fsmonitor", "diff.t.textconv", "core.pager"]) {
    git(root, "config", key, trap);
  }
  git(root, "config", "filter.x.y.required", "true");
  await mkdir(join(root, ".git", "hooks"), { recursive: true });
  await writeFile(join(root, ".git", "hooks", "post-index-change"), await readFile(trap), { mode: 0o755 });
  await writeFile(join(root, ".gitattributes"), "*.txt filter=x.y diff=t\n");
  await writeFile(join(root, "a.txt"), "two\n");
  expect(await diff(root)).toEqual({ ok: true, sha, diff: expect.stringContaining("+two\n") });
  expect(existsSync(join(base, "sprung"))).toBe(false);
});

test("a change is seen that came in the same moment as the index and has the same size", async () => {
  const { root, sha } = await repository();
  const moment = new Date("2026-01-02T03:04:05Z");
  git(root, "config", "core.checkStat", "minimal"); // what a coarse clock comes to
  await utimes(join(root, "a.txt"), moment, moment);
  git(root, "update-index", "--refresh");
  await utimes(join(root, ".git", "index"), moment, moment);
  await writeFile(join(root, "a.txt"), "two\n");
  await utimes(join(root, "a.txt"), moment, moment);
  expect(await diff(root)).toEqual({ ok: true, sha, diff: expect.stringContaining("+two\n") });
});

test("a partial clone fetches nothing", async () => {
  const { root } = await repository();
  const trap = join(base, "trap.sh");
  await writeFile(trap, `#!/bin/sh\ntouch ${join(base, "sprung")}\n`, { mode: 0o755 });
  const blob = git(root, "rev-parse", "HEAD:a.txt");
  await rm(join(root, ".git", "objects", blob.slice(0, 2), blob.slice(2)), { force: true });
  git(root, "config", "core.repositoryformatversion", "1");
  git(root, "config", "extensions.partialclone", "origin");
  git(root, "config", "remote.origin.promisor", "true");
  git(root, "config", "remote.origin.uploadpack", trap);
  git(root, "config", "protocol.file.allow", "always");
  await writeFile(join(root, "a.txt"), "two\n");
  expect(await diff(root)).toMatchObject({ ok: false });
  expect(existsSync(join(base, "sprung"))).toBe(false);
});
