import type { Edits } from "./myers.ts";

/**
 * The fewest edits between two sequences that differ little, by Myers' greedy search from the start; null when they
 * differ by more than `maxEdits`. It looks at each line about once, without the cost of numbering lines first: a small
 * edit of a large file is the usual case.
 */
export function findCloseEdits(left: readonly string[], right: readonly string[], maxEdits: number): Edits | null {
  /** After `n` edits the furthest index in the left sequence for each diagonal (left minus right) from -n to n. */
  const rounds: Int32Array[] = [];
  for (let edits = 0; edits <= maxEdits; edits++) {
    const reached = new Int32Array(2 * edits + 1);
    const previous = rounds.at(-1);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = previous === undefined ? 0 : startOf(previous, edits, diagonal);
      while (x < left.length && x - diagonal < right.length && left[x] === right[x - diagonal]) x++;
      reached[diagonal + edits] = x;
      if (x >= left.length && x - diagonal >= right.length) {
        rounds.push(reached);
        return traceBack(rounds, { leftLength: left.length, rightLength: right.length });
      }
    }
    rounds.push(reached);
  }
  return null;
}

/** Where a path comes out on a diagonal by its next edit: an added line from the one above, a removed from the one below. */
function startOf(previous: Int32Array, edits: number, diagonal: number): number {
  const added = diagonal + 1 <= edits - 1 ? (previous[diagonal + edits] ?? -1) : -1;
  const removed = diagonal - 1 >= 1 - edits ? (previous[diagonal + edits - 2] ?? -2) + 1 : -1;
  return Math.max(added, removed);
}

/** Walks from the end to the start, one edit a round. */
function traceBack(
  rounds: readonly Int32Array[],
  { leftLength, rightLength }: { readonly leftLength: number; readonly rightLength: number },
): Edits {
  const removed = new Uint8Array(leftLength);
  const added = new Uint8Array(rightLength);
  let diagonal = leftLength - rightLength;
  for (let edits = rounds.length - 1; edits > 0; edits--) {
    const previous = rounds[edits - 1];
    if (previous === undefined) break;
    const x = startOf(previous, edits, diagonal);
    const isRemoval = diagonal - 1 >= 1 - edits && (previous[diagonal + edits - 2] ?? -2) + 1 === x;
    if (isRemoval) {
      removed[x - 1] = 1;
      diagonal--;
    } else {
      added[x - diagonal - 1] = 1;
      diagonal++;
    }
  }
  return { removed, added };
}
