import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode, reasonOf, RolloutError, type LockHolder } from "./rollout-error.ts";

/** The right to write to a rollout, held until it is released. */
export interface RolloutLock {
  /** Gives the right up. Idempotent; never rejects: a lock that stays behind is stale once this process has ended. */
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Takes the lock beside a rollout, `<path>.lock`. A lock whose process has ended is taken over.
 *
 * Processes are told apart by id and start time, so that a reused id does not keep a dead lock alive. Processes of
 * other machines or pid namespaces are not seen: a home that several containers share at once is not protected.
 * @throws RolloutError `locked` with the holder, which may be this process itself; `lockFailed`.
 */
export async function acquireRolloutLock(path: string): Promise<RolloutLock> {
  const lockPath = `${path}.lock`;
  const token = randomUUID();
  const holder: LockHolder = { pid: process.pid, startTime: await startTimeOf(process.pid) };
  try {
    await mkdir(dirname(lockPath), { recursive: true, mode: 0o700 });
    await take(lockPath, JSON.stringify({ ...holder, token }), path);
  } catch (cause) {
    if (cause instanceof RolloutError) throw cause;
    throw new RolloutError({ kind: "lockFailed", path, reason: reasonOf(cause) }, { cause });
  }
  const release = async (): Promise<void> => {
    const content = await readFile(lockPath, "utf8").catch(() => "");
    if (content.includes(token)) await unlink(lockPath).catch(() => {});
  };
  return { release, [Symbol.asyncDispose]: release };
}

/** Two rounds are the rule for a stale lock: it is put aside in the first and ours made in the second. */
async function take(lockPath: string, content: string, path: string): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    if (await createWhole(lockPath, content)) return;
    const found = await readFile(lockPath, "utf8").catch((error: unknown) => {
      if (hasCode(error, "ENOENT")) return null; // released just now
      throw error;
    });
    if (found === null) continue;
    const holder = parseHolder(found);
    if (holder !== null && (await isAlive(holder))) throw new RolloutError({ kind: "locked", path, holder });
    await putAside(lockPath, found);
  }
  throw new RolloutError({ kind: "lockFailed", path, reason: "other processes keep taking and releasing it" });
}

/** Makes the file with its content in one step: nobody sees it half written. False when it exists. */
async function createWhole(lockPath: string, content: string): Promise<boolean> {
  const draft = `${lockPath}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o600, flag: "wx" });
  try {
    await link(draft, lockPath);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

/**
 * Removes a stale lock, unless another process has done so and made its own in the meantime: that one is put back. What
 * remains open is a third process that comes between the two calls; POSIX has no exchange that would rule it out.
 */
async function putAside(lockPath: string, stale: string): Promise<void> {
  const aside = `${lockPath}.${randomUUID()}`;
  try {
    await rename(lockPath, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  if ((await readFile(aside, "utf8")) !== stale) await link(aside, lockPath).catch(() => {});
  await unlink(aside);
}

function parseHolder(text: string): LockHolder | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // not written by us: whole or not at all is how we write
  }
  if (typeof value !== "object" || value === null) return null;
  const { pid, startTime } = value as { pid?: unknown; startTime?: unknown };
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 0) return null;
  return { pid, startTime: typeof startTime === "string" ? startTime : null };
}

async function isAlive({ pid, startTime }: LockHolder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return !hasCode(error, "ESRCH"); // EPERM: it lives and belongs to somebody else
  }
  const current = await startTimeOf(pid);
  return startTime === null || current === null || current === startTime;
}

/** Start of a process in clock ticks since boot: field 22 of `/proc/<pid>/stat`, see proc(5). Null outside of Linux. */
async function startTimeOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  // The second field is the program's name in parentheses, with whatever characters it likes.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}
