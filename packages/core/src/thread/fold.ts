import type { ItemId, ThreadItem, ThreadTokenUsage, Turn, TurnError, TurnId } from "@heddle/protocol";
import { assertNever } from "../assert-never.ts";
import type { StoredEvent, TurnOutcome } from "./events.ts";

/** A turn as the log tells it. `open` has no end in the log: the process that ran it is gone, or still runs it. */
export interface FoldedTurn {
  readonly id: TurnId;
  readonly items: readonly ThreadItem[];
  readonly end: { readonly type: "open" } | { readonly type: "ended"; readonly outcome: TurnOutcome };
}

/** Tells of an item of a turn whether something that it shows still runs. */
export type RunningItems = (turnId: TurnId, item: ThreadItem) => boolean;

/** What the stored events of a thread add up to. */
export interface FoldedThread {
  readonly turns: readonly FoldedTurn[];
  readonly usage: ThreadTokenUsage | null;
}

interface TurnDraft {
  readonly id: TurnId;
  readonly items: Map<string, ThreadItem>;
  outcome: TurnOutcome | null;
}

/**
 * Adds up stored events to turns. Items keep the order in which they began; an item that was started and never
 * completed stays as it was started. Items are keyed by type and id: a review marker shares its id with the turn.
 */
export function foldEvents(events: Iterable<StoredEvent>): FoldedThread {
  const turns = new Map<TurnId, TurnDraft>();
  let usage: ThreadTokenUsage | null = null;
  const turnOf = (id: TurnId): TurnDraft => {
    const known = turns.get(id);
    if (known !== undefined) return known;
    const draft: TurnDraft = { id, items: new Map(), outcome: null };
    turns.set(id, draft);
    return draft;
  };
  for (const event of events) {
    switch (event.type) {
      case "turnStarted":
        turnOf(event.turnId);
        break;
      case "itemStarted":
      case "itemCompleted":
        if (!turns.has(event.turnId) && isProcess(event.item)) break; // it ran on when its turn had been taken back
        turnOf(event.turnId).items.set(itemKey(event.item), event.item);
        break;
      case "turnCompleted":
        turnOf(event.turnId).outcome = event.outcome;
        break;
      case "tokenUsageUpdated":
        usage = event.usage;
        break;
      case "threadReverted":
        cutFrom(turns, event.turnId);
        break;
      case "approvalDecided":
      case "stepEnded":
      case "filesChanged":
      case "filesRewound":
        break;
      default:
        assertNever(event);
    }
  }
  return {
    turns: Array.from(turns.values(), (draft) => ({
      id: draft.id,
      items: [...draft.items.values()],
      end: draft.outcome === null ? { type: "open" as const } : { type: "ended" as const, outcome: draft.outcome },
    })),
    usage,
  };
}

/** Whether an item shows a command that may outlive its turn. */
function isProcess(item: ThreadItem): boolean {
  return item.type === "commandExecution" && item.processId !== null;
}

/** Takes a turn away with all that began behind it; nothing when there is no such turn. */
function cutFrom(turns: Map<TurnId, unknown>, first: TurnId): void {
  const ids = [...turns.keys()];
  const at = ids.indexOf(first);
  for (const id of at === -1 ? [] : ids.slice(at)) turns.delete(id);
}

/** The key under which an item is started and completed once. */
export function itemKey(item: { readonly type: ThreadItem["type"]; readonly id: ItemId | string }): string {
  return `${item.type}:${item.id}`;
}

/**
 * The wire form of a folded turn. `running` names the turn that this process runs at the moment; any other turn
 * without an end was cut off by the end of its process and counts as interrupted, its unfinished items as failed.
 * @param isRunning whether an item shows a command that has outlived its turn and still runs.
 */
export function toWireTurn(turn: FoldedTurn, running: TurnId | null, isRunning: RunningItems = () => false): Turn {
  if (turn.end.type === "ended") {
    const { outcome } = turn.end;
    const items = turn.items.map((item) => (isRunning(turn.id, item) ? item : cutOffItem(item)));
    return { id: turn.id, items, status: outcome.status, error: errorOf(outcome) };
  }
  if (turn.id === running) return { id: turn.id, items: [...turn.items], status: "inProgress", error: null };
  return { id: turn.id, items: turn.items.map(cutOffItem), status: "interrupted", error: null };
}

function errorOf(outcome: TurnOutcome): TurnError | null {
  return outcome.status === "failed" ? outcome.error : null;
}

/** What an item becomes that its turn has left open: nobody knows how far one came that acts, so it has failed. */
export function cutOffItem(item: ThreadItem): ThreadItem {
  switch (item.type) {
    case "commandExecution":
      return item.status === "inProgress" ? { ...item, status: "failed", exitCode: -1 } : item;
    case "fileChange":
    case "mcpToolCall":
    case "dynamicToolCall":
    case "contextCompaction":
      return item.status === "inProgress" ? { ...item, status: "failed" } : item;
    default:
      return item;
  }
}
