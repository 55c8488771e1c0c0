import type { PatchPath } from "../failure.ts";
import type { FileChange } from "../diff/file-state.ts";
import type { FileStat } from "../file-port.ts";

/** What a patch will do, worked out against the files as they are, with nothing touched yet. */
export interface PatchPlan {
  readonly cwd: string;
  /** One per file, whatever the number of hunks: what changes from before the patch to after it. */
  readonly changes: readonly PlannedChange[];
  /** What the successful patch prints, paths as written: `Success. Updated the following files:\nA x\n`. */
  readonly summary: string;
  /** Every path that the patch names, move targets too, absolute, joined and not normalised. */
  readonly paths: readonly string[];
  /** Every path that will be written or removed, with all links resolved: what an approval is really about. */
  readonly targets: readonly string[];
  /** The changes as the diff of a turn records them: of the files themselves, not of links to them. */
  readonly effects: readonly FileChange[];
  readonly writes: readonly PlannedWrite[];
  readonly removals: readonly PlannedRemoval[];
}

/** The change of one file, for showing it. Paths are absolute, joined with the cwd and not normalised. */
export interface PlannedChange {
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  /** Where an updated file goes; null when it stays. */
  readonly movePath: string | null;
  /** null when there was no file, or none of UTF-8 text; a deleted link's text is where it leads. */
  readonly oldText: string | null;
  /** null for a delete. */
  readonly newText: string | null;
}

/** A file to write. `path` has all links resolved. */
export interface PlannedWrite {
  readonly path: string;
  readonly source: PatchPath;
  readonly content: Uint8Array;
  readonly before: FileBefore;
  /** The file whose mode and owner the written one gets; null for those of a new file. */
  readonly like: FileStat | null;
  /**
   * Whether the file that stands there is given new content, and not another file put in its place: required when it
   * has more than one name, for a replacement would part them; allowed when it is the same file before and after.
   */
  readonly inPlace: "required" | "allowed" | "forbidden";
}

/** A name to remove. `path` has the links of its directory resolved, but not itself. */
export interface PlannedRemoval {
  readonly path: string;
  readonly source: PatchPath;
  readonly before: FileBefore;
  readonly because: "deleted" | "moved";
}

/** What stood at a path when the plan was made. */
export type FileBefore =
  | { readonly type: "missing" }
  | { readonly type: "file"; readonly content: Uint8Array; readonly stat: FileStat }
  | { readonly type: "symlink"; readonly target: string };
