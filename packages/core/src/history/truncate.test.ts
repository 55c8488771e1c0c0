import { expect, test } from "vitest";
import { recordingPolicy, truncate } from "./truncate.ts";

test("a text within the budget is returned as it is", () => {
  expect(truncate("short", { unit: "bytes", limit: 5 })).toEqual({ text: "short", cut: false });
});

test("300,000 characters under 10,000 tokens keep 20,000 bytes at each end", () => {
  const { text, cut } = truncate("a".repeat(300_000), { unit: "tokens", limit: 10_000 });
  expect(cut).toBe(true);
  expect(text).toBe(`${"a".repeat(20_000)}…65000 tokens truncated…${"a".repeat(20_000)}`);
});

test("300,000 characters under 10,000 bytes keep 5,000 at each end", () => {
  const { text } = truncate("a".repeat(300_000), { unit: "bytes", limit: 10_000 });
  expect(text).toBe(`${"a".repeat(5_000)}…290000 chars truncated…${"a".repeat(5_000)}`);
});

test("a budget of nothing leaves the marker alone", () => {
  expect(truncate("abc", { unit: "bytes", limit: 0 }).text).toBe("…3 chars truncated…");
});

test("a cut inside a character moves inward to its edge", () => {
  const { text } = truncate("ééééé", { unit: "bytes", limit: 6 });
  expect(text).toBe("é…3 chars truncated…é");
});

test("what is recorded may be a fifth longer, rounded up", () => {
  expect(recordingPolicy({ unit: "tokens", limit: 7 })).toEqual({ unit: "tokens", limit: 9 });
});
