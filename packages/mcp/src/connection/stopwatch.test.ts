import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStopwatch, type Stopwatch } from "./stopwatch.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start(limitMs: number, capMs: number): { watch: Stopwatch; expired: () => boolean } {
  let over = false;
  const watch = createStopwatch({ limitMs, capMs, now: () => Date.now(), onExpire: () => (over = true) });
  return { watch, expired: () => over };
}

test("it expires when its limit is over", () => {
  const { expired } = start(100, 1_000);
  vi.advanceTimersByTime(99);
  expect(expired()).toBe(false);
  vi.advanceTimersByTime(1);
  expect(expired()).toBe(true);
});

test("time does not count while it is paused, however many pauses overlap", () => {
  const { watch, expired } = start(100, 1_000);
  vi.advanceTimersByTime(60);
  watch.pause();
  watch.pause();
  vi.advanceTimersByTime(10_000);
  watch.resume();
  vi.advanceTimersByTime(10_000);
  watch.resume();
  vi.advanceTimersByTime(39);
  expect(expired()).toBe(false);
  vi.advanceTimersByTime(1);
  expect(expired()).toBe(true);
});

test("a restart begins the limit anew, up to the cap", () => {
  const { watch, expired } = start(100, 250);
  for (let n = 0; n < 2; n += 1) {
    vi.advanceTimersByTime(90);
    watch.restart();
  }
  vi.advanceTimersByTime(69);
  expect(expired()).toBe(false);
  vi.advanceTimersByTime(1);
  expect(expired()).toBe(true);
});

test("a restart during a pause counts from its end", () => {
  const { watch, expired } = start(100, 1_000);
  vi.advanceTimersByTime(90);
  watch.pause();
  watch.restart();
  vi.advanceTimersByTime(500);
  watch.resume();
  vi.advanceTimersByTime(99);
  expect(expired()).toBe(false);
  vi.advanceTimersByTime(1);
  expect(expired()).toBe(true);
});

test("stopped, it never expires", () => {
  const { watch, expired } = start(100, 1_000);
  watch.pause();
  watch.stop();
  watch.resume();
  vi.advanceTimersByTime(10_000);
  expect(expired()).toBe(false);
});
