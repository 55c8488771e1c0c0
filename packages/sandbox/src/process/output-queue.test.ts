import { expect, test } from "vitest";
import type { OutputDelta } from "./outcome.ts";
import { OutputQueue } from "./output-queue.ts";

const delta = (text: string): OutputDelta => ({ stream: "stdout", text });

async function readAll(queue: OutputQueue): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of queue) texts.push(text);
  return texts;
}

test("deltas come out in their order, whether the reader or the writer is ahead", async () => {
  const queue = new OutputQueue();
  queue.push(delta("a"));
  queue.push(delta("b"));
  const reading = readAll(queue);
  await Promise.resolve();
  queue.push(delta("c"));
  queue.end();
  expect(await reading).toEqual(["a", "b", "c"]);
});

test("a writer does not wait for a reader that sleeps: what is too much is refused", () => {
  const queue = new OutputQueue();
  const megabyte = "x".repeat(1024 * 1024);
  const taken = Array.from({ length: 12 }, () => queue.push(delta(megabyte)));
  expect(taken.filter(Boolean)).toHaveLength(8);
});

test("a reader that leaves its loop frees what is unread, and the writer goes on", async () => {
  const queue = new OutputQueue();
  queue.push(delta("a"));
  queue.push(delta("b"));
  for await (const { text } of queue) {
    expect(text).toBe("a");
    break;
  }
  expect(queue.push(delta("c"))).toBe(true);
  expect(await readAll(queue)).toEqual([]);
});
