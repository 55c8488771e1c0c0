import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trim, trimEnd } from "../text.ts";
import { createLineIndex, plainLine } from "./line-index.ts";

const LEVELS = [(line: string): string => line, trimEnd, trim, plainLine];

/** The specification's search as it is written: each level over the whole range before the next. */
function slowFind(lines: readonly string[], block: readonly string[], from: number): number | null {
  for (const level of LEVELS)
    for (let at = from; at + block.length <= lines.length; at++)
      if (block.every((line, offset) => level(line) === level(lines[at + offset] ?? ""))) return at;
  return null;
}

describe("a block is found", () => {
  const index = createLineIndex(["x", "  x", "x  ", "say “hi” — now", "\ta b", "", "x"]);
  test.each([
    ["equal", ["x"], 0, 0],
    ["equal further down rather than similar further up", ["x"], 1, 6],
    ["without trailing blanks", ["x\t"], 2, 2],
    ["without blanks at both ends", ["a b"], 0, 4],
    ["with typographic characters as plain ones", ['say "hi" - now'], 0, 3],
    ["with the blank that keeps words together as a blank", ["a\u00a0b"], 0, 4],
    ["as several lines", ["a b", "", "x"], 0, 4],
    ["as nothing at all, where the search starts", [], 3, 3],
  ])("%s", (_how, block, from, at) => {
    expect(index.find(block, from)).toBe(at);
  });

  test.each([
    ["longer than the file", Array.from({ length: 8 }, () => "x")],
    ["with a zero-width character", ["a\u200bb"]],
    ["with a byte order mark", ["\ufeffx"]],
    ["with an ellipsis", ["…"]],
  ])("never when it is %s", (_how, block) => {
    expect(index.find(block, 0)).toBe(null);
  });

  test("where the specification's search finds it", () => {
    const line = fc.constantFrom("a", "a ", " a", "b", "", "—", "-", "“", '"');
    const given = fc.record({
      lines: fc.array(line, { maxLength: 30 }),
      block: fc.array(line, { maxLength: 5 }),
      from: fc.nat(10),
    });
    fc.assert(
      fc.property(given, ({ lines, block, from }) => {
        expect(createLineIndex(lines).find(block, from)).toBe(slowFind(lines, block, from));
      }),
      { numRuns: 1000 },
    );
  });

  // A search that compares at every place takes 2.5 thousand million steps per level, and so does not end in time.
  test("however repetitive file and block are", () => {
    const lines = Array.from({ length: 100_000 }, () => "a");
    const block = [...Array.from({ length: 50_000 }, () => "a"), "b"];
    expect(createLineIndex([...lines, "b "]).find(block, 0)).toBe(50_000);
    expect(createLineIndex(lines).find(block, 0)).toBe(null);
  });
});
