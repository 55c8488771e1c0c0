import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLink, type Link } from "./link.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LIMITS = { maxMessageBytes: 1_000, maxBacklogBytes: 1_000, stallMs: 10_000 };

/** A link to a client that reads when it is told to. */
function slowLink(): { link: Link; seen: string[]; waiting: { bytes: number }; paused: () => boolean } {
  const seen: string[] = [];
  const waiting = { bytes: 0 };
  let paused = false;
  const link = createLink(
    {
      write(lines) {
        seen.push(lines);
        waiting.bytes += lines.length;
        return false;
      },
      backlog: () => waiting.bytes,
      pause: () => (paused = true),
      resume: () => (paused = false),
      end: () => Promise.resolve(),
      destroy: () => {},
    },
    { limits: LIMITS, onMalformed: () => {}, onDropped: (reason) => seen.push(reason) },
  );
  return { link, seen, waiting, paused: () => paused };
}

const say = ({ transport }: Link, text: string): void => {
  transport.send({ method: "say", params: text });
  vi.advanceTimersByTime(0);
};
const closing = (reason: string): string => `{"method":"connection/closing","params":{"reason":"${reason}"}}\n`;

test("a client that takes nothing for a while is dropped, and told why after everything that was sent", () => {
  const { link, seen } = slowLink();
  const ends: string[] = [];
  link.transport.onClose((reason) => ends.push(reason));
  say(link, "hello");
  vi.advanceTimersByTime(9_999);
  expect(ends).toEqual([]);
  vi.advanceTimersByTime(1);
  const reason = "nothing was read for 10 seconds";
  expect(ends).toEqual([reason]);
  expect(seen).toEqual(['{"method":"say","params":"hello"}\n', reason, closing(reason)]);
});

test("a client that is slow but reads is held back and stays", async () => {
  const { link, seen, waiting, paused } = slowLink();
  say(link, "hello");
  expect(paused()).toBe(true); // its requests wait, too
  for (let left = waiting.bytes - 1; left > 0; left -= 1) {
    waiting.bytes = left;
    vi.advanceTimersByTime(10_000);
  }
  link.resumeWriting();
  await link.transport.drained();
  vi.advanceTimersByTime(60_000);
  expect([seen.length, paused()]).toEqual([1, false]);
});

test("a client for whom too much piles up is dropped at once", () => {
  const { link, seen } = slowLink();
  say(link, "x".repeat(1_001));
  expect(seen.slice(1)).toEqual(["too much waits to be read", closing("too much waits to be read")]);
  say(link, "more");
  expect(seen).toHaveLength(3);
});
