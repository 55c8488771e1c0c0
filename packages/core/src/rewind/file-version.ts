/** What a file was at one moment. */
export interface FileVersion {
  readonly kind: "file" | "symlink";
  /** Permission bits. */
  readonly mode: number;
  readonly sizeBytes: number;
  /** Last change of the content: tells versions apart that are not kept. */
  readonly mtimeMs: number;
  /** Name of the content in the store (of a link, its text); null: not kept, as it is too large or cannot be read. */
  readonly blob: string | null;
}

/** A file that changed; null: there was none, or there is none. */
export interface FileChangeRecord {
  /** Absolute. */
  readonly path: string;
  readonly before: FileVersion | null;
  readonly after: FileVersion | null;
}

/** What a command, or a patch, has changed. */
export interface ChangeSet {
  readonly files: readonly FileChangeRecord[];
  /** Folders that were not there before, absolute; a folder stands before those in it. */
  readonly newFolders: readonly string[];
}

/** Whether two versions are the same; contents that are not kept are compared by what the system tells of them. */
export function sameVersion(a: FileVersion | null, b: FileVersion | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.kind !== b.kind || (a.kind === "file" && a.mode !== b.mode)) return false;
  if (a.blob !== null && b.blob !== null) return a.blob === b.blob;
  return a.sizeBytes === b.sizeBytes && a.mtimeMs === b.mtimeMs;
}
