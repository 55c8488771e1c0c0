import { expect, test } from "vitest";
import { formatCount, formatDuration } from "./format.ts";
import { wantsColor, type ColorChoice } from "./paint.ts";

test.each<[ColorChoice, boolean, Record<string, string>, boolean]>([
  ["auto", true, {}, true],
  ["auto", false, {}, false],
  ["auto", true, { NO_COLOR: "1" }, false],
  ["auto", true, { NO_COLOR: "" }, true],
  ["auto", true, { TERM: "dumb" }, false],
  ["auto", false, { FORCE_COLOR: "1" }, true],
  ["auto", false, { CLICOLOR_FORCE: "1", NO_COLOR: "1" }, true],
  ["auto", true, { FORCE_COLOR: "0" }, false],
  ["always", false, { NO_COLOR: "1" }, true],
  ["never", true, { FORCE_COLOR: "1" }, false],
])("colour %s, terminal %s, environment %j: %s", (choice, isTerminal, env, wanted) => {
  expect(wantsColor(choice, { isTerminal }, env)).toBe(wanted);
});

test.each([
  [0, "0ms"],
  [999, "999ms"],
  [1000, "1.00s"],
  [1500, "1.50s"],
  [59_994, "59.99s"],
  [60_000, "1m 00s"],
  [65_900, "1m 05s"],
  [3_600_000, "60m 00s"],
])("%d ms is shown as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("counts have separators", () => {
  expect([0, 999, 1000, 1_234_567].map(formatCount)).toEqual(["0", "999", "1,000", "1,234,567"]);
});
