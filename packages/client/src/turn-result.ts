import type { ThreadItem, ThreadTokenUsage, Turn } from "@heddle/protocol";
import type { ThreadNotification } from "./thread.ts";

/** A turn that has ended, in whatever way: `turn.status` says how. */
export interface TurnResult {
  readonly turn: Turn;
  /** The completed items, in the order of their completion. */
  readonly items: ThreadItem[];
  /** The text of the last message of the agent; empty if there is none. */
  readonly finalResponse: string;
  /** As of the last model response; `null` if none came to its end. */
  readonly usage: ThreadTokenUsage | null;
}

/** What is known of a turn while it runs. */
export interface TurnSoFar {
  readonly items: readonly ThreadItem[];
  readonly usage: ThreadTokenUsage | null;
}

export const nothingYet: TurnSoFar = { items: [], usage: null };

/** Adds what one notification of the turn says. */
export function addToTurn(turn: TurnSoFar, notification: ThreadNotification): TurnSoFar {
  switch (notification.method) {
    case "item/completed":
      return { ...turn, items: [...turn.items, notification.params.item] };
    case "thread/tokenUsage/updated":
      return { ...turn, usage: notification.params.tokenUsage };
    default:
      return turn;
  }
}

export function turnResult({ items, usage }: TurnSoFar, turn: Turn): TurnResult {
  const last = items.findLast((item) => item.type === "agentMessage");
  return { turn, items: [...items], finalResponse: last?.text ?? "", usage };
}
