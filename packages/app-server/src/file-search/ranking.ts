import { characterBit, isAscii, type PathIndex } from "./path-index.ts";
import { foldText, type Atom } from "./query.ts";
import { highestScore, type ScoredText, type Scorer } from "./score.ts";

/** A file that fits a query. */
export interface RankedFile {
  readonly path: string;
  readonly score: number;
  /** Positions in `path`, in code points, that matched; ascending. */
  readonly indices: readonly number[];
}

/** Source: app-server spec, section 17. */
const MAX_RESULTS = 50;

/** How long others may wait for their turn. */
const SLICE_MS = 8;
/** Paths between two looks at the clock. */
const SLICE_PATHS = 512;

/** A path of an index, by its number. */
interface Candidate {
  readonly number: number;
  readonly score: number;
}

/** One search through one index. */
interface Search {
  readonly index: PathIndex;
  readonly words: readonly Word[];
  /** The characters that every path has to have. */
  readonly needed: number;
  readonly scorer: Scorer;
  readonly best: Candidate[];
}

/** A word of a query, and the most that it can score. */
interface Word {
  readonly atom: Atom;
  readonly folded: Uint8Array;
  readonly first: number;
  readonly highest: number;
  /** In a path that begins with the word's first character, or has a space in it. */
  readonly highestFromStart: number;
}

/**
 * The best files for a query: by score, then by path. Works in slices, and ends with what it has when `signal` fires.
 *
 * What runs for each path are functions of the module, on a scorer that is used again: V8 optimizes a closure anew for
 * each search, and leaves a loop that awaits slow; either takes 50 ms for 100,000 paths.
 */
export async function rankFiles(
  index: PathIndex,
  options: {
    readonly atoms: readonly Atom[];
    readonly scorer: Scorer;
    readonly signal: AbortSignal;
    readonly now: () => number;
  },
): Promise<readonly RankedFile[]> {
  const { atoms, scorer, signal, now } = options;
  const search: Search = { index, words: wordsOf(atoms, index), needed: charactersOf(atoms), scorer, best: [] };
  const count = index.masks.length;
  let until = now() + SLICE_MS;
  for (let from = 0; from < count; from += SLICE_PATHS) {
    considerSlice(search, from, Math.min(count, from + SLICE_PATHS));
    if (now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) break;
    until = now() + SLICE_MS;
  }
  return search.best.map(({ number, score }) => ({
    path: pathAt(index, number),
    score,
    indices: positionsIn(search, number),
  }));
}

function wordsOf(atoms: readonly Atom[], { bytes, lower }: PathIndex): readonly Word[] {
  return atoms.map((atom) => ({
    atom,
    folded: atom.exactCase ? bytes : lower,
    first: atom.characters[0] ?? 0,
    highest: highestScore(atom.characters.length, false),
    highestFromStart: highestScore(atom.characters.length, true),
  }));
}

function charactersOf(atoms: readonly Atom[]): number {
  return atoms.flatMap(({ characters }) => characters).reduce((bits, code) => bits | characterBit(code), 0);
}

function considerSlice(search: Search, from: number, to: number): void {
  const { masks } = search.index;
  for (let number = from; number < to; number += 1) {
    if (((masks[number] ?? 0) & search.needed) === search.needed) consider(search, number);
  }
}

/** Puts a path in its place among the best, if it has one. Most are out by the most that they could score. */
function consider(search: Search, number: number): void {
  const { best, index } = search;
  const worst = best[MAX_RESULTS - 1];
  if (worst !== undefined && comesAfter(worst, highestOf(search, number), number, index)) return;
  const score = scoreOf(search, number);
  if (score < 0 || (worst !== undefined && comesAfter(worst, score, number, index))) return;
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = best[middle];
    if (other !== undefined && comesAfter(other, score, number, index)) low = middle + 1;
    else high = middle;
  }
  best.splice(low, 0, { number, score });
  best.length = Math.min(best.length, MAX_RESULTS);
}

const SPACE = characterBit(32);

/** No less than the score of a path. */
function highestOf({ words, index }: Search, number: number): number {
  const start = index.starts[number] ?? 0;
  const spaced = ((index.masks[number] ?? 0) & SPACE) !== 0;
  let sum = 0;
  for (const { first, folded, highest, highestFromStart } of words) {
    sum += spaced || folded[start] === first ? highestFromStart : highest;
  }
  return sum;
}

/** All words together; -1 when one does not fit. */
function scoreOf(search: Search, number: number): number {
  let sum = 0;
  for (const word of search.words) {
    const score = search.scorer.score(textOf(search, word, number), word.atom, null);
    if (score < 0) return -1;
    sum += score;
  }
  return sum;
}

function positionsIn(search: Search, number: number): readonly number[] {
  const found = new Set<number>();
  for (const word of search.words) search.scorer.score(textOf(search, word, number), word.atom, found);
  return [...found].sort((one, other) => one - other);
}

/** A path where it lies, or as text where it is not ASCII. */
function textOf({ index }: Search, { atom, folded }: Word, number: number): ScoredText {
  const { bytes, starts, masks } = index;
  if (!isAscii(masks[number] ?? 0)) return decoded(pathAt(index, number), atom);
  return { raw: bytes, folded, from: starts[number] ?? 0, to: (starts[number + 1] ?? 0) - 1 };
}

function decoded(path: string, atom: Atom): ScoredText {
  const raw = Array.from(path, (character) => character.codePointAt(0) ?? 0);
  return { raw, folded: foldText(path, atom), from: 0, to: raw.length };
}

function pathAt({ bytes, starts }: PathIndex, number: number): string {
  const from = starts[number] ?? 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, (starts[number + 1] ?? 0) - 1 - from).toString();
}

/** Whether a path with this score comes after another one: higher scores are first, then smaller paths, byte by byte. */
function comesAfter(other: Candidate, score: number, number: number, { bytes, starts }: PathIndex): boolean {
  if (other.score !== score) return other.score > score;
  let at = starts[number] ?? 0;
  let against = starts[other.number] ?? 0;
  while (bytes[at] === bytes[against] && bytes[at] !== 0) {
    at += 1;
    against += 1;
  }
  return (bytes[at] ?? 0) > (bytes[against] ?? 0);
}
