import { turnId, type ThreadItem, type TurnId } from "@heddle/protocol";
import { NOTHING_SPENT, type Spent } from "../limits/limit.ts";
import type { RolloutLine } from "../rollout/reader.ts";
import { lastTurns } from "../rollout/turn-lines.ts";
import type { StoredEvent } from "./events.ts";
import type { FoldedTurn } from "./fold.ts";

/** The last turn of a thread, when its process ended in the middle of it. */
export interface UnfinishedTurn {
  readonly id: TurnId;
  /** Turns that had joined it: they end with it. */
  readonly joined: readonly TurnId[];
  /** In the order in which they began; those that were never completed as they were started. */
  readonly items: readonly ThreadItem[];
  /** Whether it can go on: a turn that works on input and has begun to. A review or a compaction is started anew. */
  readonly continuable: boolean;
  /** Whether the model has said all that it wanted to: only the end is missing. */
  readonly isDone: boolean;
  readonly spent: Spent;
}

/** Null when the last turn of a thread has ended, is one of the reference, or there is none. */
export function unfinishedTurn(
  lines: readonly RolloutLine[],
  turns: readonly FoldedTurn[],
  events: readonly StoredEvent[],
): UnfinishedTurn | null {
  if (turns.at(-1)?.end.type !== "open") return null;
  const [leading, ...others] = lastTurns(lines).map(turnId);
  const open = new Map(turns.flatMap((turn) => (turn.end.type === "open" ? [[turn.id, turn]] : [])));
  const turn = leading === undefined ? undefined : open.get(leading);
  if (turn === undefined) return null;
  const own = events.filter((event) => event.turnId === turn.id);
  const at = own.findLastIndex(({ type }) => type === "stepEnded");
  const step = own[at];
  const saidMore = own.slice(at + 1).some((event) => "item" in event && event.item.type === "userMessage");
  return {
    id: turn.id,
    joined: others.filter((id) => open.has(id)),
    items: turn.items,
    continuable: !isReview(own) && turn.items.some(({ type }) => type === "userMessage"),
    isDone: step?.type === "stepEnded" && !step.followUp && !saidMore,
    spent: step?.type === "stepEnded" ? step.spent : NOTHING_SPENT,
  };
}

/** What it shows as a message of the user is what its reviewer was asked. */
function isReview(own: readonly StoredEvent[]): boolean {
  return own.some((event) => event.type === "turnStarted" && event.review !== undefined);
}
