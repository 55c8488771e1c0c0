import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Deadline } from "./deadline.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("it expires once its time is over", () => {
  const expired = vi.fn<() => void>();
  const deadline = new Deadline(100, expired);
  vi.advanceTimersByTime(99);
  expect(expired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(expired).toHaveBeenCalledOnce();
  deadline.clear();
});

test("it stands still while it is suspended, until everybody has let go", () => {
  const expired = vi.fn<() => void>();
  const deadline = new Deadline(100, expired);
  vi.advanceTimersByTime(60);
  const first = deadline.suspend();
  const second = deadline.suspend();
  vi.advanceTimersByTime(10_000);
  first();
  first();
  vi.advanceTimersByTime(10_000);
  second();
  vi.advanceTimersByTime(39);
  expect(expired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(expired).toHaveBeenCalledOnce();
});

test("a cleared one never expires, not even when it is resumed", () => {
  const expired = vi.fn<() => void>();
  const deadline = new Deadline(100, expired);
  const resume = deadline.suspend();
  deadline.clear();
  resume();
  vi.advanceTimersByTime(1_000_000);
  expect(expired).not.toHaveBeenCalled();
});

test("a time longer than timers can take does not expire at once", () => {
  const expired = vi.fn<() => void>();
  const deadline = new Deadline(2 ** 40, expired);
  vi.advanceTimersByTime(1_000_000);
  expect(expired).not.toHaveBeenCalled();
  deadline.clear();
});
