import fc from "fast-check";
import { expect, test } from "vitest";
import { TextTail } from "./text-tail.ts";

test("keeps the newest bytes, and never a part of a character", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.integer({ min: 4, max: 40 }), (pieces, maxBytes) => {
      const tail = new TextTail(maxBytes);

      for (const piece of pieces) tail.append(piece);
      const text = tail.text();
      const all = pieces.join("");
      expect(all.endsWith(text)).toBe(true);
      const [kept, total] = [Buffer.byteLength(text), Buffer.byteLength(all)];
      expect(kept).toBeLessThanOrEqual(maxBytes);
      expect(kept).toBeGreaterThanOrEqual(Math.min(total, maxBytes - 3));
    }),
  );
});

test("what has been taken is not given again", () => {
  const tail = new TextTail();
  tail.append("one ");
  tail.append("two");
  expect(tail.take()).toBe("one two");
  tail.append("three");
  expect([tail.take(), tail.text()]).toEqual(["three", ""]);
});
