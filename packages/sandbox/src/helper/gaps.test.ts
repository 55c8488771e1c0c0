import { expect, test } from "vitest";
import { helperGaps } from "./gaps.ts";

test("where the kernel does not keep signals within a sandbox, people are told", () => {
  expect(helperGaps(6)).toEqual([expect.stringContaining(".git"), expect.stringContaining("mode")]);
  expect(helperGaps(5)).toEqual([...helperGaps(6), expect.stringContaining("signals")]);
});
