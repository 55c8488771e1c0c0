import { expect, test } from "vitest";
import { readRetryAfter } from "./retry-after.ts";

const NOW = new Date("2026-11-22T10:00:00Z");

test.each<[Record<string, string>, number | null]>([
  [{ "retry-after": "2" }, 2000],
  [{ "retry-after": "0" }, 0],
  [{ "retry-after": "1.5" }, 1500],
  [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
  [{ "retry-after": "Sun, 22 Nov 2026 10:00:07 GMT" }, 7000],
  [{ "retry-after": "Sun, 22 Nov 2026 09:00:00 GMT" }, 0],
  [{ "retry-after": "soon" }, null],
  [{ "retry-after": "-1" }, null],
  [{}, null],
])("%o asks for %s ms", (headers, delayMs) => {
  expect(readRetryAfter(headers, NOW)).toBe(delayMs);
});
