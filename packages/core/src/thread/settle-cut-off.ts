import type { ModelFamily } from "@heddle/models";
import type { History } from "../history/history.ts";
import { outputsOfCutOffCalls } from "../turn/settle-calls.ts";
import { cutOffItem } from "./fold.ts";
import type { ThreadLog } from "./log.ts";
import type { UnfinishedTurn } from "./unfinished-turn.ts";

/**
 * Ends in the log what a crash has left open: clients know it as failed already, the model is told what is known of its
 * calls. The turn itself ends too, unless it goes on.
 */
export function settleCutOff(
  { id, joined, items }: UnfinishedTurn,
  thread: {
    readonly ends: boolean;
    readonly log: ThreadLog;
    readonly history: History;
    readonly family: ModelFamily;
  },
): void {
  const { ends, log, history, family } = thread;
  for (const item of items) {
    const closed = cutOffItem(item);
    if (closed !== item) log.note({ type: "itemCompleted", turnId: id, item: closed });
  }
  for (const output of outputsOfCutOffCalls(history.items, items)) {
    log.recordItem(history.record(output, family.truncation));
  }
  if (!ends) return;
  for (const turnId of [id, ...joined]) log.note({ type: "turnCompleted", turnId, outcome: { status: "interrupted" } });
}
