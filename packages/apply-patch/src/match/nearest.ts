import type { NearestLines } from "../failure.ts";
import { plainLine, type LineIndex } from "./line-index.ts";

/**
 * Where lines that were not found were probably meant: the same lines elsewhere in the file, else the place where most
 * of them are in the right distance of each other, else the line that resembles the first of them most. null when
 * nothing does. Takes time linear in file and block; long files and blocks are looked at up to fixed bounds.
 */
export function nearestLines(
  index: LineIndex,
  block: readonly string[],
  { cursor, atEnd }: { readonly cursor: number; readonly atEnd: boolean },
): NearestLines | null {
  const elsewhere = index.find(block, 0);
  if (elsewhere !== null) {
    const isAtEnd = index.matchesAt(block, index.lines.length - block.length);
    return atEnd && !isAtEnd
      ? { kind: "not-at-end", line: elsewhere + 1, lastLine: index.lines.length }
      : { kind: "earlier", line: elsewhere + 1, reached: cursor };
  }
  const start = placeByVotes(index.lines, block) ?? placeByLikeness(index.lines, block);
  return start === null ? null : compareAt(index.lines, block, start);
}

const MAX_PLACES_PER_LINE = 32;

/** Each line of the block that stands in the file votes for where the block would begin; the first winner counts. */
function placeByVotes(lines: readonly string[], block: readonly string[]): number | null {
  const places = new Map<string, number[]>();
  for (const line of block) {
    const plain = plainLine(line);
    if (plain !== "") places.set(plain, []);
  }
  for (const [at, line] of lines.entries()) {
    const found = places.get(plainLine(line));
    if (found !== undefined && found.length < MAX_PLACES_PER_LINE) found.push(at);
  }
  const votes = new Map<number, number>();
  let best: { readonly start: number; readonly votes: number } | null = null;
  for (const [offset, line] of block.entries()) {
    for (const at of places.get(plainLine(line)) ?? []) {
      const start = at - offset;
      if (start < 0) continue;
      const count = (votes.get(start) ?? 0) + 1;
      votes.set(start, count);
      if (best === null || count > best.votes) best = { start, votes: count };
    }
  }
  return best?.start ?? null;
}

const MAX_COMPARED_CHARACTERS = 2_000_000;
const LEAST_LIKENESS = 0.5;

/** The place at which the first line of the block that is not blank would stand on the file's most similar line. */
function placeByLikeness(lines: readonly string[], block: readonly string[]): number | null {
  const offset = block.findIndex((line) => plainLine(line) !== "");
  if (offset < 0) return null;
  const wanted = bigrams(plainLine(block[offset] ?? ""));
  let best = -1;
  let bestLikeness = LEAST_LIKENESS;
  let compared = 0;
  for (let at = offset; at < lines.length && compared < MAX_COMPARED_CHARACTERS; at++) {
    const line = lines[at] ?? "";
    compared += line.length;
    const likeness = diceCoefficient(wanted, bigrams(plainLine(line)));
    if (likeness > bestLikeness) {
      best = at;
      bestLikeness = likeness;
    }
  }
  return best < 0 ? null : best - offset;
}

const MAX_BIGRAMS = 200;

/** The different pairs of neighbouring characters at the start of a line. */
function bigrams(line: string): ReadonlySet<string> {
  const pairs = new Set<string>();
  const last = Math.min(line.length - 1, MAX_BIGRAMS);
  for (let at = 0; at < last; at++) pairs.add(line.slice(at, at + 2));
  return pairs;
}

/** How much two sets have in common, from 0 to 1. */
function diceCoefficient(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (left.size === 0 || right.size === 0) return 0;
  let common = 0;
  for (const pair of right) if (left.has(pair)) common++;
  return (2 * common) / (left.size + right.size);
}

function compareAt(lines: readonly string[], block: readonly string[], start: number): NearestLines {
  const isAsExpected = (line: string, offset: number): boolean => {
    const found = lines[start + offset];
    return found !== undefined && plainLine(found) === plainLine(line);
  };
  const offset = block.findIndex((line, offset) => !isAsExpected(line, offset));
  return {
    kind: "similar",
    line: start + 1,
    matching: block.filter(isAsExpected).length,
    difference:
      offset < 0
        ? null
        : { line: start + offset + 1, expected: block[offset] ?? "", found: lines[start + offset] ?? null },
  };
}
