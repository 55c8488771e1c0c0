import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { hasCode } from "../files/file-access-error.ts";
import { blobId } from "../git/blob-id.ts";
import type { BlobStore } from "./blob-store.ts";
import { sameVersion, type ChangeSet, type FileChangeRecord, type FileVersion } from "./file-version.ts";
import { readGitBlobs } from "./git-blobs.ts";
import { NOTHING_TRACKED, readTrackedFiles, type TrackedFiles } from "./tracked-files.ts";
import { inSlices } from "./in-slices.ts";
import { DEFAULT_LIMITS, isLeftOut, type TreeLimits } from "./tree-limits.ts";
import {
  isSameContent,
  isSameFile,
  newFolder,
  unwatch,
  type Content,
  type FileEntry,
  type Folder,
} from "./tree-nodes.ts";
import type { WatchHub } from "./watch-hub.ts";

/** A time in which changes are noted: the run of a command. */
export interface ChangeWindow {
  /** What each changed file was when the window was opened. */
  readonly before: Map<string, FileEntry | null>;
  /** Folders that came up in it, those above before those in them. */
  readonly newFolders: Set<string>;
}

/**
 * A work tree as it was seen last, with the contents of its files kept, so that whatever a command changes can be put
 * back. Between two looks the system tells what has changed; where it cannot, all files are looked at again.
 */
export interface WorkTree {
  /** Looks at a tree that nobody has looked at yet. */
  prepare(): Promise<void>;
  /** Brings the tree up to date and notes what changes from now on. A command may run once it resolves. */
  open(): Promise<ChangeWindow>;
  /** What has changed since the window was opened. */
  close(window: ChangeWindow): Promise<ChangeSet>;
  /** Folders and reasons that were beyond a limit at the last look, in words; empty when all is covered. */
  readonly uncovered: readonly string[];
  /** Stops watching. */
  dispose(): void;
}

export interface WorkTreeOptions {
  /** Real path. */
  readonly root: string;
  /** Whether a file or a folder, by its real path, is never read and so never kept: credentials, Heddle's own files. */
  readonly isHidden: (path: string) => boolean;
  readonly blobs: BlobStore;
  readonly hub: WatchHub;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => Date;
  readonly limits?: TreeLimits;
}

export function createWorkTree(options: WorkTreeOptions): WorkTree {
  return new LookedAtTree(options);
}

/** A file in sight. */
interface SeenFile {
  readonly folder: Folder;
  readonly name: string;
  readonly path: string;
  readonly stats: Stats;
  /** The system has told that it changed: its times prove nothing. */
  readonly anew: boolean;
  readonly deadline: number;
}

const TOO_SLOW = "too many files to look at in time";
const NO_CONTENT: Content = { type: "none" };
/** A file that changed so shortly before the look may change again without its times showing it. */
const RACY_MS = 50;

class LookedAtTree implements WorkTree {
  readonly #options: WorkTreeOptions;
  readonly #limits: TreeLimits;
  readonly #root: Folder;
  readonly #windows = new Set<ChangeWindow>();
  readonly #dirtyFolders = new Set<Folder>();
  #tracked: TrackedFiles = NOTHING_TRACKED;
  /** Folders that are not looked into, for as long as a window is open: what comes into sight would seem to be new. */
  readonly #leftOut = new Set<string>();
  readonly #uncovered: string[] = [];
  /** Whether the system tells of every change since the last look. */
  #watched = false;
  #disposed = false;
  #files = 0;
  #bytes = 0;
  #looking: Promise<unknown> = Promise.resolve();
  readonly #stopListening: () => void;

  constructor(options: WorkTreeOptions) {
    this.#options = options;
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#root = newFolder(options.root);
    this.#stopListening = options.hub.onLost(() => this.#unwatch());
  }

  get uncovered(): readonly string[] {
    return this.#uncovered;
  }

  prepare(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#watched) await this.#look();
    });
  }

  open(): Promise<ChangeWindow> {
    return this.#inTurn(async () => {
      await this.#look();
      const window: ChangeWindow = { before: new Map(), newFolders: new Set() };
      this.#windows.add(window);
      return window;
    });
  }

  close(window: ChangeWindow): Promise<ChangeSet> {
    return this.#inTurn(async () => {
      try {
        await this.#look();
      } finally {
        this.#windows.delete(window);
      }
      return {
        files: await this.#changes(window),
        newFolders: [...window.newFolders].filter((path) => this.#has(path)),
      };
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#stopListening();
    this.#unwatch();
  }

  #unwatch(): void {
    this.#watched = false;
    unwatch(this.#root);
  }

  /** One look at a time, whoever asks. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#looking.then(work);
    this.#looking = done.catch(() => undefined);
    return done;
  }

  async #look(): Promise<void> {
    try {
      await this.#bringUpToDate();
    } catch (error) {
      // Half of a look is none: what it has not seen would seem to be new at the next one.
      this.#unwatch();
      throw error;
    }
  }

  async #bringUpToDate(): Promise<void> {
    const { root, hub } = this.#options;
    this.#bytes = 0;
    if (this.#watched && (await hub.settle()) && this.#watched) {
      await inSlices(this.#lookAtDirty());
      return;
    }
    unwatch(this.#root);
    this.#dirtyFolders.clear();
    this.#tracked = await readTrackedFiles(root);
    if (this.#windows.size === 0) this.#lookEverywhere();
    this.#watched = !this.#disposed; // until a folder cannot be watched
    const deadline = performance.now() + this.#limits.maxMs;
    await inSlices(this.#lookAtAll(this.#root, deadline));
  }

  /** Gives what was left out another chance. */
  #lookEverywhere(): void {
    this.#leftOut.clear();
    this.#uncovered.length = 0;
    const open = (folder: Folder): void => {
      folder.partial = false;
      for (const child of folder.folders.values()) open(child);
    };
    open(this.#root);
  }

  *#lookAtDirty(): Generator<void, void, undefined> {
    const deadline = performance.now() + this.#limits.maxMs;
    const folders = [...this.#dirtyFolders];
    this.#dirtyFolders.clear();
    for (const folder of folders) {
      const names = [...folder.dirty];
      folder.dirty.clear();
      for (const name of names) {
        yield* this.#lookAtName(folder, name, { deadline, anew: true });
      }
    }
  }

  *#lookAtAll(folder: Folder, deadline: number): Generator<void, void, undefined> {
    if (this.#watched && folder.watcher === null) this.#watch(folder);
    const gone = new Set([...folder.files.keys(), ...folder.folders.keys()]);
    for (const name of this.#namesIn(folder)) {
      gone.delete(name);
      yield* this.#lookAtName(folder, name, { deadline, anew: false });
    }
    for (const name of gone) this.#forget(folder, name);
  }

  *#lookAtName(
    folder: Folder,
    name: string,
    { deadline, anew }: { readonly deadline: number; readonly anew: boolean },
  ): Generator<void, void, undefined> {
    const path = join(folder.path, name);
    const stats = statsOf(path);
    if (stats === "unknown") {
      folder.partial = true;
      return;
    }
    if (stats?.isDirectory() === true) {
      if (folder.files.has(name)) this.#forget(folder, name);
      const child = folder.folders.get(name) ?? this.#newFolder(folder, name, deadline);
      if (child === null) return;
      // Another folder may stand here by now, and watches stay with the one that they were set on.
      if (anew) unwatch(child);
      yield* this.#lookAtAll(child, deadline);
      return;
    }
    if (folder.folders.has(name)) this.#forget(folder, name);
    if (this.#options.isHidden(path)) return;
    if (stats?.isFile() === true || stats?.isSymbolicLink() === true)
      this.#lookAtFile({ folder, name, path, stats, anew, deadline });
    else this.#forget(folder, name);
    yield;
  }

  #lookAtFile({ folder, name, path, stats, anew, deadline }: SeenFile): void {
    const known = folder.files.get(name) ?? null;
    const isRacy = this.#options.clock().getTime() - stats.mtimeMs < RACY_MS;
    if (known !== null && isSameFile(known, stats) && !anew && !isRacy) return;
    if (known === null && !this.#hasRoomFor(folder, deadline)) return;
    const entry: FileEntry = {
      kind: stats.isSymbolicLink() ? "symlink" : "file",
      mode: stats.mode & 0o7777,
      sizeBytes: stats.size,
      ino: stats.ino,
      mtimeMs: stats.mtimeMs,
      ctimeMs: stats.ctimeMs,
      content: this.#contentOf(path, stats, known),
    };
    if (known === null) this.#files += 1;
    folder.files.set(name, entry);
    if (known === null || !isSameContent(known, entry)) this.#note(path, known);
  }

  #contentOf(path: string, stats: Stats, known: FileEntry | null): Content {
    const tracked = known === null && stats.isFile() ? this.#tracked.blobOf(path, stats) : null;
    if (tracked !== null) return { type: "tracked", id: tracked };
    if (stats.size > this.#limits.maxFileBytes) return NO_CONTENT;
    if (this.#bytes + stats.size > this.#limits.maxBytesPerLook) {
      this.#leaveOut(path, "too much that is new");
      return NO_CONTENT;
    }
    try {
      const content = stats.isSymbolicLink() ? readlinkSync(path, { encoding: "buffer" }) : readFileSync(path);
      // What a file was that git knows is told by git's own name for it.
      const { content: before = NO_CONTENT } = known ?? {};
      if (before.type === "tracked" && before.id === blobId(content)) return before;
      this.#bytes += content.length;
      return { type: "kept", blob: this.#options.blobs.put(content) };
    } catch {
      return NO_CONTENT; // gone again, not ours to read, or the store is full
    }
  }

  /** A folder that comes into sight; null when it is not looked into. */
  #newFolder(parent: Folder, name: string, deadline: number): Folder | null {
    const path = join(parent.path, name);
    if (parent.partial || this.#leftOut.has(path)) return null;
    if (this.#options.isHidden(path) || isLeftOut(name, () => this.#tracked.hasFilesIn(path))) {
      this.#leftOut.add(path);
      return null;
    }
    if (this.#files >= this.#limits.maxFiles || performance.now() > deadline) {
      const many = this.#files >= this.#limits.maxFiles;
      this.#leftOut.add(path);
      this.#leaveOut(path, many ? `more than ${this.#limits.maxFiles} files` : TOO_SLOW);
      return null;
    }
    const folder = newFolder(path);
    parent.folders.set(name, folder);
    for (const { newFolders } of this.#windows) newFolders.add(path);
    return folder;
  }

  #hasRoomFor(folder: Folder, deadline: number): boolean {
    if (folder.partial) return false;
    const many = this.#files >= this.#limits.maxFiles;
    if (!many && performance.now() <= deadline) return true;
    folder.partial = true;
    this.#leaveOut(folder.path, many ? `more than ${this.#limits.maxFiles} files` : TOO_SLOW);
    return false;
  }

  #namesIn(folder: Folder): string[] {
    try {
      return readdirSync(folder.path);
    } catch (error) {
      // Gone meanwhile, or not ours to read: then what is in it is not known, and is not new when it comes into sight.
      if (!hasCode(error, "ENOENT")) folder.partial = true;
      return [];
    }
  }

  #leaveOut(path: string, reason: string): void {
    if (this.#uncovered.length < 100) this.#uncovered.push(`${path} (${reason})`);
  }

  #watch(folder: Folder): void {
    folder.watcher = this.#options.hub.watch(folder.path, (name) => {
      folder.dirty.add(name);
      this.#dirtyFolders.add(folder);
    });
    if (folder.watcher === null) this.#unwatch();
  }

  #forget(folder: Folder, name: string): void {
    const file = folder.files.get(name);
    if (file !== undefined) {
      folder.files.delete(name);
      this.#files -= 1;
      this.#note(join(folder.path, name), file);
    }
    const child = folder.folders.get(name);
    if (child === undefined) return;
    for (const each of [...child.files.keys(), ...child.folders.keys()]) this.#forget(child, each);
    unwatch(child);
    this.#dirtyFolders.delete(child);
    folder.folders.delete(name);
  }

  #note(path: string, before: FileEntry | null): void {
    for (const window of this.#windows) if (!window.before.has(path)) window.before.set(path, before);
  }

  async #changes({ before }: ChangeWindow): Promise<FileChangeRecord[]> {
    const ids = [...before.values()].flatMap((entry) => (entry?.content.type === "tracked" ? [entry.content.id] : []));
    const { root, env, blobs } = this.#options;
    const fetched = await readGitBlobs([...new Set(ids)], { cwd: root, env, maxBytes: this.#limits.maxBytesPerLook });
    const versionOf = (entry: FileEntry | null): FileVersion | null => {
      if (entry === null) return null;
      const { content, ino: _, ctimeMs: __, ...known } = entry;
      if (content.type !== "tracked") return { ...known, blob: content.type === "kept" ? content.blob : null };
      const bytes = fetched.get(content.id);
      // A filter of the repository may stand between its content and the file: then it is none of the file.
      return { ...known, blob: bytes?.length === known.sizeBytes ? blobs.put(bytes) : null };
    };
    return [...before].flatMap(([path, entry]): FileChangeRecord[] => {
      const change = { path, before: versionOf(entry), after: versionOf(this.#entryAt(path)) };
      return sameVersion(change.before, change.after) ? [] : [change];
    });
  }

  #entryAt(path: string): FileEntry | null {
    return this.#folderAt(dirname(path))?.files.get(basename(path)) ?? null;
  }

  #has(folder: string): boolean {
    return this.#folderAt(folder) !== null;
  }

  #folderAt(path: string): Folder | null {
    let folder: Folder | undefined = this.#root;
    for (const name of relative(this.#root.path, path).split(sep).filter(Boolean)) folder = folder?.folders.get(name);
    return folder ?? null;
  }
}

/** What stands at a path; undefined when nothing does, `unknown` when that cannot be told. */
function statsOf(path: string): Stats | "unknown" | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return "unknown"; // in a folder that is not ours to enter
  }
}
