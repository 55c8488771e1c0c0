import { existsSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** @returns the directory to work in, links resolved; null when `-C` names none. */
export async function workingDirectory(chosen: string | null, base: string): Promise<string | null> {
  if (chosen === null) return base;
  try {
    const path = await realpath(resolve(base, chosen));
    return (await stat(path)).isDirectory() ? path : null;
  } catch {
    return null; // missing, or below something that this user may not enter
  }
}

/** Whether there is a `.git` here or above: a run that goes wrong can be taken back. */
export function isInsideRepository(cwd: string): boolean {
  if (existsSync(join(cwd, ".git"))) return true;
  const parent = dirname(cwd);
  return parent !== cwd && isInsideRepository(parent);
}
