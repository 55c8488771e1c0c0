import fc from "fast-check";
import { expect, test } from "vitest";
import { splitShellWords } from "../shell/shell-words.ts";
import { quoteCommand } from "./quote.ts";

test.each([
  ["", "''"],
  ["a.b/c:d@e+f-g]_9", "a.b/c:d@e+f-g]_9"],
  ["a b", "'a b'"],
  ["--x=y", "'--x=y'"],
  ["1,5p", "'1,5p'"],
  ["it's", '"it\'s"'],
  ["a\\b", '"a\\\\b"'],
  ['a"b', "'a\"b'"],
  ["a^b", "a'^b'"],
  ["^a", "'^a'"],
  ["^^", "'^''^'"],
  ["a'$b", `"a'"'$b'`],
  ["a'b!c", `"a'b"'!c'`],
  ["é", "'é'"],
  ["a\nb", "'a\nb'"],
])("%j is quoted as %s", (word, quoted) => {
  expect(quoteCommand([word])).toBe(quoted);
});

test("words are joined by blanks", () => {
  expect(quoteCommand(["/bin/bash", "-lc", "echo hi"])).toBe("/bin/bash -lc 'echo hi'");
  expect(quoteCommand([])).toBe("");
});

test("a NUL cannot be written", () => {
  expect(quoteCommand(["a", "\0"])).toBe("<command included NUL byte>");
});

test("a shell reads back the words that were quoted", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom(..."ab '\"\\$`!^#\n\t|;&=é😀".split(""), "\ud83d\ude00") })),
      (argv) => {
        expect(splitShellWords(quoteCommand(argv))).toEqual(argv);
      },
    ),
  );
});
