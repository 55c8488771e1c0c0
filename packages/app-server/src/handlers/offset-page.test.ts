import fc from "fast-check";
import { expect, test } from "vitest";
import { offsetPage } from "./offset-page.ts";

test("following the cursors gives every item once, in order, in pages of at most the limit", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 0, max: 7 }), (items, limit) => {
      const seen: number[] = [];
      let cursor: string | null = null;
      do {
        const page: ReturnType<typeof offsetPage<number>> = offsetPage(items, { cursor, limit, what: "numbers" });
        expect(page.data.length).toBeLessThanOrEqual(Math.max(1, limit));
        seen.push(...page.data);
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(items);
    }),
  );
});
