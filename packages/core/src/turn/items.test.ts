import { itemId, turnId, type ThreadItem } from "@heddle/protocol";
import { expect, test } from "vitest";
import type { ThreadEvent } from "../thread/events.ts";
import { createItemWriter } from "./items.ts";

const turn = turnId("0");
const message = (id: string, text = ""): ThreadItem => ({ type: "agentMessage", id: itemId(id), text });

test("an item is started once and completed once", () => {
  const events: ThreadEvent[] = [];
  const items = createItemWriter(turn, (event) => events.push(event));
  items.start(message("a"));
  items.complete(message("a", "hello"));
  expect(events).toEqual([
    { type: "itemStarted", turnId: turn, item: message("a") },
    { type: "itemCompleted", turnId: turn, item: message("a", "hello") },
  ]);
  expect(() => items.complete(message("a"))).toThrow("completed while not open");
  expect(() => items.start(message("a"))).toThrow("started twice");
});

test("items of different types may share an id, as review markers and turns do", () => {
  const items = createItemWriter(turn, () => {});
  items.start({ type: "enteredReviewMode", id: itemId("7"), review: "x" });
  expect(() => items.start({ type: "exitedReviewMode", id: itemId("7"), review: "x" })).not.toThrow();
});

test("what is open when a turn ends is completed, in the order in which it was started", () => {
  const completed: ThreadItem[] = [];
  const items = createItemWriter(turn, (event) => {
    if (event.type === "itemCompleted") completed.push(event.item);
  });
  items.start(message("a"));
  items.start(message("b"));
  items.complete(message("a", "done"));
  items.start(message("c"));
  items.closeAll((item) => item);
  expect(completed).toEqual([message("a", "done"), message("b"), message("c")]);
});

test("a model that repeats its ids gets fresh ones", () => {
  const items = createItemWriter(turn, () => {});
  items.add(message("a"));
  expect(items.freshId("agentMessage", itemId("a"))).toBe("a-2");
  expect(items.freshId("reasoning", itemId("a"))).toBe("a");
});

test("an item that is handed over is left open when the turn ends", () => {
  const events: ThreadEvent[] = [];
  const items = createItemWriter(turn, (event) => events.push(event));
  items.start(message("a"));
  items.handOver(message("a"));
  items.closeAll((item) => item);
  expect(events.map(({ type }) => type)).toEqual(["itemStarted"]);
  expect(() => items.complete(message("a"))).toThrow("is completed while not open");
});
