import { diffLines, type LineChange, type LineDiff, type TextLines } from "./line-diff.ts";

/** Lines of context in the diff of a turn and where nothing else is asked for. */
export const DEFAULT_CONTEXT = 3;

/**
 * The hunks of a unified diff, without a file header; empty when the texts are equal. `context` is the number of equal
 * lines around a change (default 3). A last line without LF is followed by `\ No newline at end of file`.
 */
export function unifiedDiff(oldText: string, newText: string, options: { readonly context?: number } = {}): string {
  return oldText === newText ? "" : formatHunks(diffLines(oldText, newText), options.context ?? DEFAULT_CONTEXT);
}

/** The hunks of a diff. */
export function formatHunks(diff: LineDiff, context: number): string {
  const parts: string[] = [];
  for (const group of groupChanges(diff.changes, context)) formatHunk(parts, diff, { group, context });
  return parts.join("");
}

/** Changes that stand in one hunk: their contexts touch or overlap. */
function groupChanges(changes: readonly LineChange[], context: number): LineChange[][] {
  const groups: LineChange[][] = [];
  let group: LineChange[] = [];
  for (const change of changes) {
    const previous = group.at(-1);
    if (previous === undefined || change.oldStart - previous.oldEnd > 2 * context) groups.push((group = []));
    group.push(change);
  }
  return groups;
}

function formatHunk(
  parts: string[],
  { oldLines, newLines }: LineDiff,
  { group, context }: { readonly group: readonly LineChange[]; readonly context: number },
): void {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) return;
  const before = Math.min(context, first.oldStart);
  const after = Math.min(context, oldLines.lines.length - last.oldEnd);
  const oldStart = first.oldStart - before;
  const oldEnd = last.oldEnd + after;
  const newRange = formatRange(first.newStart - before, last.newEnd + after);
  parts.push(`@@ -${formatRange(oldStart, oldEnd)} +${newRange} @@\n`);
  const pushLines = (sign: string, { lines, isTerminated }: TextLines, start: number, end: number): void => {
    for (let index = start; index < end; index++) parts.push(sign, lines[index] ?? "", "\n");
    if (!isTerminated && end === lines.length && start < end) parts.push("\\ No newline at end of file\n");
  };
  let at = oldStart;
  for (const change of group) {
    pushLines(" ", oldLines, at, change.oldStart);
    pushLines("-", oldLines, change.oldStart, change.oldEnd);
    pushLines("+", newLines, change.newStart, change.newEnd);
    at = change.oldEnd;
  }
  pushLines(" ", oldLines, at, oldEnd);
}

/** `start,length` with the line counted from 1; the length is left out when it is 1, and line 0 is before the first. */
function formatRange(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return `${start + 1}`;
  return length === 0 ? `${start},0` : `${start + 1},${length}`;
}
