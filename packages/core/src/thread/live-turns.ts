import type { ThreadItem, Turn, TurnId } from "@heddle/protocol";
import { itemKey } from "./fold.ts";
import type { ThreadEvent } from "./events.ts";

/**
 * What is happening on a thread right now, kept up with every event: a client that joins in the middle of a turn is
 * shown its items with the text so far, and everything after that comes as events.
 */
export interface LiveTurns {
  observe(event: ThreadEvent): void;
  /** Gives a turn that has begun the items that it had in another process. */
  restore(turnId: TurnId, items: readonly ThreadItem[]): void;
  /** The turns that have begun and not ended, oldest first, with their items in the order in which they began. */
  current(): readonly Turn[];
}

/** An item as it was started or completed, and what has been added to it since: joined when somebody wants to see it. */
interface LiveItem {
  item: ThreadItem;
  readonly pieces: Map<Part, string[]>;
}

/** Where a piece of text belongs: the text of a message, the output of a command, a numbered part of a reasoning. */
type Part = "text" | `summary ${number}` | `content ${number}`;

export function createLiveTurns(): LiveTurns {
  const turns = new Map<TurnId, Map<string, LiveItem>>();

  const put = (turnId: TurnId, item: ThreadItem): void => {
    turns.get(turnId)?.set(itemKey(item), { item, pieces: new Map() });
  };
  const add = (turnId: TurnId, key: string, part: Part, piece: string): void => {
    const live = turns.get(turnId)?.get(key);
    if (live === undefined) return;
    const pieces = live.pieces.get(part);
    if (pieces === undefined) live.pieces.set(part, [piece]);
    else pieces.push(piece);
  };
  return {
    observe(event) {
      switch (event.type) {
        case "agentMessageDelta":
          return add(event.turnId, `agentMessage:${event.itemId}`, "text", event.delta);
        case "commandOutputDelta":
          return add(event.turnId, `commandExecution:${event.itemId}`, "text", event.delta);
        case "reasoningSummaryPartAdded":
          return add(event.turnId, `reasoning:${event.itemId}`, `summary ${event.summaryIndex}`, "");
        case "reasoningSummaryDelta":
          return add(event.turnId, `reasoning:${event.itemId}`, `summary ${event.summaryIndex}`, event.delta);
        case "reasoningTextDelta":
          return add(event.turnId, `reasoning:${event.itemId}`, `content ${event.contentIndex}`, event.delta);
        case "turnStarted":
          return void turns.set(event.turnId, new Map());
        case "turnCompleted":
          return void turns.delete(event.turnId);
        case "itemStarted":
        case "itemCompleted":
          return put(event.turnId, event.item);
        default:
          return; // says nothing about what an item looks like
      }
    },
    restore(turnId, items) {
      for (const item of items) put(turnId, item);
    },
    current: () =>
      Array.from(turns, ([id, items]) => ({
        id,
        items: Array.from(items.values(), soFar),
        status: "inProgress" as const,
        error: null,
      })),
  };
}

/** An item with what has been added to it. */
function soFar({ item, pieces }: LiveItem): ThreadItem {
  if (pieces.size === 0) return item;
  const text = pieces.get("text")?.join("") ?? "";
  switch (item.type) {
    case "agentMessage":
      return { ...item, text: item.text + text };
    case "commandExecution":
      return { ...item, aggregatedOutput: (item.aggregatedOutput ?? "") + text };
    case "reasoning":
      return { ...item, summary: parts(pieces, "summary"), content: parts(pieces, "content") };
    default:
      return item;
  }
}

function parts(pieces: ReadonlyMap<Part, readonly string[]>, kind: "summary" | "content"): string[] {
  const found: string[] = [];
  for (const [part, texts] of pieces) {
    const [name, index] = part.split(" ");
    if (name === kind) found[Number(index)] = texts.join("");
  }
  return Array.from(found, (text) => text ?? "");
}
