import type { ModelEvent, ResponseItem } from "@heddle/models";
import { itemId, type ItemId, type ThreadItem, type TurnId } from "@heddle/protocol";
import type { ThreadEvent } from "../thread/events.ts";
import type { ItemWriter } from "./items.ts";

/** The part of a model stream that clients see as it comes. */
type StreamedEvent = Extract<
  ModelEvent,
  {
    type:
      | "itemAdded"
      | "textDelta"
      | "reasoningSummaryPartAdded"
      | "reasoningSummaryDelta"
      | "reasoningTextDelta"
      | "itemDone";
  }
>;

/** Turns the items of one model response into items of the turn, with their deltas. */
export interface StreamedItems {
  on(event: StreamedEvent): void;
  /** Completes what a broken stream has left open, with the text that was shown. */
  completePartial(): void;
}

type OpenItem =
  | { readonly type: "agentMessage"; readonly id: ItemId; readonly text: string[] }
  | { readonly type: "reasoning"; readonly id: ItemId; readonly summary: string[][]; readonly content: string[][] }
  | { readonly type: "webSearch"; readonly id: ItemId; readonly query: string };

/** @param showRawReasoning whether raw reasoning reaches clients, as deltas and in the completed item. */
export function createStreamedItems(options: {
  readonly turnId: TurnId;
  readonly items: ItemWriter;
  readonly emit: (event: ThreadEvent) => void;
  readonly showRawReasoning: boolean;
}): StreamedItems {
  const { turnId, items, emit, showRawReasoning } = options;
  const open = new Map<string, OpenItem>();

  const begin = (wireId: string, kind: OpenItem["type"], query = ""): OpenItem => {
    const id = items.freshId(kind, itemId(wireId));
    const item = emptyItem(kind, id, query);
    open.set(wireId, item);
    items.start(snapshot(item));
    return item;
  };
  /** A search is shown once it is known what for, which may be only at its end. */
  const beginSearch = (wireId: string, query: string): void => {
    if (query !== "") begin(wireId, "webSearch", query);
  };
  const message = (wireId: string): Extract<OpenItem, { type: "agentMessage" }> => {
    const known = open.get(wireId) ?? begin(wireId, "agentMessage");
    if (known.type !== "agentMessage") throw new Error(`text for ${wireId}, which is a ${known.type}`);
    return known;
  };
  const reasoning = (wireId: string): Extract<OpenItem, { type: "reasoning" }> => {
    const known = open.get(wireId) ?? begin(wireId, "reasoning");
    if (known.type !== "reasoning") throw new Error(`reasoning for ${wireId}, which is a ${known.type}`);
    return known;
  };

  /** The final form of an item comes from its `done`; deltas are only what was shown on the way. */
  const finish = (wireId: string, item: ResponseItem): void => {
    switch (item.type) {
      case "message": {
        if (item.role !== "assistant") return;
        const { id } = message(wireId);
        items.complete({ type: "agentMessage", id, text: textOf(item) });
        break;
      }
      case "reasoning": {
        const { id } = reasoning(wireId);
        const content = showRawReasoning ? (item.content ?? []).map((part) => part.text) : [];
        items.complete({ type: "reasoning", id, summary: item.summary.map((part) => part.text), content });
        break;
      }
      case "web_search_call": {
        const query = queryOf(item);
        // A page that was opened, or searched through, is no search of its own.
        const known = open.get(wireId) ?? (item.action.type === "search" ? begin(wireId, "webSearch", query) : null);
        if (known === null) return;
        items.complete({ type: "webSearch", id: known.id, query });
        break;
      }
      default:
        return; // tool calls become items when they are planned
    }
    open.delete(wireId);
  };

  return {
    on(event) {
      switch (event.type) {
        case "textDelta": {
          const item = message(event.itemId);
          item.text.push(event.text);
          emit({ type: "agentMessageDelta", turnId, itemId: item.id, delta: event.text });
          return;
        }
        case "itemAdded":
          if (event.item.type === "message" && event.item.role === "assistant") begin(event.itemId, "agentMessage");
          else if (event.item.type === "reasoning") begin(event.itemId, "reasoning");
          else if (event.item.type === "web_search_call") beginSearch(event.itemId, queryOf(event.item));
          return;
        case "reasoningSummaryPartAdded": {
          const item = reasoning(event.itemId);
          part(item.summary, event.index);
          emit({ type: "reasoningSummaryPartAdded", turnId, itemId: item.id, summaryIndex: event.index });
          return;
        }
        case "reasoningSummaryDelta": {
          const item = reasoning(event.itemId);
          part(item.summary, event.index).push(event.text);
          const { text: delta, index: summaryIndex } = event;
          emit({ type: "reasoningSummaryDelta", turnId, itemId: item.id, summaryIndex, delta });
          return;
        }
        case "reasoningTextDelta": {
          const item = reasoning(event.itemId);
          part(item.content, event.index).push(event.text);
          if (!showRawReasoning) return;
          const { text: delta, index: contentIndex } = event;
          emit({ type: "reasoningTextDelta", turnId, itemId: item.id, contentIndex, delta });
          return;
        }
        case "itemDone":
          finish(event.itemId, event.item);
          return;
      }
    },
    completePartial() {
      for (const item of open.values()) items.complete(snapshot(item));
      open.clear();
    },
  };

  function snapshot(item: OpenItem): ThreadItem {
    switch (item.type) {
      case "agentMessage":
        return { type: "agentMessage", id: item.id, text: item.text.join("") };
      case "reasoning": {
        const content = showRawReasoning ? item.content.map((texts) => texts.join("")) : [];
        return { type: "reasoning", id: item.id, summary: item.summary.map((texts) => texts.join("")), content };
      }
      case "webSearch":
        return item;
    }
  }
}

function emptyItem(kind: OpenItem["type"], id: ItemId, query: string): OpenItem {
  switch (kind) {
    case "agentMessage":
      return { type: "agentMessage", id, text: [] };
    case "reasoning":
      return { type: "reasoning", id, summary: [], content: [] };
    case "webSearch":
      return { type: "webSearch", id, query };
  }
}

/** The texts of one part; parts that were skipped come into being empty. */
function part(parts: string[][], index: number): string[] {
  while (parts.length <= index) parts.push([]);
  return parts[index] ?? [];
}

/** The text of a message: its text parts joined, images left out. */
export function textOf(item: Extract<ResponseItem, { type: "message" }>): string {
  return item.content.map((content) => (content.type === "input_image" ? "" : content.text)).join("");
}

function queryOf(item: Extract<ResponseItem, { type: "web_search_call" }>): string {
  const { action } = item;
  return "query" in action && typeof action.query === "string" ? action.query : "";
}
