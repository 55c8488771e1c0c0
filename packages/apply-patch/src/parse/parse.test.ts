import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PatchError } from "../error.ts";
import { parsePatch } from "./parse.ts";
import type { Chunk } from "./patch.ts";

/** A patch with the given lines between its first and its last. */
function patch(...lines: readonly string[]): string {
  return ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
}

function failureOf(text: string): PatchError["failure"] | null {
  try {
    parsePatch(text);
    return null;
  } catch (error) {
    if (error instanceof PatchError) return error.failure;
    throw error;
  }
}

function chunk(part: Partial<Chunk>): Chunk {
  return { contexts: [], oldLines: [], newLines: [], atEnd: false, ...part };
}

describe("a patch is read", () => {
  test("hunks are kept in their order, with paths as written", () => {
    const text = patch(
      "*** Add File: new/a.txt",
      "+one",
      "+",
      "*** Delete File: gone.txt",
      "*** Update File: /abs/b.txt",
      "*** Move to: c.txt",
      "@@ class B:",
      " keep",
      "-old",
      "+new",
    );
    expect(parsePatch(text)).toEqual({
      hunks: [
        { type: "add", path: "new/a.txt", content: "one\n\n" },
        { type: "delete", path: "gone.txt" },
        {
          type: "update",
          path: "/abs/b.txt",
          moveTo: "c.txt",
          chunks: [chunk({ contexts: ["class B:"], oldLines: ["keep", "old"], newLines: ["keep", "new"] })],
        },
      ],
    });
  });

  test("only the first chunk of a file may start without a marker, and an empty line is context", () => {
    expect(parsePatch(patch("*** Update File: f", " a", "", "-b", "@@", "+c", "*** End of File")).hunks).toEqual([
      {
        type: "update",
        path: "f",
        moveTo: null,
        chunks: [chunk({ oldLines: ["a", "", "b"], newLines: ["a", ""] }), chunk({ newLines: ["c"], atEnd: true })],
      },
    ]);
  });

  test("several markers above a chunk are several contexts", () => {
    expect(parsePatch(patch("*** Update File: f", "@@ class A:", "@@   def g():", "-x")).hunks).toEqual([
      {
        type: "update",
        path: "f",
        moveTo: null,
        chunks: [chunk({ contexts: ["class A:", "  def g():"], oldLines: ["x"] })],
      },
    ]);
  });

  test.each([
    ["blank lines and blanks around it", `\n \t${patch("*** Delete File: x")}  \n\n`],
    ["CRLF line ends", patch("*** Delete File: x").replaceAll("\n", "\r\n")],
    ["a padded header", patch("   *** Delete File: x  ")],
    ["a here-document around it", `<<'EOF'\n${patch("*** Delete File: x")}\nEOF`],
    ["a here-document with double quotes", `<<"EOF"\n${patch("*** Delete File: x")}\nEOF\n`],
  ])("%s do no harm", (_what, text) => {
    expect(parsePatch(text)).toEqual({ hunks: [{ type: "delete", path: "x" }] });
  });

  test("an added file may be empty, and a patch may have no hunks", () => {
    expect(parsePatch(patch("*** Add File: e"))).toEqual({ hunks: [{ type: "add", path: "e", content: "" }] });
    expect(parsePatch(patch())).toEqual({ hunks: [] });
  });

  test("an @@ with a blank behind it has the empty line as context", () => {
    expect(parsePatch(patch("*** Update File: f", "@@ ", "-x")).hunks).toEqual([
      { type: "update", path: "f", moveTo: null, chunks: [chunk({ contexts: [""], oldLines: ["x"] })] },
    ]);
  });
});

describe("what is wrong is told with its line", () => {
  test.each([
    ["empty text", "", { kind: "missing-end" }],
    ["one line", "*** Begin Patch", { kind: "missing-end" }],
    ["no patch at all", "nope", { kind: "missing-begin" }],
    ["prose before", `Here:\n${patch()}`, { kind: "missing-begin" }],
    ["prose after", `${patch()}\nthanks`, { kind: "missing-end" }],
    ["padding on the inner side", "*** Begin Patch \n*** End Patch", { kind: "missing-begin" }],
    ["another here-document tag", `<<PATCH\n${patch("*** Delete File: x")}\nPATCH`, { kind: "missing-begin" }],
    ["a here-document without an end", "<<EOF\n*** Begin Patch\n*** Add File: a\nEOF", { kind: "missing-end" }],
  ])("%s", (_what, text, failure) => {
    expect(failureOf(text)).toEqual(failure);
  });

  test.each([
    ["an unknown header", ["*** Rename File: a"], 2, { kind: "unknown-header", line: "*** Rename File: a" }],
    ["a header without a path", ["*** Add File: "], 2, { kind: "unknown-header", line: "*** Add File:" }],
    [
      "a blank line behind an add",
      ["*** Add File: a", "+x", "", "*** Delete File: b"],
      4,
      { kind: "unknown-header", line: "" },
    ],
    ["an update without chunks", ["*** Update File: f"], 2, { kind: "empty-update", path: "f" }],
    [
      "a move line behind a blank one",
      ["*** Update File: f", "", "*** Move to: g", " x"],
      2,
      { kind: "empty-update", path: "f" },
    ],
    ["a marker without lines", ["*** Update File: f", "@@"], 4, { kind: "no-lines" }],
    ["an end of file without lines", ["*** Update File: f", "@@", "*** End of File"], 4, { kind: "no-lines" }],
    [
      "a marker without its blank",
      ["*** Update File: f", "@@two", "-x"],
      4,
      { kind: "unexpected-line", line: "@@two" },
    ],
    ["a bad first line", ["*** Update File: f", "@@", "x"], 4, { kind: "unexpected-line", line: "x" }],
    ["a bad later line", ["*** Update File: f", "@@", "-a", "bad"], 5, { kind: "marker-expected", line: "bad" }],
  ])("%s", (_what, lines, line, problem) => {
    expect(failureOf(patch(...lines))).toEqual({ kind: "invalid-hunk", line, problem });
  });
});

describe("any text", () => {
  const line = fc.oneof(
    fc.constantFrom("*** Begin Patch", "*** End Patch", "*** Update File: f", "*** Add File: a", "*** Delete File: d"),
    fc.constantFrom("*** Move to: m", "*** End of File", "@@", "@@ c", "@@ ", "<<EOF", "EOF", "", " ", "***"),
    fc.constantFrom("+x", "-x", " x", "+", "-", "\u00a0", "\ufeff", "x"),
    fc.string({ unit: "binary" }),
  );

  test("is a patch or a PatchError of the phase parse", () => {
    const text = fc
      .array(line, { maxLength: 30 })
      .chain((lines) => fc.constantFrom(lines.join("\n"), patch(...lines), patch(...lines).replaceAll("\n", "\r\n")));
    fc.assert(
      fc.property(text, (text) => {
        try {
          parsePatch(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PatchError);
          expect(error).toMatchObject({ phase: "parse" });
        }
      }),
      { numRuns: 500 },
    );
  });

  // A quadratic reader needs minutes for each of these, and so does not end in time.
  test("of two million characters is read to its end", () => {
    const shapes = [
      " \n",
      "\n",
      "@@ x\n",
      "@@\n",
      " a\n-b\n+c\n",
      "*** Add File: a\n",
      "*** End of File\n",
      "\r\n",
      "\u00a0",
    ];
    for (const shape of shapes) {
      const body = shape.repeat(Math.ceil(2_000_000 / shape.length));
      failureOf(`*** Begin Patch\n*** Update File: f\n${body}*** End Patch`);
      // What is blank all over has no line that could be the first one.
      const kind = body.trim() === "" ? "missing-end" : "missing-begin";
      expect({ shape, failure: failureOf(body) }).toEqual({ shape, failure: { kind } });
    }
  });
});
