import { tryLockFile } from "@heddle/config";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { reasonOf, RolloutError } from "./rollout-error.ts";

/** The right to write to a rollout, held until it is released. */
export interface RolloutLock {
  /** Gives the right up. Idempotent; never rejects: a lock that stays behind is stale once this process has ended. */
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Takes the lock beside a rollout, `<path>.lock`, for as long as its thread is loaded. A lock whose process has ended is
 * taken over; which processes are seen, `tryLockFile` says.
 * @throws RolloutError `locked` with the holder, which may be this process itself; `lockFailed`.
 */
export async function acquireRolloutLock(path: string): Promise<RolloutLock> {
  const lockPath = `${path}.lock`;
  const tried = await tryToLock(lockPath).catch((cause: unknown) => {
    throw new RolloutError({ kind: "lockFailed", path, reason: reasonOf(cause) }, { cause });
  });
  switch (tried.type) {
    case "taken": {
      const { release } = tried.lock;
      return { release, [Symbol.asyncDispose]: release };
    }
    case "held":
      throw new RolloutError({ kind: "locked", path, holder: tried.holder });
    case "contended":
      throw new RolloutError({ kind: "lockFailed", path, reason: "other processes keep taking and releasing it" });
  }
}

async function tryToLock(lockPath: string): ReturnType<typeof tryLockFile> {
  mkdirSync(dirname(lockPath), { recursive: true, mode: 0o700 });
  return tryLockFile(lockPath);
}
