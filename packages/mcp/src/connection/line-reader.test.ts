import fc from "fast-check";
import { expect, test } from "vitest";
import { createLineReader } from "./line-reader.ts";

test("lines come out whole, however the bytes are split", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.integer({ min: 1, max: 7 }), (texts, size) => {
      const lines = texts.map((text) => text.replaceAll(/[\r\n]/g, " "));
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      const reader = createLineReader({ maxBytes: 1_000_000 });
      const got: string[] = [];
      for (let at = 0; at < bytes.length; at += size) got.push(...reader.push(bytes.subarray(at, at + size)));
      expect(got).toEqual(lines);
    }),
  );
});

test("the carriage return of a line end is no part of the line", () => {
  expect(createLineReader({ maxBytes: 100 }).push(Buffer.from("a\r\nb\n"))).toEqual(["a", "b"]);
});

test("a line beyond the limit is refused before it is whole", () => {
  const reader = createLineReader({ maxBytes: 4 });
  expect(reader.push(Buffer.from("abcd\nab"))).toEqual(["abcd"]);
  expect(() => reader.push(Buffer.from("cde"))).toThrow(RangeError);
});
