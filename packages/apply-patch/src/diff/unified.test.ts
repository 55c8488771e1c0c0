import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffLines } from "./line-diff.ts";
import { unifiedDiff } from "./unified.ts";

describe("a unified diff", () => {
  test.each([
    ["is empty for equal texts", "a\n", "a\n", ""],
    [
      "has three lines of context",
      "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
      "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
      "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n",
    ],
    ["leaves out a length of one", "n\n", "m\n", "@@ -1 +1 @@\n-n\n+m\n"],
    ["of a new text starts behind line 0", "", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"],
    ["of a removed text ends at line 0", "a\n", "", "@@ -1 +0,0 @@\n-a\n"],
    [
      "shows a missing last LF on either side",
      "a\nb",
      "a\nb\n",
      "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n",
    ],
    [
      "shows a missing last LF of context",
      "a\nb",
      "A\nb",
      "@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n",
    ],
    [
      "adds a repeated line at its last place",
      "a\nb\na\nb\nc\n",
      "a\nb\na\nb\na\nb\nc\n",
      "@@ -2,4 +2,6 @@\n b\n a\n b\n+a\n+b\n c\n",
    ],
    ["tells a CR from none", "a\r\n", "a\n", "@@ -1 +1 @@\n-a\r\n+a\n"],
  ])("%s", (_what, before, after, expected) => {
    expect(unifiedDiff(before, after)).toBe(expected);
  });

  test("joins changes whose contexts touch and parts others", () => {
    const before = "1\n2\n3\n4\n5\n6\n";
    expect(unifiedDiff(before, "x\n2\n3\ny\n5\n6\n", { context: 1 })).toBe(
      "@@ -1,5 +1,5 @@\n-1\n+x\n 2\n 3\n-4\n+y\n 5\n",
    );
    expect(unifiedDiff(before, "x\n2\n3\n4\ny\n6\n", { context: 1 })).toBe(
      "@@ -1,2 +1,2 @@\n-1\n+x\n 2\n@@ -4,3 +4,3 @@\n 4\n-5\n+y\n 6\n",
    );
  });
});

describe("a line diff", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "d", ""), { maxLength: 40 });
  const text = fc
    .tuple(lines, fc.boolean())
    .map(([lines, isTerminated]) => lines.join("\n") + (isTerminated ? "\n" : ""));

  test("leads from the old text to the new one", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(patched(before, after)).toBe(after);
      }),
      { numRuns: 2000 },
    );
  });

  test("has the fewest changed lines", () => {
    const terminated = lines.map((lines) => lines.map((line) => `${line}\n`));
    fc.assert(
      fc.property(terminated, terminated, (before, after) => {
        const { changes } = diffLines(before.join(""), after.join(""));
        const edits = changes.reduce((sum, c) => sum + c.oldEnd - c.oldStart + c.newEnd - c.newStart, 0);
        expect(edits).toBe(before.length + after.length - 2 * longestCommon(before, after));
      }),
      { numRuns: 1000 },
    );
  });

  test("of 50,000 lines of which a tenth differ is right", () => {
    const { before, after } = changedLines(50_000);
    expect(patched(before, after)).toBe(after);
  });

  test("of files with nothing in common order ends and is right", () => {
    const before = Array.from({ length: 20_000 }, (_, index) => `${index}\n`);
    expect(patched(before.join(""), before.toReversed().join(""))).toBe(before.toReversed().join(""));
  });
});

/** The new text, put together from the old one and the changes. */
function patched(before: string, after: string): string {
  const { oldLines, newLines, changes } = diffLines(before, after);
  const result: string[] = [];
  const push = ({ lines, isTerminated }: typeof oldLines, start: number, end: number): void => {
    for (let index = start; index < end; index++)
      result.push(lines[index] ?? "", index === lines.length - 1 && !isTerminated ? "" : "\n");
  };
  let at = 0;
  for (const { oldStart, oldEnd, newStart, newEnd } of changes) {
    push(oldLines, at, oldStart);
    push(newLines, newStart, newEnd);
    at = oldEnd;
  }
  push(oldLines, at, oldLines.lines.length);
  return result.join("");
}

function longestCommon(left: readonly string[], right: readonly string[]): number {
  let previous = right.map(() => 0);
  for (const line of left) {
    const row: number[] = [];
    for (const [at, other] of right.entries()) {
      const diagonal = at === 0 ? 0 : (previous[at - 1] ?? 0);
      row.push(line === other ? diagonal + 1 : Math.max(previous[at] ?? 0, row[at - 1] ?? 0));
    }
    previous = row;
  }
  return previous.at(-1) ?? 0;
}

/** A file of lines like those of programs, and itself with a tenth of the lines changed, added or removed. */
function changedLines(count: number): { readonly before: string; readonly after: string } {
  let state = 1;
  const random = (limit: number): number => {
    state = Math.imul(state ^ (state >>> 15), state | 1) ^ (state + 0x6d2b79f5);
    return (state >>> 0) % limit;
  };
  const line = (): string =>
    ["", "  }", `  return ${random(1000)};`, `    call(${random(1e6)}, ${random(1e6)});`][random(4)] ?? "";
  const before = Array.from({ length: count }, line);
  const after = before.flatMap((old) => [[], [old, line()], [line()]][random(30)] ?? [old]);
  return { before: `${before.join("\n")}\n`, after: `${after.join("\n")}\n` };
}
