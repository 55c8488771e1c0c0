import { lstatSync, readFileSync, realpathSync, type Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Whether `path` is `folder` or below it, by components; both absolute and normal. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === "/" || (path.startsWith(folder) && path[folder.length] === "/");
}

/** The real path, null when there is nothing (or nothing that we may see). */
export function realPathOf(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}

/** What is at `path` itself, a symbolic link not followed; null when there is nothing. */
export function entryAt(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null; // a folder above that we may not enter: nobody below us may either
  }
}

/**
 * Where a write to `path` would end up: symbolic links resolved as far as the path exists, the rest as it is written.
 * Use it before `isWritable`, which compares names only.
 */
export function resolveTarget(path: string): string {
  const absolute = resolve(path);
  const real = realPathOf(absolute);
  if (real !== null) return real;
  const parent = dirname(absolute);
  return parent === absolute ? absolute : join(resolveTarget(parent), basename(absolute));
}

/** The first lines of a small text file, null when it cannot be read. */
export function readSmallFile(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
