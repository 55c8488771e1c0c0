import { PatchError } from "../error.ts";
import type { HunkProblem, PatchFailure } from "../failure.ts";
import { splitLines, trim } from "../text.ts";
import type { Chunk, Hunk, Patch, UpdateHunk } from "./patch.ts";

/** The first line of every patch. */
export const BEGIN_PATCH = "*** Begin Patch";
const END_PATCH = "*** End Patch";
const ADD_FILE = "*** Add File: ";
const DELETE_FILE = "*** Delete File: ";
const UPDATE_FILE = "*** Update File: ";
const MOVE_TO = "*** Move to: ";
const END_OF_FILE = "*** End of File";
const HEREDOC_STARTS = ["<<EOF", "<<'EOF'", '<<"EOF"'];

/**
 * Reads a patch, with the leniencies of the apply_patch spec, section 2, and one of ours: several `@@` lines may stand
 * above a chunk and are searched one after the other. Takes time linear in the text's length.
 * @throws PatchError `missing-begin`, `missing-end` or `invalid-hunk`, nothing else.
 */
export function parsePatch(text: string): Patch {
  const lines = envelope(splitLines(trim(text)));
  const hunks: Hunk[] = [];
  let next = 1;
  while (next < lines.length - 1) {
    const step = parseHunk(lines, next);
    hunks.push(step.hunk);
    next = step.next;
  }
  return { hunks };
}

/** The lines from `*** Begin Patch` to `*** End Patch`, without the heredoc that may be around them. */
function envelope(lines: readonly string[]): readonly string[] {
  const problem = boundaryProblem(lines);
  if (problem === null) return lines;
  const [first] = lines;
  const isHeredoc =
    lines.length >= 4 &&
    first !== undefined &&
    HEREDOC_STARTS.includes(first) &&
    lines.at(-1)?.endsWith("EOF") === true;
  if (!isHeredoc) throw parseError(problem);
  const inner = lines.slice(1, -1);
  const innerProblem = boundaryProblem(inner);
  if (innerProblem !== null) throw parseError(innerProblem);
  return inner;
}

function boundaryProblem(lines: readonly string[]): PatchFailure | null {
  if (lines.length > 0 && lines[0] !== BEGIN_PATCH) return { kind: "missing-begin" };
  return lines.at(-1) === END_PATCH && lines.length > 1 ? null : { kind: "missing-end" };
}

/** A parsed hunk and the index of the line behind it. Line numbers in errors are indexes + 1. */
interface HunkStep {
  readonly hunk: Hunk;
  readonly next: number;
}

function parseHunk(lines: readonly string[], at: number): HunkStep {
  const header = trim(lines[at] ?? "");
  if (header.startsWith(ADD_FILE)) return parseAdd(lines, at, header.slice(ADD_FILE.length));
  if (header.startsWith(UPDATE_FILE)) return parseUpdate(lines, at, header.slice(UPDATE_FILE.length));
  if (header.startsWith(DELETE_FILE))
    return { hunk: { type: "delete", path: header.slice(DELETE_FILE.length) }, next: at + 1 };
  throw hunkError(at + 1, { kind: "unknown-header", line: header });
}

function parseAdd(lines: readonly string[], at: number, path: string): HunkStep {
  const content: string[] = [];
  let next = at + 1;
  for (let line = lines[next]; line?.startsWith("+") === true; line = lines[++next]) content.push(line.slice(1), "\n");
  return { hunk: { type: "add", path, content: content.join("") }, next };
}

function parseUpdate(lines: readonly string[], at: number, path: string): HunkStep {
  let next = at + 1;
  const moveLine = lines[next];
  const moveTo = moveLine?.startsWith(MOVE_TO) === true ? moveLine.slice(MOVE_TO.length) : null;
  if (moveTo !== null) next++;
  const chunks: Chunk[] = [];
  for (let line = lines[next]; line !== undefined && !line.startsWith("***"); line = lines[next]) {
    if (trim(line) === "") {
      next++;
      continue;
    }
    const step = parseChunk(lines, next, { needsMarker: chunks.length > 0 });
    chunks.push(step.chunk);
    next = step.next;
  }
  if (chunks.length === 0) throw hunkError(at + 1, { kind: "empty-update", path });
  const hunk: UpdateHunk = { type: "update", path, moveTo, chunks };
  return { hunk, next };
}

function parseChunk(
  lines: readonly string[],
  at: number,
  { needsMarker }: { readonly needsMarker: boolean },
): { readonly chunk: Chunk; readonly next: number } {
  const { contexts, next: start } = parseMarkers(lines, at);
  if (needsMarker && start === at) throw hunkError(at + 1, { kind: "marker-expected", line: lines[at] ?? "" });
  // The number that models have seen counts a marker line also where there is none.
  const firstLineNumber = Math.max(start, at + 1) + 1;

  const oldLines: string[] = [];
  const newLines: string[] = [];
  let next = start;
  let atEnd = false;
  scan: for (; next < lines.length - 1; next++) {
    const line = lines[next] ?? "";
    switch (line[0]) {
      case undefined:
        oldLines.push("");
        newLines.push("");
        break;
      case " ":
        oldLines.push(line.slice(1));
        newLines.push(line.slice(1));
        break;
      case "-":
        oldLines.push(line.slice(1));
        break;
      case "+":
        newLines.push(line.slice(1));
        break;
      default:
        atEnd = line === END_OF_FILE;
        break scan;
    }
  }
  if (next === start) {
    const line = lines[start] ?? "";
    const none = atEnd || start >= lines.length - 1;
    throw hunkError(firstLineNumber, none ? { kind: "no-lines" } : { kind: "unexpected-line", line });
  }
  return { chunk: { contexts, oldLines, newLines, atEnd }, next: atEnd ? next + 1 : next };
}

/** The `@@` lines from `at` on. A bare one, and one above it, count as markers but give no context. */
function parseMarkers(lines: readonly string[], at: number): { readonly contexts: string[]; readonly next: number } {
  const contexts: string[] = [];
  let next = at;
  for (let line = lines[next]; line !== undefined; line = lines[++next]) {
    if (line.startsWith("@@ ")) contexts.push(line.slice(3));
    else if (line !== "@@") break;
  }
  return { contexts, next };
}

function hunkError(line: number, problem: HunkProblem): PatchError {
  return parseError({ kind: "invalid-hunk", line, problem });
}

function parseError(failure: PatchFailure): PatchError {
  return new PatchError(failure, { phase: "parse" });
}
