import { assertNever } from "./assert-never.ts";
import type { HunkProblem, NearestLines, PatchError, PatchFailure, PatchPath } from "./error.ts";

/**
 * A failure in the words of the standalone command: paths as written, no hints.
 * Source: apply_patch spec, section 4; the texts are exact, models have seen them.
 */
export function describeFailure(failure: PatchFailure): string {
  return sentence(failure, (path) => path.written);
}

/**
 * A failure as a session tells it to the model: absolute paths, the session's prefix, and then what to do about it: where
 * the nearest candidate is, the system's reason, what could not be put back. The first part is exact (apply_patch spec,
 * sections 4 and 7).
 */
export function describeForModel(error: PatchError): string {
  const { failure } = error;
  if (error.phase === "commit") return error.message + commitNote(failure);
  if (failure.kind === "empty-patch") return "patch rejected: empty patch";
  const first = `apply_patch verification failed: ${verificationSentence(failure)}`;
  const advice = hint(failure);
  return advice === null ? first : `${first}\n\n${advice}`;
}

function verificationSentence(failure: PatchFailure): string {
  switch (failure.kind) {
    case "missing-begin":
    case "missing-end":
      return `invalid patch: ${boundaryProblem(failure.kind)}`;
    case "invalid-hunk":
      return `invalid hunk at line ${failure.line}, ${hunkProblem(failure.problem)}`;
    default:
      return sentence(failure, (path) => path.absolute);
  }
}

function sentence(failure: PatchFailure, name: (path: PatchPath) => string): string {
  switch (failure.kind) {
    case "missing-begin":
    case "missing-end":
      return `Invalid patch: ${boundaryProblem(failure.kind)}`;
    case "invalid-hunk":
      return `Invalid patch hunk on line ${failure.line}: ${hunkProblem(failure.problem)}`;
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

function boundaryProblem(kind: "missing-begin" | "missing-end"): string {
  return kind === "missing-begin"
    ? "The first line of the patch must be '*** Begin Patch'"
    : "The last line of the patch must be '*** End Patch'";
}

function hunkProblem(problem: HunkProblem): string {
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

/** What the model may do about a failed verification; null when the first part says it all. */
function hint(failure: PatchFailure): string | null {
  switch (failure.kind) {
    case "lines-not-found":
      return (
        describeNearest(failure.nearest, "these lines") ?? "No line of the file resembles them. Read the file again."
      );
    case "context-not-found":
      if (UNIFIED_RANGE.test(failure.context))
        return "Line numbers are not understood here: put a line of the file after @@, or nothing.";
      return describeNearest(failure.nearest, "this line") ?? "No line of the file resembles it. Read the file again.";
    case "delete-failed":
    case "mkdir-failed":
    case "write-failed":
    case "remove-failed":
      return failure.reason === null ? null : `Reason: ${failure.reason}`;
    default:
      return null;
  }
}

/** The range of a unified diff, which models write out of habit. The text is short: one line of a patch. */
const UNIFIED_RANGE = /^-\d+(,\d+)? \+\d+(,\d+)? @@/;

function describeNearest(nearest: NearestLines | null, subject: string): string | null {
  if (nearest === null) return null;
  switch (nearest.kind) {
    case "earlier":
      return `The file has ${subject} at line ${nearest.line}, but the search starts behind line ${nearest.reached}, where the @@ line or the chunk before leads: chunks have to be in the order of the file and must not share lines.`;
    case "not-at-end":
      return `The file has ${subject} at line ${nearest.line}, but *** End of File asks for the last lines, and the file ends with line ${nearest.lastLine}.`;
    case "similar": {
      const { difference } = nearest;
      const start = `Nearest candidate: line ${nearest.line} of the file`;
      if (difference === null) return `${start}.`;
      const count = nearest.matching === 0 ? "" : ` (${nearest.matching} of these lines match from there)`;
      const found = difference.found === null ? "(the file ends here)" : shorten(difference.found);
      return `${start}${count}. First difference at line ${difference.line}:\nexpected: ${shorten(difference.expected)}\nfound:    ${found}`;
    }
    default:
      return assertNever(nearest);
  }
}

/** A hint quotes lines; a minified one must not fill the model's context. */
function shorten(line: string): string {
  return line.length <= 300 ? line : `${line.slice(0, 300)}...`;
}

function commitNote(failure: PatchFailure): string {
  const reason = "reason" in failure && failure.reason !== null ? `\nReason: ${failure.reason}` : "";
  const unrestored = "unrestored" in failure ? failure.unrestored : [];
  const state =
    unrestored.length === 0
      ? "No file was changed."
      : `Taking the patch back failed too. These are not as they were:\n${unrestored.join("\n")}`;
  return `${reason}\n${state}`;
}
