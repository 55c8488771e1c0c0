import { expect, test } from "vitest";
import { splitShellWords } from "./shell-words.ts";

test.each([
  ["", []],
  [" a  b\tc\nd ", ["a", "b", "c", "d"]],
  [`'a b' "c d" e\\ f`, ["a b", "c d", "e f"]],
  [`a"b"'c'`, ["abc"]],
  [`'' ""`, ["", ""]],
  [`"a\\"b\\$c\\d"`, ['a"b$c\\d']],
  [`'a\\'`, ["a\\"]],
  ['a\\\nb "c\\\nd"', ["ab", "cd"]],
  ["a # b\nc#d", ["a", "c#d"]],
  ["# only", []],
  ["a | b > c", ["a", "|", "b", ">", "c"]],
  ["'a", null],
  ['a "b', null],
  ["a\\", null],
])("%j", (text, words) => {
  expect(splitShellWords(text)).toEqual(words);
});
