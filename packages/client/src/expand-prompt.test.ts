import { expect, test } from "vitest";
import { expandPrompt } from "./expand-prompt.ts";

test.each([
  ["Read $1 and $2.", 'a.ts "b c.ts"', "Read a.ts and b c.ts."],
  ["Do: $ARGUMENTS", "one  two", "Do: one two"],
  ["$1 $9", "x", "x "],
  ["Costs $$5 and $1", "2", "Costs $$5 and 2"],
  ["Nothing", "ignored words", "Nothing"],
  ["Fix $FILE for $WHO_1", 'WHO_1="A B" FILE=a=b', "Fix a=b for A B"],
  ["$FILE $1 $$FILE", "FILE=x", "x $1 $$FILE"],
  ["a $lower stays", "", "a $lower stays"],
])("%j with %j", (content, words, text) => {
  expect(expandPrompt(content, words)).toEqual({ type: "expanded", text });
});

test("what does not fit is said, and nothing is expanded", () => {
  expect(expandPrompt("$FILE $WHO $FILE", "FILE=x")).toEqual({ type: "missing", names: ["WHO"] });
  expect(expandPrompt("$FILE", "x")).toEqual({ type: "unnamed", word: "x" });
  expect(expandPrompt("$1", '"open')).toEqual({ type: "openQuote" });
});
