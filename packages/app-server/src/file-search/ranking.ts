import { characterBit, isAscii, type PathIndex } from "./path-index.ts";
import { foldText, type Atom } from "./query.ts";
import { createScorer, highestScore, type ScoredText } from "./score.ts";

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

/**
 * The best files for a query: by score, then by path. Works in slices, and ends with what it has when `signal` fires.
 */
export async function rankFiles(
  index: PathIndex,
  options: { readonly atoms: readonly Atom[]; readonly signal: AbortSignal; readonly now: () => number },
): Promise<readonly RankedFile[]> {
  const { atoms, signal, now } = options;
  const judge = createJudge(index, atoms);
  const best: Candidate[] = [];
  let until = now() + SLICE_MS;
  for (let number = 0; number < index.masks.length; number += 1) {
    if (judge.couldFit(number)) consider(number, { best, judge, index });
    if (number % SLICE_PATHS !== 0 || now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) break;
    until = now() + SLICE_MS;
  }
  return best.map(({ number, score }) => ({ path: pathAt(index, number), score, indices: judge.positions(number) }));
}

/** Puts a path in its place among the best, if it has one. Most are out by the most that they could score. */
function consider(
  number: number,
  { best, judge, index }: { readonly best: Candidate[]; readonly judge: Judge; readonly index: PathIndex },
): void {
  const worst = best[MAX_RESULTS - 1];
  if (worst !== undefined && compare({ number, score: judge.highest(number) }, worst, index) > 0) return;
  const candidate = { number, score: judge.score(number) };
  if (candidate.score < 0 || (worst !== undefined && compare(candidate, worst, index) > 0)) return;
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = best[middle];
    if (other !== undefined && compare(other, candidate, index) < 0) low = middle + 1;
    else high = middle;
  }
  best.splice(low, 0, candidate);
  best.length = Math.min(best.length, MAX_RESULTS);
}

/** What the words of a query say about the paths of an index, all words together. */
interface Judge {
  /** False only when a character is missing. */
  couldFit(number: number): boolean;
  /** No less than the score. */
  highest(number: number): number;
  /** -1 when a word does not fit. */
  score(number: number): number;
  positions(number: number): readonly number[];
}

function createJudge(index: PathIndex, atoms: readonly Atom[]): Judge {
  const { bytes, lower, starts, masks } = index;
  const scorer = createScorer();
  const needed = atoms.flatMap(({ characters }) => characters).reduce((bits, code) => bits | characterBit(code), 0);
  const spaceBit = characterBit(32);
  const firsts = atoms.map(({ characters, exactCase }) => ({
    first: characters[0] ?? 0,
    folded: exactCase ? bytes : lower,
    usual: highestScore(characters.length, false),
    fromStart: highestScore(characters.length, true),
  }));
  const textOf = (number: number, atom: Atom): ScoredText => {
    if (!isAscii(masks[number] ?? 0)) return decoded(pathAt(index, number), atom);
    const from = starts[number] ?? 0;
    return { raw: bytes, folded: atom.exactCase ? bytes : lower, from, to: (starts[number + 1] ?? 0) - 1 };
  };
  return {
    couldFit: (number) => ((masks[number] ?? 0) & needed) === needed,
    highest(number) {
      const start = starts[number] ?? 0;
      const spaced = ((masks[number] ?? 0) & spaceBit) !== 0;
      let sum = 0;
      for (const { first, folded, usual, fromStart } of firsts) {
        sum += spaced || folded[start] === first ? fromStart : usual;
      }
      return sum;
    },
    score(number) {
      let sum = 0;
      for (const atom of atoms) {
        const score = scorer.score(textOf(number, atom), atom, null);
        if (score < 0) return -1;
        sum += score;
      }
      return sum;
    },
    positions(number) {
      const found = new Set<number>();
      for (const atom of atoms) scorer.score(textOf(number, atom), atom, found);
      return [...found].sort((one, other) => one - other);
    },
  };
}

function decoded(path: string, atom: Atom): ScoredText {
  const raw = Array.from(path, (character) => character.codePointAt(0) ?? 0);
  return { raw, folded: foldText(path, atom), from: 0, to: raw.length };
}

function pathAt({ bytes, starts }: PathIndex, number: number): string {
  const from = starts[number] ?? 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, (starts[number + 1] ?? 0) - 1 - from).toString();
}

/** Higher scores first, then by path, byte by byte. Negative: `one` comes first. */
function compare(one: Candidate, other: Candidate, { bytes, starts }: PathIndex): number {
  if (one.score !== other.score) return other.score - one.score;
  let at = starts[one.number] ?? 0;
  let against = starts[other.number] ?? 0;
  while (bytes[at] === bytes[against] && bytes[at] !== 0) {
    at += 1;
    against += 1;
  }
  return (bytes[at] ?? 0) - (bytes[against] ?? 0);
}
