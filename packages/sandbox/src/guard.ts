import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  type BigIntStats,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isWithin, realPathOf } from "./paths.ts";

/** What a protected path or one below it was. Contents are kept where they can be put back. */
type Entry =
  | { readonly type: "absent" }
  | { readonly type: "folder"; readonly print: string }
  | { readonly type: "link"; readonly print: string; readonly target: string }
  | { readonly type: "file"; readonly print: string; readonly mode: number; readonly content: Buffer | null }
  | { readonly type: "other"; readonly print: string };

/** How a path was when the first of the commands that run now began. */
interface Watched {
  users: number;
  /** Where the folder of the path really was. */
  readonly folder: string | null;
  readonly entries: ReadonlyMap<string, Entry>;
}

const ABSENT: Entry = { type: "absent" };
/** Larger files are watched, and not put back. */
const MAX_KEPT_BYTES = 256 * 1024;
/** A folder with more is watched as far as this. */
const MAX_ENTRIES = 500;
/** What of a git folder is run or obeyed; the rest changes with every commit. */
const GIT_ENTRIES = ["config", "config.worktree", "hooks", "info/attributes", "HEAD"];
/** Told when it changes, but put back only when it is gone: a person may have switched branches meanwhile. */
const WATCHED_ONLY = "HEAD";

/**
 * Watches over paths that the sandbox cannot protect: looks at them before and after a command, and puts back what it
 * has changed. Used for symbolic links, upon which nothing can be mounted, and where there are no mounts at all.
 */
export class Guard {
  readonly #watched = new Map<string, Watched>();

  /**
   * Begins to watch. What is returned ends it, once the command has ended or could not start: puts back what is not as it
   * was, and tells what that is; nothing when it is called again.
   */
  watch(paths: readonly string[]): () => string[] {
    for (const path of paths) {
      const known = this.#watched.get(path);
      // Commands that run at the same time share one view of how it was, else one would take for granted what another did.
      if (known === undefined)
        this.#watched.set(path, { users: 1, folder: realPathOf(dirname(path)), entries: readTree(path) });
      else known.users += 1;
    }
    let open = paths;
    return () => {
      const ending = open;
      open = [];
      return ending.flatMap((path) => this.#end(path));
    };
  }

  #end(path: string): string[] {
    const watched = this.#watched.get(path);
    if (watched === undefined) return [];
    watched.users -= 1;
    if (watched.users === 0) this.#watched.delete(path);
    const changed = changesOf(watched.entries, readTree(path));
    // Its folder was moved away: what has the name now is not ours to touch.
    if (realPathOf(dirname(path)) !== watched.folder) return changed;
    for (const changedPath of changed) {
      if (basename(changedPath) === WATCHED_ONLY && entryAt(changedPath) !== null) continue;
      putBackQuietly(changedPath, watched.entries.get(changedPath) ?? ABSENT);
    }
    return changed;
  }
}

/** Those that differ, each before what lies below it; below one that was no folder before, nothing has to be told. */
function changesOf(before: ReadonlyMap<string, Entry>, after: ReadonlyMap<string, Entry>): string[] {
  const changed: string[] = [];
  const replaced: string[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    // Never below one that is put back as a link: that would reach what it leads to.
    if (replaced.some((above) => isWithin(path, above))) continue;
    const was = before.get(path) ?? ABSENT;
    if (printOf(was) === printOf(after.get(path) ?? ABSENT)) continue;
    changed.push(path);
    if (was.type !== "folder") replaced.push(path);
  }
  return changed;
}

function printOf(entry: Entry): string {
  return entry.type === "absent" ? entry.type : `${entry.type} ${entry.print}`;
}

/** What cannot be put back (its folder may have lost its mode) is told all the same. */
function putBackQuietly(path: string, was: Entry): void {
  try {
    putBack(path, was);
  } catch {
    // It stays as it is; the caller has it on its list.
  }
}

function putBack(path: string, was: Entry): void {
  switch (was.type) {
    case "absent":
      rmSync(path, { recursive: true, force: true });
      return;
    case "folder":
      if (entryAt(path)?.isDirectory() === true) return;
      rmSync(path, { recursive: true, force: true });
      mkdirSync(path);
      return;
    case "link":
      rmSync(path, { recursive: true, force: true });
      symlinkSync(was.target, path);
      return;
    case "file":
      if (was.content === null) return;
      rmSync(path, { recursive: true, force: true });
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, was.content, { flag: "wx" });
      chmodSync(path, was.mode);
      return;
    case "other":
  }
}

/** What is at `path` and below it, by path. */
function readTree(path: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const root = readEntry(path);
  entries.set(path, root);
  if (root.type !== "folder") return entries;
  const open = basename(path) === ".git" ? GIT_ENTRIES.map((name) => join(path, name)) : childrenOf(path);
  for (let next = open.pop(); next !== undefined && entries.size < MAX_ENTRIES; next = open.pop()) {
    const entry = readEntry(next);
    entries.set(next, entry);
    if (entry.type === "folder") open.push(...childrenOf(next));
  }
  return entries;
}

function readEntry(path: string): Entry {
  const stats = entryAt(path);
  if (stats === null) return ABSENT;
  if (stats.isDirectory()) return { type: "folder", print: `${stats.mode}` };
  const print = [stats.ino, stats.mode, stats.size, stats.mtimeNs, stats.ctimeNs].join(" ");
  try {
    if (stats.isSymbolicLink()) return { type: "link", print: readlinkSync(path), target: readlinkSync(path) };
    if (!stats.isFile()) return { type: "other", print };
    const content = stats.size <= MAX_KEPT_BYTES ? readFileSync(path) : null;
    return { type: "file", print, mode: Number(stats.mode & 0o7777n), content };
  } catch {
    return { type: "other", print }; // cannot be read, so it can only be watched
  }
}

function entryAt(path: string): BigIntStats | null {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
}

function childrenOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
