import { readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "./file-access-error.ts";

/**
 * The name of a file of our own that must not outlive the operation it is for. It tells the process that made it: its id
 * and, since ids are used again, when it started.
 */
export function temporaryFileName(purpose: "staged" | "backup", unique: string): string {
  return `.heddle-${process.pid}-${processStart()}-${unique}.${purpose}`;
}

/** Asked when a file is written: the clock behind it takes a millisecond to load. */
function processStart(): string {
  return Math.round(performance.timeOrigin).toString(36);
}

const TEMPORARY_NAME = /^\.heddle-(\d+)-([0-9a-z]+)-[0-9a-f]+\.(?:staged|backup)$/;

/** Removes what a killed process left behind in a directory, as far as `mayRemove` and the system allow. */
export async function sweepDirectory(directory: string, mayRemove: (name: string) => boolean): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    const [, pid, start] = TEMPORARY_NAME.exec(name) ?? [];
    if (pid === undefined || start === undefined || isAlive(Number(pid), start) || !mayRemove(name)) continue;
    await unlink(join(directory, name)).catch(() => undefined);
  }
}

function isAlive(pid: number, start: string): boolean {
  if (pid === process.pid) return start === processStart();
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, "ESRCH");
  }
}
