/** A file at one moment, as git sees it. */
export interface FileState {
  /** For a symbolic link the text of the link. */
  readonly content: Uint8Array;
  readonly mode: "100644" | "100755" | "120000";
}

/** What one step did to one file. Paths are absolute. */
export interface FileChange {
  readonly path: string;
  /** Where the file went; null when it stayed or was removed. */
  readonly movePath: string | null;
  /** null: there was no file. */
  readonly before: FileState | null;
  /** The state afterwards, at `movePath` when that is given; null: there is no file. */
  readonly after: FileState | null;
}
