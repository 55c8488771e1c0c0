import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffLines } from "../diff/line-diff.ts";
import { parsePatch } from "../parse/parse.ts";
import type { Chunk } from "../parse/patch.ts";
import { applyChunks } from "./apply-chunks.ts";

/** The chunks of an update hunk as a patch writes them. */
function chunks(...lines: readonly string[]): readonly Chunk[] {
  const [hunk] = parsePatch(["*** Begin Patch", "*** Update File: f", ...lines, "*** End Patch"].join("\n")).hunks;
  return hunk?.type === "update" ? hunk.chunks : [];
}

function applied(text: string, ...lines: readonly string[]): string | null {
  const outcome = applyChunks(text, chunks(...lines));
  return outcome.type === "applied" ? outcome.text : null;
}

describe("chunks", () => {
  test.each([
    ["replace lines at the first place", "x\ny\nx\n", ["-x", "+X"], "X\ny\nx\n"],
    [
      "replace lines behind a context",
      "class A:\n  f\nclass B:\n  f\n",
      ["@@ class B:", "-  f", "+  g"],
      "class A:\n  f\nclass B:\n  g\n",
    ],
    [
      "replace lines behind nested contexts",
      "A\n f\n  x\nB\n e\n  x\n f\n  x\n",
      ["@@ B", "@@  f", "-  x", "+  y"],
      "A\n f\n  x\nB\n e\n  x\n f\n  y\n",
    ],
    [
      "replace the last lines when the end is asked for",
      "x\ny\nx\n",
      ["@@", "-x", "+X", "*** End of File"],
      "x\ny\nX\n",
    ],
    ["follow each other", "1\n2\n3\n", ["-1", "+a", "@@", "-3", "+c"], "a\n2\nc\n"],
    ["only added lines are appended, whatever the context", "1\n2\n", ["@@ 1", "+3"], "1\n2\n3\n"],
    ["several appends keep their order", "1\n", ["+2", "@@", "+3"], "1\n2\n3\n"],
    ["an append takes the place of an empty last line", "a\n\n", ["+b"], "a\nb\n"],
    ["an append works on an empty file", "", ["+b"], "b\n"],
    ["an empty last line of a block is given up when it stands in the way", "a\nb\n", ["-b", "+B", ""], "a\nB\n"],
    ["a missing last LF is added", "a\nb", ["-a", "+A"], "A\nb\n"],
    ["empty lines at the end stay", "a\n\n\n", ["-a", "+A"], "A\n\n\n"],
    ["a file that loses all lines is empty", "a\nb\n", ["-a", "-b"], ""],
    ["CRLF stays where all line ends are CRLF", "a\r\nb\r\n", ["-b", "+B", "+C"], "a\r\nB\r\nC\r\n"],
    ["untouched lines keep their ends where they are mixed", "a\r\nb\nc\r\n", ["-b", "+B"], "a\r\nB\nc\r\n"],
    [
      "a line that matches only roughly gets the patch's text",
      "  keep  \n  old\n",
      [" keep", "-old", "+new"],
      "keep\nnew\n",
    ],
  ])("%s", (_what, text, lines, expected) => {
    expect(applied(text, ...lines)).toBe(expected);
  });

  test.each([
    [
      "out of the file's order",
      "1\n2\n",
      ["-2", "+b", "@@", "-1", "+a"],
      { type: "lines-not-found", lines: ["1"], nearest: { kind: "earlier", line: 1, reached: 2 } },
    ],
    [
      "sharing a line",
      "1\n2\n3\n",
      [" 1", "-2", " 3", "@@", " 3", "+4"],
      { type: "lines-not-found", lines: ["3"], nearest: { kind: "earlier", line: 3, reached: 3 } },
    ],
    [
      "at the end and not there",
      "x\ny\n",
      ["-x", "*** End of File"],
      { type: "lines-not-found", lines: ["x"], nearest: { kind: "not-at-end", line: 1, lastLine: 2 } },
    ],
    [
      "behind a context that is missing",
      "x\n",
      ["@@ zzz", "-x"],
      { type: "context-not-found", context: "zzz", nearest: null },
    ],
    ["behind a byte order mark", "\ufeffa\n", ["-a"], { type: "lines-not-found", lines: ["a"], nearest: null }],
  ])("are not applied %s", (_what, text, lines, outcome) => {
    expect(applyChunks(text, chunks(...lines))).toEqual(outcome);
  });

  test("that nearly match tell where, and what differs first", () => {
    const text = "function one() {\n  return 1;\n}\n\nfunction two() {\n  const x = 2;\n  return x;\n}\n";
    expect(applyChunks(text, chunks(" function two() {", "   const x = 3;", "-  return x;", "+  return 3;"))).toEqual({
      type: "lines-not-found",
      lines: ["function two() {", "  const x = 3;", "  return x;"],
      nearest: {
        kind: "similar",
        line: 5,
        matching: 2,
        difference: { line: 6, expected: "  const x = 3;", found: "  const x = 2;" },
      },
    });
    expect(applyChunks(text, chunks("-  const x = 22;"))).toEqual({
      type: "lines-not-found",
      lines: ["  const x = 22;"],
      nearest: {
        kind: "similar",
        line: 6,
        matching: 0,
        difference: { line: 6, expected: "  const x = 22;", found: "  const x = 2;" },
      },
    });
  });
});

describe("a random edit written as a patch gives the edited file", () => {
  const word = fc.constantFrom("", "a", " a", "a ", "}", "*** x", "@@ y", "+z", "-z", "é", "“");
  const lines = fc.array(word, { maxLength: 25 });
  const text = (lines: readonly string[], end = "\n"): string => lines.map((line) => line + end).join("");

  test("as one chunk over the whole file, however repetitive it is", () => {
    fc.assert(
      fc.property(lines, lines, fc.constantFrom("\n", "\r\n"), (before, after, end) => {
        fc.pre(before.length > 0);
        const isCrlf = end === "\r\n";
        const patch = signedLines(before, after, Infinity);
        fc.pre(patch.length > 0);
        expect(applied(text(before, end), ...patch)).toBe(text(after, isCrlf ? end : "\n"));
      }),
      { numRuns: 500 },
    );
  });

  test("as a chunk per change with little context, when lines are different", () => {
    const given = fc.record({
      length: fc.integer({ min: 1, max: 40 }),
      edits: fc.array(fc.record({ at: fc.nat(40), remove: fc.nat(3), insert: fc.array(word, { maxLength: 3 }) }), {
        maxLength: 6,
      }),
      context: fc.integer({ min: 1, max: 3 }),
      isTerminated: fc.boolean(),
    });
    fc.assert(
      fc.property(given, ({ length, edits, context, isTerminated }) => {
        const before = Array.from({ length }, (_, index) => `line ${index}`);
        const after = [...before];
        for (const [index, { at, remove, insert }] of edits.entries())
          after.splice(at, remove, ...insert.map((line) => `${line} inserted ${index}`));
        const patch = signedLines(before, after, context);
        const old = isTerminated ? text(before) : before.join("\n");
        expect(patch.length === 0 ? text(after) : applied(old, ...patch)).toBe(text(after));
      }),
      { numRuns: 500 },
    );
  });
});

/** An edit as the lines of an update hunk: a chunk per group of changes with `context` lines around each change. */
function signedLines(before: readonly string[], after: readonly string[], context: number): string[] {
  const join = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
  const { changes } = diffLines(join(before), join(after));
  const patch: string[] = [];
  let at = 0;
  for (const [index, { oldStart, oldEnd, newStart, newEnd }] of changes.entries()) {
    const from = Math.max(at, oldStart - context);
    const isNewChunk = index === 0 || from > at;
    if (isNewChunk) patch.push("@@");
    patch.push(...before.slice(isNewChunk ? from : at, oldStart).map((line) => ` ${line}`));
    patch.push(...before.slice(oldStart, oldEnd).map((line) => `-${line}`));
    patch.push(...after.slice(newStart, newEnd).map((line) => `+${line}`));
    const next = changes[index + 1]?.oldStart ?? before.length;
    const to = Math.min(oldEnd + context, next);
    patch.push(...before.slice(oldEnd, to).map((line) => ` ${line}`));
    at = to;
  }
  return patch;
}
