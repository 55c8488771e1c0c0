import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { Environment } from "../policy.ts";

/** A `bwrap` that may be trusted with setting up the sandbox, or why there is none. */
export type FoundBubblewrap = { readonly path: string } | { readonly cause: string };

/**
 * Looks for `bwrap` on the PATH, or takes the one that is named. It has to belong to root or to us, and nobody else may
 * be able to change it.
 */
export function findBubblewrap(env: Environment, named: string | undefined): FoundBubblewrap {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const candidates = named === undefined ? folders.map((folder) => join(folder, "bwrap")) : [named];
  let cause = named === undefined ? "bubblewrap is not installed (no bwrap on the PATH)" : `${named} cannot be run`;
  for (const candidate of candidates) {
    const path = executableAt(candidate);
    if (path === null) continue;
    const { uid, mode } = statSync(path);
    if (uid !== 0 && uid !== process.getuid?.()) cause = `${path} belongs to another user`;
    else if ((mode & 0o022) !== 0) cause = `${path} can be changed by others`;
    else return { path };
  }
  return { cause };
}

function executableAt(path: string): string | null {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? realpathSync.native(path) : null;
  } catch {
    return null;
  }
}
