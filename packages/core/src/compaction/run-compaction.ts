import type { TurnOutcome } from "../thread/events.ts";
import { toTurnError } from "../turn/errors.ts";
import type { TurnScope } from "../turn/scope.ts";
import { DID_NOT_SHRINK } from "./auto-compact.ts";
import { compact, type Compaction } from "./compact.ts";

/** A turn that somebody asked for in order to compact the thread. Never rejects: a failure is an outcome. */
export async function runCompaction(scope: TurnScope): Promise<TurnOutcome> {
  const { emit, turnId } = scope;
  try {
    scope.spending.mayGoOn();
    scope.signal.throwIfAborted();
    const message = noticeOf(await compact(scope));
    if (message !== null) emit({ type: "warning", turnId, message });
    return { status: "completed" };
  } catch (error) {
    if (scope.signal.aborted) return { status: "interrupted" };
    const turnError = toTurnError(error);
    emit({ type: "turnFailed", turnId, error: turnError });
    return { status: "failed", error: turnError };
  }
}

function noticeOf({ type }: Compaction): string | null {
  switch (type) {
    case "compacted":
      return null;
    case "didNotShrink":
      return DID_NOT_SHRINK;
    case "nothingToDrop":
      return "the thread was not compacted: the model has said and done nothing in it that a summary could replace";
  }
}
