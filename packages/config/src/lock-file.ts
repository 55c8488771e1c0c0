import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { readFile, stat, unlink } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { hasCode } from "./reason.ts";

/** The process that holds a lock. */
export interface LockHolder {
  readonly pid: number;
  /** When the system started that process, in the system's own unit; null where it does not say. */
  readonly startTime: string | null;
}

/** A lock file that is ours until it is released. */
export interface LockFile {
  /** Gives the lock up. Idempotent; never rejects: what stays behind is stale once this process has ended. */
  release(): Promise<void>;
}

/** What one try at a lock comes to. */
export type LockTry =
  | { readonly type: "taken"; readonly lock: LockFile }
  | { readonly type: "held"; readonly holder: LockHolder }
  /** Other processes keep taking and releasing it. */
  | { readonly type: "contended" };

/** Rounds for a stale lock: it is put aside in the first and ours made in the second, if nobody comes between. */
const ROUNDS = 10;
/** A lock that is waited for is held for milliseconds; one of this age was left behind, whoever has its process id now. */
const STALE_AFTER_MS = 30_000;
const PAUSE_MS = 25;

/**
 * Tries to take the lock file `lockPath`, whose folder exists. One whose process has ended is taken over.
 *
 * Processes are told apart by id and start time, so that a reused id does not keep a dead lock alive. Processes of other
 * machines or pid namespaces are not seen: a home that several containers share at once is not protected.
 *
 * Ours, as a library (`proper-lockfile`) cannot tell that a holder has ended and waits for its time stamp to age, and
 * ends the process on signals that an embedding program handles itself: see docs/decisions/0011.
 * @param staleAfterMs age from which the lock of a living process is taken over as well; by default none.
 * @throws the error of the file system when the lock cannot be made or read.
 */
export async function tryLockFile(lockPath: string, staleAfterMs = Number.POSITIVE_INFINITY): Promise<LockTry> {
  const token = uniqueName();
  const holder: LockHolder = { pid: process.pid, startTime: startTimeOf(process.pid) };
  const content = JSON.stringify({ ...holder, token });
  for (let round = 0; round < ROUNDS; round += 1) {
    if (createWhole(lockPath, content)) return { type: "taken", lock: { release: () => release(lockPath, token) } };
    const found = await readLock(lockPath);
    if (found === null) continue; // released just now
    const other = parseHolder(found);
    if (other !== null && isAlive(other) && (await ageOf(lockPath)) <= staleAfterMs) {
      return { type: "held", holder: other };
    }
    putAside(lockPath, found);
  }
  return { type: "contended" };
}

/**
 * Takes the lock beside a file, `<path>.lock`, for work of milliseconds; waits while another process has it.
 * @throws the error of the file system when the lock cannot be made; `LockHeldError` when it is not free in `waitMs`.
 */
export async function waitForLockFile(path: string, { waitMs }: { readonly waitMs: number }): Promise<LockFile> {
  const lockPath = `${path}.lock`;
  for (let waited = 0; ; waited += PAUSE_MS) {
    const tried = await tryLockFile(lockPath, STALE_AFTER_MS);
    if (tried.type === "taken") return tried.lock;
    if (waited >= waitMs) throw new LockHeldError(lockPath, tried.type === "held" ? tried.holder : null);
    await delay(PAUSE_MS);
  }
}

/** Others have kept a lock for as long as was waited. */
export class LockHeldError extends Error {
  override readonly name = "LockHeldError";
  readonly lockPath: string;
  constructor(lockPath: string, holder: LockHolder | null) {
    super(`process ${holder?.pid ?? "unknown"} holds the lock; try again later`);
    this.lockPath = lockPath;
  }
}

/** What no other lock and no draft is called. It is no secret, and need not load `node:crypto`, which takes 1.6 ms. */
function uniqueName(): string {
  const parts = [BigInt(process.pid), process.hrtime.bigint(), BigInt(Math.floor(Math.random() * 2 ** 52))];
  return parts.map((part) => part.toString(36)).join("-");
}

/**
 * Makes the file with its content in one step: nobody sees it half written. False when it exists. Synchronous, for three
 * small things that each thread waits for would take ten times as long by way of the thread pool.
 */
function createWhole(lockPath: string, content: string): boolean {
  const draft = `${lockPath}.${uniqueName()}`;
  writeFileSync(draft, content, { mode: 0o600, flag: "wx" });
  try {
    linkSync(draft, lockPath);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

async function release(lockPath: string, token: string): Promise<void> {
  const content = await readFile(lockPath, "utf8").catch(() => "");
  if (content.includes(token)) await unlink(lockPath).catch(() => {});
}

async function readLock(lockPath: string): Promise<string | null> {
  try {
    return await readFile(lockPath, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

/**
 * Removes a stale lock, unless another one has done so and made its own in the meantime: that one is put back. In one go,
 * so that nobody in this process makes a lock while one that holds is aside. What remains open is a third process that
 * comes between the calls; POSIX has no exchange that would rule it out.
 */
function putAside(lockPath: string, stale: string): void {
  const aside = `${lockPath}.${uniqueName()}`;
  try {
    renameSync(lockPath, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  try {
    if (readFileSync(aside, "utf8") !== stale) linkSync(aside, lockPath);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error; // another process has made one meanwhile
  } finally {
    unlinkSync(aside);
  }
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

function isAlive({ pid, startTime }: LockHolder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return !hasCode(error, "ESRCH"); // EPERM: it lives and belongs to somebody else
  }
  const current = startTimeOf(pid);
  return startTime === null || current === null || current === startTime;
}

/** How long ago the lock was made, in milliseconds; 0 when it is gone. */
async function ageOf(lockPath: string): Promise<number> {
  const found = await stat(lockPath).catch(() => null);
  return found === null ? 0 : Date.now() - found.mtimeMs;
}

/** Start of a process in clock ticks since boot: field 22 of `/proc/<pid>/stat`, see proc(5). Null outside of Linux. */
function startTimeOf(pid: number): string | null {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  // The second field is the program's name in parentheses, with whatever characters it likes.
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}
