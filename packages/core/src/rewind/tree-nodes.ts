import type { FSWatcher, Stats } from "node:fs";
import type { FileVersion } from "./file-version.ts";

/** Where the content of a file is. */
export type Content =
  | { readonly type: "kept"; readonly blob: string }
  /** In the repository, from where it is fetched if it is needed. */
  | { readonly type: "tracked"; readonly id: string }
  | { readonly type: "none" };

/** A file as it was seen last. */
export interface FileEntry {
  readonly kind: FileVersion["kind"];
  readonly mode: number;
  readonly sizeBytes: number;
  readonly ino: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly content: Content;
}

/** A folder as it was seen last. */
export interface Folder {
  readonly path: string;
  readonly files: Map<string, FileEntry>;
  readonly folders: Map<string, Folder>;
  /** Names of which the system has told that they changed. */
  readonly dirty: Set<string>;
  /** Some of its files are not known, for there are too many: a name that is new here need not be new. */
  partial: boolean;
  watcher: FSWatcher | null;
}

export function newFolder(path: string): Folder {
  return { path, files: new Map(), folders: new Map(), dirty: new Set(), partial: false, watcher: null };
}

/** Ends the watches on a folder and on all below it. */
export function unwatch(folder: Folder): void {
  folder.watcher?.close();
  folder.watcher = null;
  folder.dirty.clear();
  for (const child of folder.folders.values()) unwatch(child);
}

/** Whether the system tells the same of a file as when it was seen. */
export function isSameFile(entry: FileEntry, stats: Stats): boolean {
  return (
    entry.sizeBytes === stats.size &&
    entry.mtimeMs === stats.mtimeMs &&
    entry.ctimeMs === stats.ctimeMs &&
    entry.ino === stats.ino
  );
}

/** Whether the file that people see is the same; one that is not kept is as good as changed when its times are others. */
export function isSameContent(a: FileEntry, b: FileEntry): boolean {
  if (a.kind !== b.kind || a.mode !== b.mode) return false;
  if (a.content.type === "kept") return b.content.type === "kept" && a.content.blob === b.content.blob;
  if (a.content.type === "tracked") return b.content.type === "tracked" && a.content.id === b.content.id;
  return b.content.type === "none" && a.sizeBytes === b.sizeBytes && a.mtimeMs === b.mtimeMs && a.ino === b.ino;
}
