import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createExpiration, type Expired } from "./expiration.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("it expires once its time is over, which begins with the command", () => {
  const expired = vi.fn<(why: Expired) => void>();
  const expiration = createExpiration({ timeoutMs: 100 });
  vi.advanceTimersByTime(10_000);
  const end = expiration.begin(expired);
  vi.advanceTimersByTime(99);
  expect(expired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(expired.mock.calls).toEqual([["timedOut"]]);
  end();
});

test("it expires with its signal, one that has fired before included", () => {
  const expired = vi.fn<(why: Expired) => void>();
  const abort = new AbortController();
  const end = createExpiration({ timeoutMs: 100, signal: abort.signal }).begin(expired);
  abort.abort();
  expect(expired.mock.calls).toEqual([["aborted"]]);
  end();
  createExpiration({ signal: abort.signal }).begin(expired)();
  expect(expired.mock.calls).toEqual([["aborted"], ["aborted"]]);
});

test("without a time and a signal it never expires", () => {
  const expired = vi.fn<(why: Expired) => void>();
  const expiration = createExpiration({});
  const end = expiration.begin(expired);
  expiration.suspend()();
  vi.advanceTimersByTime(2 ** 40);
  expect(expired).not.toHaveBeenCalled();
  end();
});

test("it stands still while it is suspended, until everybody has let go", () => {
  const expired = vi.fn<(why: Expired) => void>();
  const expiration = createExpiration({ timeoutMs: 100 });
  const end = expiration.begin(expired);
  vi.advanceTimersByTime(60);
  const first = expiration.suspend();
  const second = expiration.suspend();
  vi.advanceTimersByTime(10_000);
  first();
  first();
  vi.advanceTimersByTime(10_000);
  second();
  vi.advanceTimersByTime(39);
  expect(expired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(expired).toHaveBeenCalledOnce();
  end();
});

test("one that is suspended before the command starts stands still from there on", () => {
  const expired = vi.fn<(why: Expired) => void>();
  const expiration = createExpiration({ timeoutMs: 100 });
  const resume = expiration.suspend();
  const end = expiration.begin(expired);
  vi.advanceTimersByTime(10_000);
  expect(expired).not.toHaveBeenCalled();
  resume();
  vi.advanceTimersByTime(100);
  expect(expired).toHaveBeenCalledOnce();
  end();
});

test("one that was ended never expires, not even when it is resumed", () => {
  const expired = vi.fn<(why: Expired) => void>();
  const abort = new AbortController();
  const expiration = createExpiration({ timeoutMs: 100, signal: abort.signal });
  const end = expiration.begin(expired);
  const resume = expiration.suspend();
  end();
  resume();
  abort.abort();
  vi.advanceTimersByTime(1_000_000);
  expect(expired).not.toHaveBeenCalled();
});

test("a time longer than timers can take does not expire at once", () => {
  const expired = vi.fn<(why: Expired) => void>();
  const end = createExpiration({ timeoutMs: 2 ** 40 }).begin(expired);
  vi.advanceTimersByTime(1_000_000);
  expect(expired).not.toHaveBeenCalled();
  end();
});
