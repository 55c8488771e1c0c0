import type { NearestLines } from "../failure.ts";
import type { Chunk } from "../parse/patch.ts";
import { createLineIndex, type LineIndex } from "./line-index.ts";
import { nearestLines } from "./nearest.ts";

/** The text after an update, or the first chunk that has no place in it. */
export type ChunksOutcome =
  | { readonly type: "applied"; readonly text: string }
  | { readonly type: "context-not-found"; readonly context: string; readonly nearest: NearestLines | null }
  | { readonly type: "lines-not-found"; readonly lines: readonly string[]; readonly nearest: NearestLines | null };

/**
 * Applies the chunks of an update hunk to a file's text. Chunks come in the order of the file and share no lines. The
 * result ends with LF; a file whose line ends are all CRLF keeps them, in one of mixed ends the lines that no chunk
 * touches keep theirs. Source: apply_patch spec, sections 3 and 4.
 */
export function applyChunks(text: string, chunks: readonly Chunk[]): ChunksOutcome {
  const isCrlf = endsLinesWithCrlf(text);
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const index = createLineIndex(isCrlf ? lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line)) : lines);
  const replacements: Replacement[] = [];
  const appended: string[] = [];
  let cursor = 0;
  for (const chunk of chunks) {
    for (const context of chunk.contexts) {
      const at = index.find([context], cursor);
      if (at === null)
        return {
          type: "context-not-found",
          context,
          nearest: nearestLines(index, [context], { cursor, atEnd: false }),
        };
      cursor = at + 1;
    }
    if (chunk.oldLines.length === 0) {
      for (const line of chunk.newLines) appended.push(line);
      continue;
    }
    const place = locate(index, chunk, cursor);
    if (place === null) {
      const nearest = nearestLines(index, chunk.oldLines, { cursor, atEnd: chunk.atEnd });
      return { type: "lines-not-found", lines: chunk.oldLines, nearest };
    }
    replacements.push(place);
    cursor = place.at + place.removed;
  }
  const result = replaceLines(index.lines, replacements);
  // What is appended to a file that ends with an empty line takes that line's place.
  if (appended.length > 0 && index.lines.at(-1) === "" && result.at(-1) === "") result.pop();
  for (const line of appended) result.push(line);
  const end = isCrlf ? "\r\n" : "\n";
  return { type: "applied", text: result.length === 0 ? "" : result.join(end) + end };
}

/** `removed` lines from `at` on give way to `inserted`. The list of them is in the order of the file. */
interface Replacement {
  readonly at: number;
  readonly removed: number;
  readonly inserted: readonly string[];
}

/** Finds the old lines of a chunk; an empty last line is given up when it stands in the way. */
function locate(index: LineIndex, { oldLines, newLines, atEnd }: Chunk, cursor: number): Replacement | null {
  const found = findBlock(index, oldLines, { cursor, atEnd });
  if (found !== null) return { at: found, removed: oldLines.length, inserted: newLines };
  if (oldLines.at(-1) !== "") return null;
  const shorter = oldLines.slice(0, -1);
  const at = findBlock(index, shorter, { cursor, atEnd });
  if (at === null) return null;
  return { at, removed: shorter.length, inserted: newLines.at(-1) === "" ? newLines.slice(0, -1) : newLines };
}

function findBlock(
  index: LineIndex,
  block: readonly string[],
  { cursor, atEnd }: { readonly cursor: number; readonly atEnd: boolean },
): number | null {
  if (!atEnd) return index.find(block, cursor);
  const at = index.lines.length - block.length;
  return at >= cursor && index.matchesAt(block, at) ? at : null;
}

function replaceLines(lines: readonly string[], replacements: readonly Replacement[]): string[] {
  const result: string[] = [];
  let copied = 0;
  for (const { at, removed, inserted } of replacements) {
    for (; copied < at; copied++) result.push(lines[copied] ?? "");
    for (const line of inserted) result.push(line);
    copied = at + removed;
  }
  for (; copied < lines.length; copied++) result.push(lines[copied] ?? "");
  return result;
}

/** Whether the text has line ends and all of them are CRLF. */
function endsLinesWithCrlf(text: string): boolean {
  let at = text.indexOf("\n");
  if (at < 0) return false;
  for (; at >= 0; at = text.indexOf("\n", at + 1)) if (text.charCodeAt(at - 1) !== 0x0d) return false;
  return true;
}
