import fc from "fast-check";
import { expect, test } from "vitest";
import { findCloseEdits } from "./close-edits.ts";
import { compareSequences, type Edits } from "./myers.ts";

const numbers = fc.array(fc.nat(6), { maxLength: 120 });

/** What of a sequence is not an edit: it has to be the same on both sides. */
function kept(sequence: readonly number[], flags: Uint8Array): readonly number[] {
  return sequence.filter((_, index) => flags[index] === 0);
}

function count({ removed, added }: Edits): number {
  return [...removed, ...added].reduce((sum, flag) => sum + flag, 0);
}

test("either search leaves the same elements on both sides, and both find the fewest edits", () => {
  fc.assert(
    fc.property(numbers, numbers, (left, right) => {
      const far = compareSequences(Int32Array.from(left), Int32Array.from(right));
      expect(kept(left, far.removed)).toEqual(kept(right, far.added));
      const close = findCloseEdits(left.map(String), right.map(String), Infinity);
      if (close === null) throw new Error("the search without a limit gave up");
      expect(kept(left, close.removed)).toEqual(kept(right, close.added));
      expect(count(close)).toBe(count(far));
    }),
    { numRuns: 500 },
  );
});

test("the search for few edits gives up beyond its limit", () => {
  expect(findCloseEdits(["a", "b"], ["a", "c"], 1)).toBe(null);
  expect(findCloseEdits(["a", "b"], ["a", "c"], 2)).toEqual({
    removed: Uint8Array.from([0, 1]),
    added: Uint8Array.from([0, 1]),
  });
});
