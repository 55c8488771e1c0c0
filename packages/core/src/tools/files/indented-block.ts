/** How a block is to grow from its anchor. */
export interface BlockOptions {
  /** Index of the line that it grows from. */
  readonly anchor: number;
  /** How many enclosing blocks count; 0 for all. */
  readonly maxLevels: number;
  /** Whether blocks of the outermost indentation beside that of the anchor belong to it. */
  readonly includeSiblings: boolean;
  /** Whether comment lines directly above the block belong to it. */
  readonly includeHeader: boolean;
  /** At most this many lines, those next to the anchor first. */
  readonly limit: number;
}

const TAB_WIDTH = 4;
const LEVEL_WIDTH = 4;
const COMMENT = /^\s*(?:#|\/\/|--)/;

/**
 * The lines around an anchor that belong to it by their indentation, as a range of indices without its blank edges.
 * It grows up and down by turns as long as lines are indented at least as much as the outermost block.
 * Source: engine spec, section 8.3.
 */
export function indentedBlock(
  lines: readonly string[],
  options: BlockOptions,
): { readonly start: number; readonly end: number } {
  const { anchor, limit } = options;
  const indents = effectiveIndents(lines);
  const least = options.maxLevels === 0 ? 0 : Math.max(0, (indents[anchor] ?? 0) - options.maxLevels * LEVEL_WIDTH);
  const above = countAbove(lines, indents, { ...options, least });
  const below = countBelow(indents, { ...options, least });

  let [up, down] = [0, 0];
  while (up + down + 1 < limit && (up < above || down < below)) {
    if (up < above) up += 1;
    if (down < below && up + down + 1 < limit) down += 1;
  }
  return trimBlank(lines, anchor - up, anchor + down + 1);
}

/** Blank lines count as indented like the line before them. */
function effectiveIndents(lines: readonly string[]): readonly number[] {
  let previous = 0;
  return lines.map((line) => {
    if (line.trim() !== "") previous = indentOf(line);
    return previous;
  });
}

function indentOf(line: string): number {
  let width = 0;
  for (const character of line) {
    if (character === " ") width += 1;
    else if (character === "\t") width += TAB_WIDTH;
    else break;
  }
  return width;
}

interface Growth extends BlockOptions {
  /** The indentation of the outermost block. */
  readonly least: number;
}

/** How many lines above the anchor belong to it: up to the line that opens the outermost block, and its comments. */
function countAbove(lines: readonly string[], indents: readonly number[], growth: Growth): number {
  const { anchor, least, includeSiblings, includeHeader } = growth;
  let outermost = 0;
  let index = anchor - 1;
  for (; index >= 0; index -= 1) {
    const indent = indents[index] ?? 0;
    if (indent < least) break;
    if (indent > least || includeSiblings) continue;
    const isHeader = includeHeader && COMMENT.test(lines[index] ?? "");
    if (outermost > 0 && !isHeader) break;
    outermost += 1;
  }
  return anchor - 1 - index;
}

/** How many lines below the anchor belong to it: down to the first of the outermost block, which may close it. */
function countBelow(indents: readonly number[], { anchor, least, includeSiblings }: Growth): number {
  const isEnd = (indent: number): boolean => indent < least || (indent === least && !includeSiblings);
  const found = indents.findIndex((indent, index) => index > anchor && isEnd(indent));
  const end = found === -1 ? indents.length : found;
  return end - anchor - (indents[end] === least ? 0 : 1);
}

function trimBlank(
  lines: readonly string[],
  from: number,
  to: number,
): { readonly start: number; readonly end: number } {
  const isBlank = (index: number): boolean => (lines[index] ?? "").trim() === "";
  let [start, end] = [from, to];
  while (start < end && isBlank(start)) start += 1;
  while (end > start && isBlank(end - 1)) end -= 1;
  return { start, end };
}
