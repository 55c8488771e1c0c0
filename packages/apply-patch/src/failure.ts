/** A path as the patch names it, and made absolute with the patch's cwd (joined, not normalised). */
export interface PatchPath {
  readonly written: string;
  readonly absolute: string;
}

/** What is wrong with a line of a patch. */
export type HunkProblem =
  | { readonly kind: "unknown-header"; readonly line: string }
  | { readonly kind: "empty-update"; readonly path: string }
  | { readonly kind: "no-lines" }
  | { readonly kind: "unexpected-line"; readonly line: string }
  | { readonly kind: "marker-expected"; readonly line: string };

/** Where lines that were not found might have been meant; line numbers count from 1. */
export type NearestLines =
  /** They are there, but before the place from which they are searched: line `reached`, where contexts or earlier chunks led. */
  | { readonly kind: "earlier"; readonly line: number; readonly reached: number }
  /** They are there, but the chunk wants them at the end of the file. */
  | { readonly kind: "not-at-end"; readonly line: number; readonly lastLine: number }
  /** Lines that resemble them; `difference` is the first one that is not as expected. */
  | {
      readonly kind: "similar";
      readonly line: number;
      readonly matching: number;
      readonly difference: { readonly line: number; readonly expected: string; readonly found: string | null } | null;
    };

/** Every way in which a patch can fail. The kinds are those of the apply_patch spec, section 4, and two of ours. */
export type PatchFailure =
  | { readonly kind: "missing-begin" }
  | { readonly kind: "missing-end" }
  | { readonly kind: "invalid-hunk"; readonly line: number; readonly problem: HunkProblem }
  | { readonly kind: "empty-patch" }
  | {
      readonly kind: "context-not-found";
      readonly path: PatchPath;
      readonly context: string;
      readonly nearest: NearestLines | null;
    }
  | {
      readonly kind: "lines-not-found";
      readonly path: PatchPath;
      readonly lines: readonly string[];
      readonly nearest: NearestLines | null;
    }
  | FileFailure
  /** A file is no longer what the plan was made from. */
  | { readonly kind: "changed-since-planned"; readonly path: PatchPath };

/** A file operation that failed. */
export interface FileFailure {
  readonly kind: "read-failed" | "delete-failed" | "mkdir-failed" | "write-failed" | "remove-failed";
  readonly path: PatchPath;
  /** The system's words, in the form `No such file or directory (os error 2)`; null when there are none. */
  readonly reason: string | null;
  /** The system's code, such as `EACCES`; null when the planner itself refused. */
  readonly code: string | null;
  /** What could not be put back after a failed commit, with the place of the old content; empty otherwise. */
  readonly unrestored: readonly string[];
}
