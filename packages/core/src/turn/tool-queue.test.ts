import fc from "fast-check";
import { expect, test } from "vitest";
import { createToolQueue } from "./tool-queue.ts";

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

function gate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("exclusive calls run one at a time, in the order of the calls", async () => {
  const queue = createToolQueue();
  const gates = [gate(), gate()] as const;
  const started: number[] = [];
  const runs = gates.map(({ opened }, index) =>
    queue.add("exclusive", async () => {
      started.push(index);
      await opened;
    }),
  );
  await tick();
  expect(started).toEqual([0]);
  gates[0].open();
  await tick();
  expect(started).toEqual([0, 1]);
  gates[1].open();
  await Promise.all(runs);
});

test("parallel calls next to each other run together", async () => {
  const queue = createToolQueue();
  const hold = gate();
  const started: number[] = [];
  const runs = [0, 1, 2].map((index) =>
    queue.add("parallel", async () => {
      started.push(index);
      await hold.opened;
    }),
  );
  await tick();
  expect(started).toEqual([0, 1, 2]);
  hold.open();
  await Promise.all(runs);
});

test("a call that fails lets the next one run", async () => {
  const queue = createToolQueue();
  const failed = queue.add("exclusive", () => Promise.reject(new Error("boom")));
  const next = queue.add("exclusive", () => Promise.resolve("ran"));
  await expect(failed).rejects.toThrow("boom");
  await expect(next).resolves.toBe("ran");
});

test("an exclusive call never overlaps another one, and calls are admitted first come, first served", async () => {
  const admissions = fc.array(fc.constantFrom("parallel" as const, "exclusive" as const), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(admissions, fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }), async (calls, lengths) => {
      const queue = createToolQueue();
      const running = new Set<number>();
      const started: number[] = [];
      const runs = calls.map((admission, index) =>
        queue.add(admission, async () => {
          if (admission === "exclusive") expect([...running]).toEqual([]);
          for (const other of running) expect(calls[other]).toBe("parallel");
          started.push(index);
          running.add(index);
          for (let n = lengths[index] ?? 0; n > 0; n -= 1) await tick();
          running.delete(index);
        }),
      );
      await Promise.all(runs);
      expect(started).toEqual(calls.map((_, index) => index));
    }),
    { numRuns: 60 },
  );
});
