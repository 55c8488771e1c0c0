import { ModelError } from "@heddle/models";
import type { TurnScope } from "../turn/scope.ts";
import { instructionsOf } from "../turn/prompt.ts";
import { compact, type Compaction } from "./compact.ts";
import { estimateEarlierReasoning, estimateItems, estimateText } from "./token-estimate.ts";

/**
 * Compacts the thread when it has come close to the end of the model's window: after a response, and before the first
 * request of a turn. Does nothing where no limit is known. A compaction that fails is a warning: the next request
 * decides whether the thread still fits.
 * @throws the reason of the signal.
 */
export async function compactIfFull(scope: TurnScope): Promise<void> {
  const limit = scope.family.autoCompactLimit;
  if (limit === null || (await contextTokens(scope)) < limit) {
    scope.compactions.reset();
    return;
  }
  await tryCompact(scope);
}

/** Compacts after the model has refused a request as too long. @returns whether asking again is worth while. */
export async function makeRoom(scope: TurnScope): Promise<boolean> {
  const compaction = await tryCompact(scope);
  return compaction?.type === "compacted";
}

async function tryCompact(scope: TurnScope): Promise<Compaction | null> {
  const { compactions, emit, turnId } = scope;
  // A final answer stands whatever it cost; where the turn goes on, its next step finds the limit.
  if (!compactions.mayGoOn || scope.spending.isUsedUp()) return null;
  try {
    const compaction = await compact(scope);
    if (compaction.type !== "nothingToDrop") compactions.add();
    if (compaction.type === "didNotShrink") emit({ type: "warning", turnId, message: DID_NOT_SHRINK });
    return compaction;
  } catch (error) {
    scope.signal.throwIfAborted();
    if (!(error instanceof ModelError)) throw error;
    compactions.add();
    emit({ type: "warning", turnId, message: `the thread could not be compacted: ${error.message}` });
    return null;
  }
}

export const DID_NOT_SHRINK =
  "the thread was not compacted: its summary would be no shorter than what it replaces; start a new thread if there is no room left";

/** What the next request will take: what the model last said that it had read, and an estimate of what came after. */
async function contextTokens(scope: TurnScope): Promise<number> {
  const { history, usage } = scope;
  const last = usage.current()?.last.totalTokens;
  if (last !== undefined) return last + estimateItems(history.uncounted) + estimateEarlierReasoning(history.items);
  const instructions = instructionsOf(scope, await scope.gatherTools());
  return estimateItems(history.items) + estimateText(instructions);
}
