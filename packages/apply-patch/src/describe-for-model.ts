import { assertNever } from "./assert-never.ts";
import { describeBoundary, describeHunkProblem, describeSentence } from "./describe.ts";
import type { PatchError } from "./error.ts";
import type { NearestLines, PatchFailure } from "./failure.ts";

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
      return `invalid patch: ${describeBoundary(failure.kind)}`;
    case "invalid-hunk":
      return `invalid hunk at line ${failure.line}, ${describeHunkProblem(failure.problem)}`;
    default:
      return describeSentence(failure, (path) => path.absolute);
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
