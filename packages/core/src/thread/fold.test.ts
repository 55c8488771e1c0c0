import { itemId, turnId, type CommandExecutionItem } from "@heddle/protocol";
import { expect, test } from "vitest";
import type { StoredEvent } from "./events.ts";
import { foldEvents, toWireTurn } from "./fold.ts";

const turn = turnId("0");
const process: CommandExecutionItem = {
  type: "commandExecution",
  id: itemId("c1"),
  command: "bash -c serve",
  cwd: "/repo",
  processId: "4711",
  status: "inProgress",
  commandActions: [],
  aggregatedOutput: null,
  exitCode: null,
  durationMs: null,
  sandbox: null,
};
const ended: CommandExecutionItem = { ...process, status: "completed", exitCode: 0, aggregatedOutput: "up\n" };
const opened: readonly StoredEvent[] = [
  { type: "turnStarted", turnId: turn },
  { type: "itemStarted", turnId: turn, item: process },
  { type: "turnCompleted", turnId: turn, outcome: { status: "completed" } },
];

test("a process that outlives its turn is shown running while it does, and as failed once nobody runs it", () => {
  const [folded] = foldEvents(opened).turns;
  if (folded === undefined) throw new Error("no turn");
  const shown = { id: turn, status: "completed", error: null };
  expect(toWireTurn(folded, null, () => true)).toEqual({ ...shown, items: [process] });
  expect(toWireTurn(folded, null)).toEqual({ ...shown, items: [{ ...process, status: "failed", exitCode: -1 }] });
});

test("its end is that of the item in the turn that opened it, which stays as it ended", () => {
  const { turns } = foldEvents([...opened, { type: "itemCompleted", turnId: turn, item: ended }]);
  expect(turns).toEqual([{ id: turn, items: [ended], end: { type: "ended", outcome: { status: "completed" } } }]);
});

test("its end does not bring back a turn that was taken back", () => {
  const { turns } = foldEvents([
    ...opened,
    { type: "threadReverted", turnId: turn },
    { type: "itemCompleted", turnId: turn, item: ended },
  ]);
  expect(turns).toEqual([]);
});
