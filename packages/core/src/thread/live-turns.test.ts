import { itemId, turnId } from "@heddle/protocol";
import { expect, test } from "vitest";
import type { ThreadEvent } from "./events.ts";
import { createLiveTurns } from "./live-turns.ts";

const TURN = turnId("0");
const message = (text: string) => ({ type: "agentMessage" as const, id: itemId("m"), text });
const reasoning = (summary: string[], content: string[]) => ({
  type: "reasoning" as const,
  id: itemId("r"),
  summary,
  content,
});

function after(events: readonly ThreadEvent[]): unknown {
  const live = createLiveTurns();
  for (const event of events) live.observe(event);
  return live.current();
}

const started: ThreadEvent[] = [
  { type: "turnStarted", turnId: TURN },
  { type: "itemStarted", turnId: TURN, item: reasoning([], []) },
  { type: "reasoningSummaryPartAdded", turnId: TURN, itemId: itemId("r"), summaryIndex: 0 },
  { type: "reasoningSummaryDelta", turnId: TURN, itemId: itemId("r"), summaryIndex: 0, delta: "first " },
  { type: "reasoningSummaryDelta", turnId: TURN, itemId: itemId("r"), summaryIndex: 0, delta: "part" },
  { type: "reasoningSummaryPartAdded", turnId: TURN, itemId: itemId("r"), summaryIndex: 1 },
  { type: "reasoningTextDelta", turnId: TURN, itemId: itemId("r"), contentIndex: 0, delta: "raw" },
  { type: "itemStarted", turnId: TURN, item: message("") },
  { type: "agentMessageDelta", turnId: TURN, itemId: itemId("m"), delta: "so " },
  { type: "agentMessageDelta", turnId: TURN, itemId: itemId("m"), delta: "far" },
];

test("a running turn is shown with its items and the text so far", () => {
  const items = [reasoning(["first part", ""], ["raw"]), message("so far")];
  expect(after(started)).toEqual([{ id: TURN, items, status: "inProgress", error: null }]);
});

test("a completed item is shown as it was completed, whatever its deltas said", () => {
  const events = [...started, { type: "itemCompleted" as const, turnId: TURN, item: message("final") }];
  const items = [reasoning(["first part", ""], ["raw"]), message("final")];
  expect(after(events)).toEqual([{ id: TURN, items, status: "inProgress", error: null }]);
});

test("an ended turn is not shown, and what belongs to no turn changes nothing", () => {
  const events: ThreadEvent[] = [
    { type: "agentMessageDelta", turnId: turnId("9"), itemId: itemId("m"), delta: "lost" },
    ...started,
    { type: "turnCompleted", turnId: TURN, outcome: { status: "completed" } },
  ];
  expect(after(events)).toEqual([]);
});
