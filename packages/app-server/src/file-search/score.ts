import type { Atom } from "./query.ts";

/** A path as its characters: `raw` tells their kinds, `folded` is what a query is compared with. */
export interface ScoredText {
  /** Code points, or the bytes of a path that is ASCII. */
  readonly raw: ArrayLike<number>;
  readonly folded: ArrayLike<number>;
  /** Where the path is in both. */
  readonly from: number;
  readonly to: number;
}

/** Scores one path at a time; keeps its working memory between calls. */
export interface Scorer {
  /**
   * How well an atom fits a path, or -1 when its characters are not all there in their order.
   * @param found takes the positions that matched, counted from the begin of the path; null when nobody asks.
   */
  score(text: ScoredText, atom: Atom, found: Set<number> | null): number;
}

/*
 * Scores are wire facts: clients show and compare them. They are those of the field's common finders: a match counts,
 * a gap costs, the begin of a word is worth more; the best placement over the whole path counts. `fuzzysort` scores
 * otherwise, and takes longer for 100,000 paths.
 */
const MATCH = 16;
const GAP_START = 3;
const GAP_MORE = 1;
const BOUNDARY = 8;
const CAMEL = 5;
const CONSECUTIVE = 4;
const AFTER_SPACE = 10;
const AFTER_DELIMITER = 9;
/** The place of an atom's first character counts twice. */
const FIRST = 2;

/** Kinds of characters. */
const SPACE = 0;
const NON_WORD = 1;
const DELIMITER = 2;
const LOWER = 3;
const UPPER = 4;
const LETTER = 5;
const DIGIT = 6;
const KINDS = 7;

/** No atom of this length scores more. `fromStart`: the path begins with its first character, or has a space in it. */
export function highestScore(length: number, fromStart: boolean): number {
  const worth = fromStart ? AFTER_SPACE : AFTER_DELIMITER;
  return MATCH + FIRST * worth + (length - 1) * (MATCH + worth);
}

function bonus(before: number, here: number): number {
  if (here > DELIMITER) {
    if (before === SPACE) return AFTER_SPACE;
    if (before === DELIMITER) return AFTER_DELIMITER;
    if (before === NON_WORD) return BOUNDARY;
  }
  if ((before === LOWER && here === UPPER) || (before !== DIGIT && here === DIGIT)) return CAMEL;
  if (here === SPACE) return AFTER_SPACE;
  return here === NON_WORD ? BOUNDARY : 0;
}

/** For all pairs of kinds, the one before first: it is looked up for every place. */
const BONUSES = Uint8Array.from({ length: KINDS * KINDS }, (_, pair) => bonus(Math.floor(pair / KINDS), pair % KINDS));

/** Without expressions: at every start they would cost more than a millisecond. */
const ASCII_KINDS = Uint8Array.from({ length: 128 }, (_, code) => kindOfAscii(code));

function kindOfAscii(code: number): number {
  if (code >= 97 && code <= 122) return LOWER;
  if (code >= 65 && code <= 90) return UPPER;
  if (code >= 48 && code <= 57) return DIGIT;
  if (code === 32 || (code >= 9 && code <= 13)) return SPACE;
  return "/,:;|".includes(String.fromCharCode(code)) ? DELIMITER : NON_WORD;
}

function kind(code: number): number {
  return ASCII_KINDS[code] ?? kindOf(String.fromCodePoint(code));
}

function kindOf(character: string): number {
  if (/\s/.test(character)) return SPACE;
  if (/\p{Ll}/u.test(character)) return LOWER;
  if (/\p{Lu}/u.test(character)) return UPPER;
  if (/\p{Nd}/u.test(character)) return DIGIT;
  return /\p{L}/u.test(character) ? LETTER : NON_WORD;
}

/** No character of the atom stands in front. */
const NONE = -1;

export function createScorer(): Scorer {
  /*
   * Places: where a character of the atom stands in the path, all places of its first character first, then those of its
   * second, and so on. Only they are looked at, not each column of each row.
   */
  let columns = new Int32Array(256);
  let scores = new Int32Array(256);
  /** The bonus that a run which ends here carries on. */
  let runs = new Int32Array(256);
  /** The place of the character before, on the way that scores most. */
  let origins = new Int32Array(256);
  /** Where each character of the atom comes first. */
  const earliest: number[] = [];

  const reserve = (places: number): void => {
    if (places <= columns.length) return;
    columns = grown(columns, places);
    scores = grown(scores, places);
    runs = grown(runs, places);
    origins = grown(origins, places);
  };

  const findEarliest = ({ folded, from, to }: ScoredText, characters: readonly number[]): boolean => {
    let at = from;
    for (let index = 0; index < characters.length; index += 1) {
      const character = characters[index];
      while (at < to && folded[at] !== character) at += 1;
      if (at === to) return false;
      earliest[index] = at;
      at += 1;
    }
    return true;
  };

  /** Adds the places of a character. @returns how many places there are now. */
  const addPlaces = ({ folded, from, to }: ScoredText, index: number, character: number, places: number): number => {
    let count = places;
    reserve(count + to - from);
    for (let column = earliest[index] ?? to; column < to; column += 1) {
      if (folded[column] === character) columns[count++] = column;
    }
    return count;
  };

  const scoreFirst = (text: ScoredText, end: number): void => {
    for (let place = 0; place < end; place += 1) {
      const worth = bonusAt(text, columns[place] ?? 0);
      scores[place] = MATCH + FIRST * worth;
      runs[place] = worth;
      origins[place] = NONE;
    }
  };

  /** A character goes on with the run of the one before, or comes after the best gap: whichever scores more. */
  const scoreNext = (text: ScoredText, previous: number, begin: number, end: number): void => {
    let before = previous;
    let gapFrom = NONE;
    let gapScore = 0;
    for (let place = begin; place < end; place += 1) {
      const column = columns[place] ?? 0;
      for (; before < begin && (columns[before] ?? 0) < column - 1; before += 1) {
        // As it would be for a gap up to column 0: all lose the same on the way to a later one.
        const score = (scores[before] ?? 0) - GAP_START + ((columns[before] ?? 0) + 2) * GAP_MORE;
        if (gapFrom === NONE || score > gapScore) {
          gapFrom = before;
          gapScore = score;
        }
      }
      const worth = bonusAt(text, column);
      const apart = worth + (gapFrom === NONE ? 0 : Math.max(0, gapScore - column * GAP_MORE));
      const adjoins = before < begin && columns[before] === column - 1;
      const carried = Math.max(runs[before] ?? 0, CONSECUTIVE);
      const run = worth >= BOUNDARY && worth > carried ? worth : carried;
      const joined = adjoins ? (scores[before] ?? 0) + Math.max(run, worth) : -1;
      const goesOn = joined > apart;
      scores[place] = MATCH + (goesOn ? joined : apart);
      runs[place] = goesOn ? run : worth;
      origins[place] = goesOn ? before : gapFrom;
    }
  };

  return {
    score(text, { characters }, found) {
      if (!findEarliest(text, characters)) return -1;
      let previous = 0;
      let begin = 0;
      let end = addPlaces(text, 0, characters[0] ?? 0, 0);
      scoreFirst(text, end);
      for (let index = 1; index < characters.length; index += 1) {
        previous = begin;
        begin = end;
        end = addPlaces(text, index, characters[index] ?? 0, begin);
        scoreNext(text, previous, begin, end);
      }
      // Among equals the last place counts, for a single character the first.
      let best = begin;
      for (let place = begin + 1; place < end; place += 1) {
        const gain = (scores[place] ?? 0) - (scores[best] ?? 0);
        if (gain > 0 || (gain === 0 && characters.length > 1)) best = place;
      }
      if (found !== null) {
        for (let place = best; place !== NONE; place = origins[place] ?? NONE) {
          found.add((columns[place] ?? 0) - text.from);
        }
      }
      return scores[best] ?? 0;
    },
  };
}

/** What a place is worth for where it stands. */
function bonusAt({ raw, from }: ScoredText, column: number): number {
  const before = column === from ? SPACE : kind(raw[column - 1] ?? 0);
  return BONUSES[before * KINDS + kind(raw[column] ?? 0)] ?? 0;
}

function grown(array: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * size);
  larger.set(array);
  return larger;
}
