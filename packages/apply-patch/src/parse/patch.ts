/** A parsed patch: its hunks in the order in which they are written and applied. */
export interface Patch {
  readonly hunks: readonly Hunk[];
}

/** What a patch does to one file. Paths are as written: relative to the patch's cwd, or absolute. */
export type Hunk = AddHunk | DeleteHunk | UpdateHunk;

/** Creates a file, or overwrites one; every line of `content` ends with LF. */
export interface AddHunk {
  readonly type: "add";
  readonly path: string;
  readonly content: string;
}

/** Removes a name: a file, or a symbolic link but not what it leads to. */
export interface DeleteHunk {
  readonly type: "delete";
  readonly path: string;
}

/** Changes lines of a file, and moves it when `moveTo` is not null. There is at least one chunk. */
export interface UpdateHunk {
  readonly type: "update";
  readonly path: string;
  readonly moveTo: string | null;
  readonly chunks: readonly Chunk[];
}

/** One run of lines to find and replace. */
export interface Chunk {
  /** Single lines to go to first, one after the other; empty when the chunk has a bare `@@` or no marker. */
  readonly contexts: readonly string[];
  /** What has to be in the file: context and removed lines. Empty for an append. */
  readonly oldLines: readonly string[];
  /** What replaces it: context and added lines. */
  readonly newLines: readonly string[];
  /** Followed by `*** End of File`: the old lines have to be the file's last ones. */
  readonly atEnd: boolean;
}
