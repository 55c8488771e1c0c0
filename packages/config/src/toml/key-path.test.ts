import fc from "fast-check";
import { expect, test } from "vitest";
import { formatKeyPath, parseKeyPath } from "./key-path.ts";

test.each([
  ["model", ["model"]],
  ["a.b-c.d_1", ["a", "b-c", "d_1"]],
  ['projects."/srv/x.y".trust_level', ["projects", "/srv/x.y", "trust_level"]],
  ["a.'b.\"c'", ["a", 'b."c']],
  ['"\\u00e9\\n\\"".b', ['é\n"', "b"]],
  [' a . "b" . c ', ["a", "b", "c"]],
  ['"".a', ["", "a"]],
])("%s", (text, path) => {
  expect(parseKeyPath(text)).toEqual({ ok: true, path });
});

test.each([
  ["", "keyPath must not be empty"],
  ["  ", "keyPath must not be empty"],
  [".a", "empty segment in key `.a`"],
  ["a.", "empty segment in key `a.`"],
  ["a..b", "empty segment in key `a..b`"],
  ['a."b', 'misplaced or unterminated quote in key `a."b`'],
  ['a"b"', 'misplaced or unterminated quote in key `a"b"`'],
  ['"a"b', 'misplaced or unterminated quote in key `"a"b`'],
  ['"\\q"', 'bad escape in key `"\\q"`'],
  ['"\\ud800"', 'bad escape in key `"\\ud800"`'],
])("%s is no key", (text, reason) => {
  expect(parseKeyPath(text)).toEqual({ ok: false, reason });
});

test("what is written is read back", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (path) => {
      expect(parseKeyPath(formatKeyPath(path))).toEqual({ ok: true, path });
    }),
  );
});
