import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ScopeLimits } from "@heddle/config";
import { NOTHING_SPENT, type LimitHit, type Spent } from "./limit.ts";
import { createThreadSpending, createTurnSpending } from "./spending.ts";

const NONE: ScopeLimits = { tokens: null, toolCalls: null, wallSeconds: null, usd: null };
let nowMs = 0;

beforeEach(() => {
  nowMs = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => vi.useRealTimers());

function turnWith({
  turn = {},
  thread = {},
  before = NOTHING_SPENT,
}: {
  readonly turn?: Partial<ScopeLimits>;
  readonly thread?: Partial<ScopeLimits>;
  readonly before?: Spent;
}) {
  const soft: LimitHit[] = [];
  const hard: LimitHit[] = [];
  const spending = createTurnSpending({
    turn: { ...NONE, ...turn },
    thread: { ...NONE, ...thread },
    threadSpending: createThreadSpending(before),
    before: NOTHING_SPENT,
    outer: null,
    cost: () => null,
    onSoft: (hit) => soft.push(hit),
    onHard: (hit) => hard.push(hit),
    now: () => nowMs,
  });
  return { spending, soft, hard };
}

/** Lets time go by, with timers that come a moment too early, as those of Node do. */
function pass(ms: number): void {
  for (let step = 0; step < ms; step += 1) {
    nowMs += 0.999;
    vi.advanceTimersByTime(1);
  }
}

test("a timer that comes a moment too early does not lose the limit", () => {
  const { hard, soft } = turnWith({ turn: { wallSeconds: { soft: 0.05, hard: 0.1 } } });
  pass(90);
  expect({ soft: soft.length, hard: hard.length }).toEqual({ soft: 1, hard: 0 });
  pass(30);
  expect({ soft: soft.length, hard: hard.length }).toEqual({ soft: 1, hard: 1 });
});

test("the time of earlier turns counts for the thread", () => {
  const { hard } = turnWith({
    thread: { wallSeconds: { soft: null, hard: 10 } },
    before: { ...NOTHING_SPENT, wallSeconds: 9.95 },
  });
  pass(100);
  expect(hard).toEqual([{ scope: "thread", kind: "wallSeconds", used: expect.closeTo(10, 1), max: 10 }]);
});

test("a turn that has ended wakes up no more", () => {
  const { spending, hard } = turnWith({ turn: { wallSeconds: { soft: null, hard: 0.1 } } });
  spending.close();
  pass(200);
  expect(hard).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test("stricter limits that come later count from then on", () => {
  const { spending, hard } = turnWith({ turn: { wallSeconds: { soft: null, hard: 10 } } });
  spending.narrow({ ...NONE, wallSeconds: { soft: null, hard: 0.1 } });
  pass(120);
  expect(hard).toHaveLength(1);
});
