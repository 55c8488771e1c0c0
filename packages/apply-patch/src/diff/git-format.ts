import { decodeUtf8 } from "../text.ts";
import { diffLines, type LineDiff } from "./line-diff.ts";
import type { FileState } from "./file-state.ts";
import { DEFAULT_CONTEXT, formatHunks } from "./unified.ts";

/** One file of a git diff: its displayed paths, which differ for a rename, and its states; null where there is no file. */
export interface FileDiffInput {
  readonly oldPath: string;
  readonly newPath: string;
  readonly before: FileState | null;
  readonly after: FileState | null;
}

const NO_BLOB = "0".repeat(40);

/** The part of a git diff for one file; empty when nothing differs. */
export function formatFileDiff(
  { oldPath, newPath, before, after }: FileDiffInput,
  blobId: (content: Uint8Array) => string,
): string {
  if (before === null && after === null) return "";
  const isRename = oldPath !== newPath;
  const oldBlob = before === null ? NO_BLOB : blobId(before.content);
  const newBlob = after === null ? NO_BLOB : blobId(after.content);
  const isChanged = oldBlob !== newBlob;
  if (!isChanged && !isRename && before?.mode === after?.mode) return "";

  const oldName = quotePath(`a/${oldPath}`);
  const newName = quotePath(`b/${newPath}`);
  const lines = [`diff --git ${oldName} ${newName}\n`, modeLines(before, after)];
  const body = isChanged ? contentDiff(before, after) : SAME;
  if (isRename) {
    lines.push(`similarity index ${similarity({ before, after }, body)}%\n`);
    lines.push(`rename from ${quotePath(oldPath)}\nrename to ${quotePath(newPath)}\n`);
  }
  if (!isChanged) return lines.join("");
  lines.push(`index ${oldBlob}..${newBlob}\n`);
  if (body.type === "binary") lines.push("Binary files differ\n");
  if (body.type === "text") {
    const hunks = formatHunks(body.diff, DEFAULT_CONTEXT);
    // An empty file that comes or goes has no hunks, and then git writes no file names either.
    if (hunks !== "") {
      lines.push(
        `--- ${before === null ? "/dev/null" : oldName}\n+++ ${after === null ? "/dev/null" : newName}\n`,
        hunks,
      );
    }
  }
  return lines.join("");
}

function modeLines(before: FileState | null, after: FileState | null): string {
  if (before === null) return after === null ? "" : `new file mode ${after.mode}\n`;
  if (after === null) return `deleted file mode ${before.mode}\n`;
  return before.mode === after.mode ? "" : `old mode ${before.mode}\nnew mode ${after.mode}\n`;
}

type ContentDiff =
  | { readonly type: "same" }
  | { readonly type: "binary" }
  | { readonly type: "text"; readonly diff: LineDiff };

const SAME: ContentDiff = { type: "same" };

function contentDiff(before: FileState | null, after: FileState | null): ContentDiff {
  const oldText = before === null ? "" : decodeUtf8(before.content);
  const newText = after === null ? "" : decodeUtf8(after.content);
  if (oldText === null || newText === null) return { type: "binary" };
  return { type: "text", diff: diffLines(oldText, newText) };
}

/** How much of the larger file is in both, in per cent; only equal files have 100. For readers: git apply ignores it. */
function similarity(
  states: { readonly before: FileState | null; readonly after: FileState | null },
  body: ContentDiff,
): number {
  switch (body.type) {
    case "same":
      return 100;
    case "binary":
      return 0;
    case "text": {
      const { lines } = body.diff.oldLines;
      let common = lines.reduce((sum, line) => sum + line.length + 1, 0);
      for (const { oldStart, oldEnd } of body.diff.changes)
        for (const line of lines.slice(oldStart, oldEnd)) common -= line.length + 1;
      const largest = Math.max(states.before?.content.length ?? 0, states.after?.content.length ?? 0, 1);
      return Math.min(99, Math.floor((100 * common) / largest));
    }
  }
}

/** A name that holds a quote, a backslash or a control character is quoted as in C, as git does. */
function quotePath(path: string): string {
  return NEEDS_QUOTES.test(path) ? `"${path.replace(ALL_QUOTED, quoteCharacter)}"` : path;
}

const NEEDS_QUOTES = /["\\\u0000-\u001f\u007f]/;
const ALL_QUOTED = new RegExp(NEEDS_QUOTES, "g");
const LETTERS: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
};

function quoteCharacter(character: string): string {
  return LETTERS[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
}
