import { characterBit, isAscii, type PathBlock } from "./path-index.ts";
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

/** A path, by its number in a block. */
interface Candidate {
  readonly block: PathBlock;
  readonly number: number;
  readonly score: number;
}

/** One search through one listing. */
interface Search {
  readonly words: readonly Word[];
  /** The characters that every path has to have. */
  readonly needed: number;
  readonly scorer: Scorer;
  readonly best: Candidate[];
}

/** A word of a query, and the most that it can score. */
interface Word {
  readonly atom: Atom;
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
  blocks: AsyncIterable<PathBlock> | Iterable<PathBlock>,
  options: {
    readonly atoms: readonly Atom[];
    readonly scorer: Scorer;
    readonly signal: AbortSignal;
    readonly now: () => number;
  },
): Promise<readonly RankedFile[]> {
  const { atoms, scorer, signal, now } = options;
  const search: Search = { words: atoms.map(toWord), needed: charactersOf(atoms), scorer, best: [] };
  let until = now() + SLICE_MS;
  for await (const block of blocks) {
    const count = block.masks.length;
    for (let from = 0; from < count; from += SLICE_PATHS) {
      considerSlice(search, block, { from, to: Math.min(count, from + SLICE_PATHS) });
      if (now() < until) continue;
      await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) return found(search);
      until = now() + SLICE_MS;
    }
  }
  return found(search);
}

function found(search: Search): readonly RankedFile[] {
  return search.best.map(({ block, number, score }) => ({
    path: pathAt(block, number),
    score,
    indices: positionsIn(search, block, number),
  }));
}

function toWord(atom: Atom): Word {
  return {
    atom,
    first: atom.characters[0] ?? 0,
    highest: highestScore(atom.characters.length, false),
    highestFromStart: highestScore(atom.characters.length, true),
  };
}

function charactersOf(atoms: readonly Atom[]): number {
  return atoms.flatMap(({ characters }) => characters).reduce((bits, code) => bits | characterBit(code), 0);
}

function considerSlice(search: Search, block: PathBlock, { from, to }: { from: number; to: number }): void {
  const { masks } = block;
  for (let number = from; number < to; number += 1) {
    if (((masks[number] ?? 0) & search.needed) === search.needed) consider(search, block, number);
  }
}

/** Puts a path in its place among the best, if it has one. Most are out by the most that they could score. */
function consider(search: Search, block: PathBlock, number: number): void {
  const { best } = search;
  const worst = best[MAX_RESULTS - 1];
  if (worst !== undefined && isBetter(worst, { block, number, score: highestOf(search, block, number) })) return;
  const candidate = { block, number, score: scoreOf(search, block, number) };
  if (candidate.score < 0 || (worst !== undefined && isBetter(worst, candidate))) return;
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = best[middle];
    if (other !== undefined && isBetter(other, candidate)) low = middle + 1;
    else high = middle;
  }
  best.splice(low, 0, candidate);
  best.length = Math.min(best.length, MAX_RESULTS);
}

const SPACE = characterBit(32);

/** No less than the score of a path. */
function highestOf({ words }: Search, block: PathBlock, number: number): number {
  const start = block.starts[number] ?? 0;
  const spaced = ((block.masks[number] ?? 0) & SPACE) !== 0;
  let sum = 0;
  for (const { atom, first, highest, highestFromStart } of words) {
    sum += spaced || foldedBytes(block, atom)[start] === first ? highestFromStart : highest;
  }
  return sum;
}

/** All words together; -1 when one does not fit. */
function scoreOf({ words, scorer }: Search, block: PathBlock, number: number): number {
  let sum = 0;
  for (const { atom } of words) {
    const score = scorer.score(textOf(block, number, atom), atom, null);
    if (score < 0) return -1;
    sum += score;
  }
  return sum;
}

function positionsIn({ words, scorer }: Search, block: PathBlock, number: number): readonly number[] {
  const positions = new Set<number>();
  for (const { atom } of words) scorer.score(textOf(block, number, atom), atom, positions);
  return [...positions].sort((one, other) => one - other);
}

/** A path where it lies, or as text where it is not ASCII. */
function textOf(block: PathBlock, number: number, atom: Atom): ScoredText {
  const { bytes, starts, masks } = block;
  if (!isAscii(masks[number] ?? 0)) return decoded(pathAt(block, number), atom);
  const folded = foldedBytes(block, atom);
  return { raw: bytes, folded, from: starts[number] ?? 0, to: (starts[number + 1] ?? 0) - 1 };
}

function foldedBytes({ bytes, lower }: PathBlock, { exactCase }: Atom): Uint8Array {
  return exactCase ? bytes : lower;
}

function decoded(path: string, atom: Atom): ScoredText {
  const raw = Array.from(path, (character) => character.codePointAt(0) ?? 0);
  return { raw, folded: foldText(path, atom), from: 0, to: raw.length };
}

function pathAt({ bytes, starts }: PathBlock, number: number): string {
  const from = starts[number] ?? 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, (starts[number + 1] ?? 0) - 1 - from).toString();
}

/** Higher scores are first, then smaller paths, byte by byte. */
function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.score !== other.score) return one.score > other.score;
  const { bytes } = one.block;
  const { bytes: others } = other.block;
  let at = one.block.starts[one.number] ?? 0;
  let against = other.block.starts[other.number] ?? 0;
  while (bytes[at] === others[against] && bytes[at] !== 0) {
    at += 1;
    against += 1;
  }
  return (bytes[at] ?? 0) < (others[against] ?? 0);
}
