import { expect, test } from "vitest";
import { asCount } from "./json.ts";

test.each<[unknown, number | null]>([
  [0, 0],
  [7, 7],
  [7.6, 8],
  [1e12, 1e12],
  [-1, null],
  [1e300, null],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
  ["7", null],
  [null, null],
])("%s as a count is %s", (value, count) => {
  expect(asCount(value)).toBe(count);
});
