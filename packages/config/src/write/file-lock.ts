import { ConfigError } from "../config-error.ts";
import { LockHeldError, waitForLockFile } from "../lock-file.ts";
import { reasonOf } from "../reason.ts";

const WAIT_MS = 5_000;

/**
 * Runs work while no other process runs work under the same lock, `<path>.lock`. A lock whose process has ended is
 * taken over.
 * @throws ConfigError `unwritable` when another process keeps the lock for five seconds, or it cannot be made.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = await waitForLockFile(path, { waitMs: WAIT_MS }).catch((cause: unknown) => {
    const place =
      cause instanceof LockHeldError
        ? { file: cause.lockPath, reason: cause.message }
        : { file: path, reason: `cannot lock it: ${reasonOf(cause)}` };
    throw new ConfigError({ kind: "unwritable", ...place }, { cause });
  });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
