import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireRolloutLock } from "./lock.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollout-lock-"));
  path = join(folder, "rollout.jsonl");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A process that does nothing until it is killed. */
async function idleProcess(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "ignore"] });
  await once(child, "spawn");
  const { pid } = child;
  if (pid === undefined) throw new Error("no process id");
  return Object.assign(child, { pid });
}

/** As the lock has it; null where the system has no `/proc`. */
async function startTime(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

test("a lock names its process and is gone when it is released", async () => {
  const lock = await acquireRolloutLock(path);
  expect(JSON.parse(await readFile(`${path}.lock`, "utf8"))).toEqual({
    pid: process.pid,
    startTime: await startTime(process.pid),
    token: expect.any(String),
  });
  await lock.release();
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
});

test("a held lock is an error that names the holder", async () => {
  const lock = await acquireRolloutLock(path);
  const holder = { pid: process.pid, startTime: await startTime(process.pid) };
  await expect(acquireRolloutLock(path)).rejects.toMatchObject({
    message: `rollout ${path} is in use by process ${process.pid}; end that process, or go on there`,
    failure: { kind: "locked", path, holder },
  });
  await lock.release();
});

test("of many who want a lock one gets it, free or stale", async () => {
  const left = JSON.stringify({ pid: 2 ** 22, startTime: "1" });
  for (const stale of [null, ...Array.from({ length: 50 }, () => left)]) {
    if (stale !== null) await writeFile(`${path}.lock`, stale);
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => acquireRolloutLock(path)));
    const locks = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(locks).toHaveLength(1);
    await locks[0]?.release();
    expect(await readdir(folder)).toEqual([]);
  }
});

test("a living process keeps its lock; once it has ended the lock is taken over", async () => {
  const child = await idleProcess();
  try {
    await writeFile(`${path}.lock`, JSON.stringify({ pid: child.pid, startTime: await startTime(child.pid) }));
    await expect(acquireRolloutLock(path)).rejects.toMatchObject({ failure: { holder: { pid: child.pid } } });
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const lock = await acquireRolloutLock(path);
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
});

test.runIf(process.platform === "linux")(
  "the lock of a process whose id was given to another since is stale",
  async () => {
    await writeFile(`${path}.lock`, JSON.stringify({ pid: process.pid, startTime: "1" }));
    const lock = await acquireRolloutLock(path);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  },
);

test.each([
  ["that is no lock of ours", "garbage"],
  ["that is empty", ""],
  ["that names an impossible process", JSON.stringify({ pid: 0, startTime: null })],
])("a lock %s is stale", async (_which, content) => {
  await writeFile(`${path}.lock`, content);
  const lock = await acquireRolloutLock(path);
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
});

test("releasing leaves alone what another process has made since", async () => {
  const lock = await acquireRolloutLock(path);
  const other = JSON.stringify({ pid: process.ppid, startTime: null, token: "other" });
  await writeFile(`${path}.lock`, other);
  await lock.release();
  expect(await readFile(`${path}.lock`, "utf8")).toBe(other);
});

test("a lock that cannot be made is an error that says why", async () => {
  await writeFile(join(folder, "file"), "");
  await expect(acquireRolloutLock(join(folder, "file", "rollout.jsonl"))).rejects.toMatchObject({
    failure: { kind: "lockFailed", path: join(folder, "file", "rollout.jsonl") },
  });
});
