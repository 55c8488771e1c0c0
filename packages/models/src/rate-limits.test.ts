import { expect, test } from "vitest";
import { readRateLimits } from "./rate-limits.ts";

test("headers of both windows and of credits are read", () => {
  const limits = readRateLimits({
    "x-codex-primary-used-percent": "12.5",
    "x-codex-primary-window-minutes": "300",
    "x-codex-primary-reset-at": "1795340000",
    "x-codex-secondary-used-percent": "40",
    "x-codex-secondary-window-minutes": "10080",
    "x-codex-credits-has-credits": "TRUE",
    "x-codex-credits-unlimited": "0",
    "x-codex-credits-balance": " 17.5 ",
  });
  expect(limits).toEqual({
    primary: { usedPercent: 12.5, windowMinutes: 300, resetsAt: 1_795_340_000 },
    secondary: { usedPercent: 40, windowMinutes: 10_080, resetsAt: null },
    credits: { hasCredits: true, unlimited: false, balance: "17.5" },
    planType: null,
  });
});

test("a reply without such headers says nothing about limits", () => {
  expect(readRateLimits({ "content-type": "text/event-stream" })).toBe(null);
});

test("a window of zeros is no window, unless it has an end", () => {
  const zeros = { "x-codex-primary-used-percent": "0", "x-codex-primary-window-minutes": "0" };
  expect(readRateLimits(zeros)).toBe(null);
  expect(readRateLimits({ ...zeros, "x-codex-primary-reset-at": "5" })).toEqual({
    primary: { usedPercent: 0, windowMinutes: 0, resetsAt: 5 },
    secondary: null,
    credits: null,
    planType: null,
  });
});

test("credits need both flags, numbers have to be finite", () => {
  expect(readRateLimits({ "x-codex-credits-has-credits": "true" })).toBe(null);
  expect(readRateLimits({ "x-codex-primary-used-percent": "NaN", "x-codex-primary-reset-at": "5" })).toBe(null);
});

test("numbers that no window can have are none", () => {
  const primary = { "x-codex-primary-used-percent": "5", "x-codex-primary-reset-at": "9" };
  expect(readRateLimits({ ...primary, "x-codex-primary-window-minutes": "1e21" })?.primary).toEqual({
    usedPercent: 5,
    windowMinutes: null,
    resetsAt: 9,
  });
  for (const used of ["-1", "1e308"]) {
    expect(readRateLimits({ ...primary, "x-codex-primary-used-percent": used })).toBe(null);
  }
});
