import { closeSync, constants, mkdirSync, openSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Linux: a file without a name, gone with its last descriptor. Not among Node's constants. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** Makes files that nobody else can name, so that nobody can change what they hold. `folder` is made when it is missing. */
export function openUnnamedFile(folder: string, { mode = 0o600 }: { readonly mode?: number } = {}): number {
  try {
    return openSync(folder, O_TMPFILE | constants.O_RDWR, mode);
  } catch {
    // The folder is missing, or its file system cannot do this (some network and overlay file systems).
    return openAndUnlink(folder, mode);
  }
}

/** An unnamed file that holds `bytes`, for `reopenForReading`. The caller closes it. */
export function unnamedFileWith(folder: string, bytes: Uint8Array, options: { readonly mode?: number } = {}): number {
  const descriptor = openUnnamedFile(folder, options);
  try {
    writeSync(descriptor, bytes);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** A descriptor of its own on the same file, at its start: processes that read it must not share a position. */
export function reopenForReading(descriptor: number): number {
  return openSync(`/proc/self/fd/${descriptor}`, constants.O_RDONLY);
}

function openAndUnlink(folder: string, mode: number): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `.unnamed-${process.pid}-${process.hrtime.bigint()}`);
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, mode);
  unlinkSync(path);
  return descriptor;
}
