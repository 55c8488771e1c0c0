import { dirname, join, resolve } from "node:path";
import { entryAt, readSmallFile, realPathOf } from "../paths.ts";

/**
 * What else has to be protected with the protected path `path`: the target of a symbolic link, and the folders that a
 * `.git` pointer file of a worktree or submodule names (its own and the common one). Real paths, or as they are written
 * where nothing exists.
 */
export function protectedTargets(path: string): readonly string[] {
  const entry = entryAt(path);
  if (entry === null) return [];
  if (entry.isSymbolicLink()) {
    const target = realPathOf(path);
    return target === null ? [] : [target, ...gitFolders(target)];
  }
  return entry.isFile() ? gitFolders(path) : [];
}

/** The git folder that the pointer file `path` names, and the common folder that this one names. */
function gitFolders(path: string): string[] {
  const named = /^gitdir: *(.+?)\s*$/m.exec(readSmallFile(path) ?? "")?.[1];
  if (named === undefined) return [];
  const folder = real(resolve(dirname(path), named));
  const common = readSmallFile(join(folder, "commondir"))?.trim() ?? "";
  return common === "" ? [folder] : [folder, real(resolve(folder, common))];
}

function real(path: string): string {
  return realPathOf(path) ?? path;
}
