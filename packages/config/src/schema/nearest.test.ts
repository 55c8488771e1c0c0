import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test.each([
  ["modle", "model"],
  ["Model", "model"],
  ["aproval_policy", "approval_policy"],
  ["sandbox-mode", "sandbox_mode"],
  ["sandboxmode", "sandbox_mode"],
  ["x", null],
  ["completely_else", null],
])("%s is taken for %s", (word, name) => {
  expect(nearest(word, ["model", "approval_policy", "sandbox_mode", "tui"])).toBe(name);
});
