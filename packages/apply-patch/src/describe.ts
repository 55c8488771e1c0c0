import { assertNever } from "./assert-never.ts";
import type { HunkProblem, PatchFailure, PatchPath } from "./failure.ts";

/**
 * A failure in the words of the standalone command: paths as written, no hints.
 * Source: apply_patch spec, section 4; the texts are exact, models have seen them.
 */
export function describeFailure(failure: PatchFailure): string {
  return describeSentence(failure, (path) => path.written);
}

/** The sentence of a failure; `name` chooses the form of its path. */
export function describeSentence(failure: PatchFailure, name: (path: PatchPath) => string): string {
  switch (failure.kind) {
    case "missing-begin":
    case "missing-end":
      return `Invalid patch: ${describeBoundary(failure.kind)}`;
    case "invalid-hunk":
      return `Invalid patch hunk on line ${failure.line}: ${describeHunkProblem(failure.problem)}`;
    case "empty-patch":
      return "No files were modified.";
    case "context-not-found":
      return `Failed to find context '${failure.context}' in ${name(failure.path)}`;
    case "lines-not-found":
      return `Failed to find expected lines in ${name(failure.path)}:\n${failure.lines.join("\n")}`;
    case "read-failed":
      return `Failed to read file to update ${name(failure.path)}: ${failure.reason ?? "not readable"}`;
    case "delete-failed":
      return `Failed to delete file ${name(failure.path)}`;
    case "mkdir-failed":
      return `Failed to create parent directories for ${name(failure.path)}`;
    case "write-failed":
      return `Failed to write file ${name(failure.path)}`;
    case "remove-failed":
      return `Failed to remove original ${name(failure.path)}`;
    case "changed-since-planned":
      return `Failed to write file ${name(failure.path)}: it was changed after the patch had been verified`;
    default:
      return assertNever(failure);
  }
}

/** What is wrong with the first or the last line. */
export function describeBoundary(kind: "missing-begin" | "missing-end"): string {
  return kind === "missing-begin"
    ? "The first line of the patch must be '*** Begin Patch'"
    : "The last line of the patch must be '*** End Patch'";
}

/** What is wrong with a line between them. */
export function describeHunkProblem(problem: HunkProblem): string {
  switch (problem.kind) {
    case "unknown-header":
      return `'${problem.line}' is not a valid hunk header. Valid hunk headers: '*** Add File: {path}', '*** Delete File: {path}', '*** Update File: {path}'`;
    case "empty-update":
      return `Update file hunk for path '${problem.path}' is empty`;
    case "no-lines":
      return "Update hunk does not contain any lines";
    case "unexpected-line":
      return `Unexpected line found in update hunk: '${problem.line}'. Every line should start with ' ' (context line), '+' (added line), or '-' (removed line)`;
    case "marker-expected":
      return `Expected update hunk to start with a @@ context marker, got: '${problem.line}'`;
    default:
      return assertNever(problem);
  }
}
