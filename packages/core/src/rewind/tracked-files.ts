import { readFileSync, realpathSync, statSync, type Stats } from "node:fs";
import { join, sep } from "node:path";
import { findRepositoryRoot, gitDirectory } from "../git/git-info.ts";
import { parseGitIndex, type GitIndex } from "./git-index.ts";

/** What version control knows about the files of a work tree. */
export interface TrackedFiles {
  /** The blob that a file is a copy of; null when it is not tracked, or has changed since git looked. */
  blobOf(path: string, stats: Stats): string | null;
  /** Whether a file at or below a folder is tracked. */
  hasFilesIn(folder: string): boolean;
}

/** Without a repository, or with an index that cannot be read. Then even a folder `build` may be written by hand. */
export const NOTHING_TRACKED: TrackedFiles = { blobOf: () => null, hasFilesIn: () => true };

/** Reads the index of the repository that holds a folder. Never throws. @param root real path of the folder. */
export async function readTrackedFiles(root: string): Promise<TrackedFiles> {
  const top = await findRepositoryRoot(root);
  const gitDir = top === null ? null : await gitDirectory(top);
  if (top === null || gitDir === null) return NOTHING_TRACKED;
  try {
    const path = join(gitDir, "index");
    const index = parseGitIndex(readFileSync(path));
    return index === null ? NOTHING_TRACKED : trackedIn(index, realpathSync(top), statSync(path).mtimeMs);
  } catch {
    return NOTHING_TRACKED; // a repository without a commit has none
  }
}

function trackedIn(index: GitIndex, top: string, indexedAtMs: number): TrackedFiles {
  const folders = foldersOf(index.keys());
  // Cut off, not worked out: it is asked for each file, and all of them are below.
  const prefix = top.endsWith(sep) ? top : top + sep;
  const nameOf = (path: string): string => path.slice(prefix.length).replaceAll(sep, "/");
  return {
    blobOf(path, stats) {
      const file = index.get(nameOf(path));
      if (file === undefined || file.sizeBytes !== stats.size || file.ino !== stats.ino % 2 ** 32) return null;
      // Changed in the moment in which the index was written, or later: the times may hide it.
      if (stats.mtimeMs >= indexedAtMs) return null;
      return isSameTime(file.mtimeMs, stats.mtimeMs) && isSameTime(file.ctimeMs, stats.ctimeMs) ? file.blobId : null;
    },
    hasFilesIn: (folder) => folders.has(nameOf(folder)),
  };
}

/** Within what a double leaves of nanoseconds. */
function isSameTime(a: number, b: number): boolean {
  return Math.abs(a - b) < 0.001;
}

function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    // Known folders have their parents known.
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}
