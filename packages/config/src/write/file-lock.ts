import { link, readFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { ConfigError } from "../config-error.ts";
import { hasCode, reasonOf } from "../reason.ts";

/** A lock is held for a few milliseconds; one of this age was left behind, whoever has its process id now. */
const STALE_AFTER_MS = 30_000;
const TRIES = 200;
const PAUSE_MS = 25;

/**
 * Runs work while no other process runs work under the same lock, `<path>.lock`. A lock whose process has ended is
 * taken over.
 * @throws ConfigError `unwritable` when another process keeps the lock for five seconds, or it cannot be made.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  const token = `${process.pid} ${crypto.randomUUID()}`;
  try {
    await take(lock, token);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError({ kind: "unwritable", file: path, reason: `cannot lock it: ${reasonOf(cause)}` }, { cause });
  }
  try {
    return await work();
  } finally {
    if ((await readFile(lock, "utf8").catch(() => "")) === token) await unlink(lock).catch(() => {});
  }
}

async function take(lock: string, token: string): Promise<void> {
  let holder: string | null = null;
  for (let round = 0; round < TRIES; round += 1) {
    if (await createWhole(lock, token)) return;
    holder = await readHolder(lock);
    if (holder === null) continue; // released just now
    if (await isStale(lock, holder)) await putAside(lock, holder);
    else await delay(PAUSE_MS);
  }
  const pid = holder?.split(" ")[0] ?? "unknown";
  throw new ConfigError({ kind: "unwritable", file: lock, reason: `process ${pid} holds the lock; try again later` });
}

/** Makes the file with its content in one step: nobody sees it half written. False when it exists. */
async function createWhole(lock: string, token: string): Promise<boolean> {
  const draft = `${lock}.${crypto.randomUUID()}`;
  await writeFile(draft, token, { mode: 0o600, flag: "wx" });
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function readHolder(lock: string): Promise<string | null> {
  try {
    return await readFile(lock, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

async function isStale(lock: string, holder: string): Promise<boolean> {
  const pid = Number(holder.split(" ")[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return true; // not written by us
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (hasCode(error, "ESRCH")) return true;
  }
  const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
  return Date.now() - mtimeMs > STALE_AFTER_MS;
}

/** Removes a stale lock, unless somebody has put a new one in its place meanwhile: that one is put back. */
async function putAside(lock: string, stale: string): Promise<void> {
  const aside = `${lock}.${crypto.randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  if ((await readFile(aside, "utf8")) !== stale) await link(aside, lock).catch(() => {});
  await unlink(aside);
}
