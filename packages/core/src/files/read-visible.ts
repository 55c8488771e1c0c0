import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { refused } from "./file-access-error.ts";

/** Nobody reads more of a text through a tool; it keeps a mistaken path from filling the memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Not there on Windows. */
const SAFE_FLAGS = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The content of a regular file, links followed. Pipes and devices, which may have no end, are none.
 * @param isVisible asked with the path that all links lead to; what the kernel shows of processes is never read.
 * @throws an error with the code `EACCES` for a file that is hidden, and those of the file system.
 */
export async function readVisibleFile(path: string, isVisible: (realPath: string) => boolean): Promise<Uint8Array> {
  const real = await realpath(path);
  if (real.startsWith("/proc/") || !isVisible(real)) throw refused(path);
  await using file = await open(real, constants.O_RDONLY | SAFE_FLAGS);
  const info = await file.stat();
  if (!info.isFile()) throw new Error(`${path} is not a file`);
  if (info.size > MAX_BYTES) throw new Error(`${path} is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
  return await file.readFile();
}
