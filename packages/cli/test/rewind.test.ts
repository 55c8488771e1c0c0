import { step, type Reply } from "@heddle/testkit";
import { execFile } from "node:child_process";
import { chmod, mkdir, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startHeddle, type HeddleSetup, type TestHeddle } from "./support/start-heddle.ts";

const POLICY = { approvalPolicy: "never", sandbox: "workspaceWrite" };
const run = promisify(execFile);

/** Runs each script as a turn of its own. */
async function work(heddle: TestHeddle, ...turns: readonly string[]): Promise<string> {
  const threadId = await heddle.startThread(POLICY);
  for (const turn of turns) expect((await heddle.runTurn(threadId, turn)).status).toBe("completed");
  return threadId;
}

/** A model that does in each turn what the user says: a patch, or a script. */
function obedient(setup: Partial<HeddleSetup> = {}): HeddleSetup {
  let calls = 0;
  return {
    ...setup,
    script: ({ body }): Reply => {
      const { input } = body as { input: { type: string; role?: string; content?: { text: string }[] }[] };
      if (input.at(-1)?.type.endsWith("_output") === true) return [step.text("done")];
      const text = input.findLast(({ role }) => role === "user")?.content?.[0]?.text ?? "";
      calls += 1;
      const id = `call_${calls}`;
      if (text.startsWith("*** Begin Patch")) return [step.customPatch(id, text)];
      return [step.shellCommand(id, text, { login: false })];
    },
  };
}

interface Outcome {
  readonly status: string;
  readonly turnIds: readonly string[];
  readonly files: readonly { readonly path: string; readonly kind: string }[];
  readonly conflicts: readonly { readonly path: string; readonly reason: string }[];
  readonly diff: string;
}

async function rewind(heddle: TestHeddle, threadId: string, more: object = {}): Promise<Outcome> {
  return (await heddle.client.request("thread/rewindFiles", { threadId, ...more })) as Outcome;
}

/** Everything in a folder: texts of files and links, with their modes. */
async function tree(folder: string, prefix = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const name = `${prefix}${entry.name}`;
    if (entry.name === ".git") continue;
    if (entry.isDirectory()) Object.assign(found, { [`${name}/`]: "" }, await tree(path, `${name}/`));
    else if (entry.isSymbolicLink()) found[name] = `-> ${await readlink(path)}`;
    else found[name] = `${((await stat(path)).mode & 0o777).toString(8)} ${await readFile(path, "latin1")}`;
  }
  return found;
}

const FILES = { "kept.txt": "kept\n", "changed.txt": "one\n", "removed.txt": "gone soon\n", "src/a.txt": "a\n" };
const MESS = [
  "echo two >> changed.txt",
  "rm removed.txt",
  "mkdir -p made/deep",
  "echo new > made/deep/new.txt",
  "chmod 755 src/a.txt",
  "printf '\\000\\377' > binary",
  "ln -s kept.txt link",
  "mv src/a.txt src/b.txt",
].join(" && ");
const PATCH = `*** Begin Patch
*** Update File: changed.txt
 one
+patched
*** Add File: fresh/added.txt
+added
*** Delete File: removed.txt
*** End Patch`;

test.each([
  ["a command", MESS],
  ["a patch", PATCH],
])("what %s changed in a plain folder is put back to the last bit", async (_, turn) => {
  await using heddle = await startHeddle(obedient({ files: FILES }));
  const before = await tree(heddle.cwd);
  const threadId = await work(heddle, turn);
  expect(await tree(heddle.cwd)).not.toEqual(before);

  expect(await rewind(heddle, threadId)).toMatchObject({ status: "done", turnIds: ["0"], conflicts: [] });

  expect(await tree(heddle.cwd)).toEqual(before);
  expect(await rewind(heddle, threadId)).toMatchObject({ status: "nothingToDo", turnIds: [] });
});

test("in a repository nothing of git's own is touched: index, refs, stash, configuration, objects", async () => {
  await using heddle = await startHeddle(obedient({ files: FILES }));
  const { cwd } = heddle;
  const git = async (...args: string[]) =>
    (await run("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd })).stdout;
  await git("init", "--quiet");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "first");
  await writeFile(join(cwd, "changed.txt"), "one\nuncommitted\n");
  await writeFile(join(cwd, "staged.txt"), "staged\n");
  await git("add", "staged.txt");
  await writeFile(join(cwd, "untracked.txt"), "untracked\n");
  const before = await tree(cwd);
  const state = await tree(join(cwd, ".git"));

  const threadId = await work(heddle, `${MESS} && rm untracked.txt staged.txt && echo x > kept.txt`);
  expect(await rewind(heddle, threadId)).toMatchObject({ status: "done" });

  expect(await tree(cwd)).toEqual(before);
  expect(await tree(join(cwd, ".git"))).toEqual(state);
});

test("in a linked worktree the files that git knows come back from where git keeps them", async () => {
  await using heddle = await startHeddle(obedient());
  const main = join(heddle.home, "..", "main");
  await mkdir(main);
  const git = (...args: string[]) => run("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: main });
  await git("init", "--quiet");
  await writeFile(join(main, "tracked.txt"), "tracked\n");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "first");
  await rm(heddle.cwd, { recursive: true });
  await git("worktree", "add", "--quiet", heddle.cwd);
  const threadId = await work(heddle, "rm tracked.txt");
  expect(await rewind(heddle, threadId)).toMatchObject({ status: "done" });
  expect(await readFile(join(heddle.cwd, "tracked.txt"), "utf8")).toBe("tracked\n");
});

test("a preview tells what would happen and touches nothing", async () => {
  await using heddle = await startHeddle(obedient({ files: { "a.txt": "one\n" } }));
  const threadId = await work(heddle, "echo two >> a.txt; echo b > b.txt");
  const after = await tree(heddle.cwd);
  expect(await rewind(heddle, threadId, { dryRun: true })).toMatchObject({
    status: "planned",
    files: [
      { path: join(heddle.cwd, "a.txt"), kind: "update" },
      { path: join(heddle.cwd, "b.txt"), kind: "delete" },
    ],
    diff: expect.stringContaining("@@ -1,2 +1 @@\n one\n-two\n"),
  });
  expect(await tree(heddle.cwd)).toEqual(after);
});

test("several turns go back together, to the state before the first of them", async () => {
  await using heddle = await startHeddle(obedient({ files: { "a.txt": "0\n" } }));
  const threadId = await work(heddle, "echo 1 >> a.txt", "echo 2 >> a.txt; echo b > b.txt", "echo 3 >> a.txt");
  expect(await rewind(heddle, threadId, { firstTurnId: "1" })).toMatchObject({ status: "done", turnIds: ["1", "2"] });
  expect(await tree(heddle.cwd)).toEqual({ "a.txt": "644 0\n1\n" });
  expect(await rewind(heddle, threadId)).toMatchObject({ status: "done", turnIds: ["0"] });
  expect(await tree(heddle.cwd)).toEqual({ "a.txt": "644 0\n" });
});

test("what somebody else has changed since is named, and nothing at all is taken back", async () => {
  await using heddle = await startHeddle(obedient({ files: { "a.txt": "0\n", "b.txt": "0\n" } }));
  const threadId = await work(heddle, "echo 1 >> a.txt; echo 1 >> b.txt");
  await writeFile(join(heddle.cwd, "b.txt"), "mine\n");
  expect(await rewind(heddle, threadId)).toMatchObject({
    status: "refused",
    conflicts: [{ path: join(heddle.cwd, "b.txt"), reason: "changedSince" }],
  });
  expect(await tree(heddle.cwd)).toEqual({ "a.txt": "644 0\n1\n", "b.txt": "644 mine\n" });
});

test("what a person changed between two turns is theirs, and is not taken back", async () => {
  await using heddle = await startHeddle(obedient({ files: { "a.txt": "0\n", "c.txt": "0\n" } }));
  const threadId = await work(heddle, "echo 1 >> a.txt");
  await writeFile(join(heddle.cwd, "a.txt"), "0\n1\nmine\n");
  await writeFile(join(heddle.cwd, "c.txt"), "mine\n");
  await heddle.runTurn(threadId, "echo 2 >> a.txt");
  expect(await rewind(heddle, threadId, { firstTurnId: "0" })).toMatchObject({
    status: "refused",
    conflicts: [{ path: join(heddle.cwd, "a.txt"), reason: "changedBetween" }],
  });
  expect(await rewind(heddle, threadId)).toMatchObject({ status: "done", turnIds: ["1"] });
  expect(await tree(heddle.cwd)).toEqual({ "a.txt": "644 0\n1\nmine\n", "c.txt": "644 mine\n" });
});

test("a file that is too large to be kept is named; one that the turn made is removed all the same", async () => {
  await using heddle = await startHeddle(obedient({ files: { "big.bin": "x".repeat(3 * 1024 ** 2) } }));
  const threadId = await work(heddle, "head -c 4000000 /dev/zero > made.bin", "echo more >> big.bin");
  expect(await rewind(heddle, threadId)).toMatchObject({
    status: "refused",
    conflicts: [{ path: join(heddle.cwd, "big.bin"), reason: "notKept" }],
  });
  expect(Object.keys(await tree(heddle.cwd))).toEqual(["big.bin", "made.bin"]);
});

test("the next process can take back what this one did, and the model is told", async () => {
  await using heddle = await startHeddle(obedient({ files: { "a.txt": "0\n" } }));
  const threadId = await work(heddle, "echo 1 >> a.txt");
  const { path } = heddle.runtime.engine.loadedThreads()[0]?.identity ?? { path: "" };
  await heddle.runtime.close();
  await using next = await startHeddle(obedient({ homeFiles: {} }));
  const blobs = join(next.home, "rewind");
  await run("cp", ["-r", join(heddle.home, "rewind"), blobs]);
  await next.client.request("thread/resume", { threadId, path, ...POLICY });
  expect(await rewind(next, threadId)).toMatchObject({ status: "done", turnIds: ["0"] });
  expect(await readFile(join(heddle.cwd, "a.txt"), "utf8")).toBe("0\n");
  await next.runTurn(threadId, "true");
  expect(JSON.stringify(next.model.requests[0]?.body)).toContain("<files_taken_back>\\n    restored");
});

test("files are not followed through links, and what lies outside of the workspace is left alone", async () => {
  await using heddle = await startHeddle(obedient());
  const outside = join(heddle.home, "..", "outside");
  await mkdir(outside);
  await writeFile(join(outside, "theirs.txt"), "theirs\n");
  await symlink(outside, join(heddle.cwd, "out"));
  const threadId = await work(heddle, "echo a > a.txt; rm out");
  await writeFile(join(outside, "theirs.txt"), "still theirs\n");
  expect(await rewind(heddle, threadId)).toMatchObject({ status: "done" });
  expect(await readlink(join(heddle.cwd, "out"))).toBe(outside);
  expect(await readFile(join(outside, "theirs.txt"), "utf8")).toBe("still theirs\n");
});

test("with the feature off nothing is kept", async () => {
  await using heddle = await startHeddle(obedient({ config: "[features]\nundo = false" }));
  const threadId = await work(heddle, "echo a > a.txt");
  expect(await rewind(heddle, threadId)).toMatchObject({ status: "nothingToDo" });
  await expect(readdir(join(heddle.home, "rewind"))).rejects.toThrow("ENOENT");
});

test("a mode that a command took away comes back", async () => {
  await using heddle = await startHeddle(obedient({ files: { "run.sh": "#!/bin/sh\n" } }));
  await chmod(join(heddle.cwd, "run.sh"), 0o755);
  const threadId = await work(heddle, "chmod 600 run.sh");
  expect(await rewind(heddle, threadId)).toMatchObject({ status: "done" });
  expect((await stat(join(heddle.cwd, "run.sh"))).mode & 0o777).toBe(0o755);
});
