import { trim, trimEnd } from "../text.ts";

/** The lines of one file, made to be searched for blocks of lines. */
export interface LineIndex {
  readonly lines: readonly string[];
  /**
   * Where `block` stands at or after `from`, at the first place of the strictest level that has one: equal; equal
   * without trailing blanks; equal without blanks at both ends; so and with typographic dashes, quotes and blanks read
   * as plain ones. null when it is nowhere. Source: apply_patch spec, section 3.
   */
  find(block: readonly string[], from: number): number | null;
  /** As `find`, at the one place `at`. */
  matchesAt(block: readonly string[], at: number): boolean;
}

/** Two lines are equal at a level when this makes them equal. */
const LEVELS: readonly ((line: string) => string)[] = [(line) => line, trimEnd, trim, plainLine];

/**
 * Indexes lines. A search takes time linear in file and block, however repetitive they are. Work is done when it is first
 * needed: most blocks are found as they are; when one is not, a level numbers each different line once, and what has a
 * line that is nowhere in the file is given up without a search.
 */
export function createLineIndex(lines: readonly string[]): LineIndex {
  const levels: (NumberedLines | undefined)[] = [];
  let wasMissed = false;
  const level = (depth: number, normalise: (line: string) => string): NumberedLines =>
    (levels[depth] ??= numberLines(lines, normalise));

  return {
    lines,
    find(block, from) {
      if (from + block.length > lines.length) return null;
      if (!wasMissed) {
        const found = indexOfBlock(lines, block, from);
        if (found >= 0) return found;
        wasMissed = true;
      }
      for (const [depth, normalise] of LEVELS.entries()) {
        const numbered = level(depth, normalise);
        const pattern = numberBlock(numbered, block, normalise);
        const found = pattern === null ? -1 : indexOfBlock(numbered.numbers, pattern, from);
        if (found >= 0) return found;
      }
      return null;
    },
    matchesAt(block, at) {
      if (at < 0 || at + block.length > lines.length) return false;
      return LEVELS.some((normalise) =>
        block.every((line, offset) => normalise(line) === normalise(lines[at + offset] ?? "")),
      );
    },
  };
}

/** The laxest form of a line: what stays when blanks at the ends and typography are taken away. */
export function plainLine(line: string): string {
  const trimmed = trim(line);
  return TYPOGRAPHIC.test(trimmed) ? trimmed.replace(ALL_TYPOGRAPHIC, plainCharacter) : trimmed;
}

const TYPOGRAPHIC = /[\u00a0\u2002-\u200a\u2010-\u2015\u2018-\u201f\u202f\u205f\u2212\u3000]/;
const ALL_TYPOGRAPHIC = new RegExp(TYPOGRAPHIC, "g");

function plainCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if ((code >= 0x2010 && code <= 0x2015) || code === 0x2212) return "-";
  if (code >= 0x2018 && code <= 0x201b) return "'";
  if (code >= 0x201c && code <= 0x201f) return '"';
  return " ";
}

interface NumberedLines {
  readonly numbers: Int32Array;
  readonly numberOf: ReadonlyMap<string, number>;
}

function numberLines(lines: readonly string[], normalise: (line: string) => string): NumberedLines {
  const numbers = new Int32Array(lines.length);
  const numberOf = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    const key = normalise(line);
    let number = numberOf.get(key);
    if (number === undefined) numberOf.set(key, (number = numberOf.size));
    numbers[index] = number;
  }
  return { numbers, numberOf };
}

/** The block in the file's numbers; null when one of its lines is nowhere in the file. */
function numberBlock(
  { numberOf }: NumberedLines,
  block: readonly string[],
  normalise: (line: string) => string,
): Int32Array | null {
  const pattern = new Int32Array(block.length);
  for (const [index, line] of block.entries()) {
    const number = numberOf.get(normalise(line));
    if (number === undefined) return null;
    pattern[index] = number;
  }
  return pattern;
}

/** Knuth, Morris and Pratt's search: each element of `text` is looked at once; -1 when there is no occurrence. */
function indexOfBlock<Line>(text: ArrayLike<Line>, pattern: ArrayLike<Line>, from: number): number {
  if (pattern.length === 0) return from;
  const borders = borderLengths(pattern);
  let matched = 0;
  for (let index = from; index < text.length; index++) {
    while (matched > 0 && pattern[matched] !== text[index]) matched = borders[matched - 1] ?? 0;
    if (pattern[matched] === text[index]) matched++;
    if (matched === pattern.length) return index - matched + 1;
  }
  return -1;
}

/** For each prefix of the pattern the length of its longest proper prefix that is also its suffix. */
function borderLengths(pattern: ArrayLike<unknown>): Int32Array {
  const borders = new Int32Array(pattern.length);
  let length = 0;
  for (let index = 1; index < pattern.length; index++) {
    while (length > 0 && pattern[length] !== pattern[index]) length = borders[length - 1] ?? 0;
    if (pattern[length] === pattern[index]) length++;
    borders[index] = length;
  }
  return borders;
}
