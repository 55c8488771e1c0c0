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
  /** By kind and id: some endpoints give one id to all that belongs to an answer. */
  const open = new Map<string, OpenItem>();
  const openOf = (kind: OpenItem["type"], wireId: string): OpenItem | undefined => open.get(`${kind}:${wireId}`);

  const begin = (wireId: string, kind: OpenItem["type"], query = ""): OpenItem => {
    const id = items.freshId(kind, itemId(wireId));
    const item = emptyItem(kind, id, query);
    open.set(`${kind}:${wireId}`, item);
    items.start(snapshot(item));
    return item;
  };
  /** A search is shown once it is known what for, which may be only at its end. */
  const beginSearch = (wireId: string, query: string): void => {
    if (query !== "" && openOf("webSearch", wireId) === undefined) begin(wireId, "webSearch", query);
  };
  const message = (wireId: string): Extract<OpenItem, { type: "agentMessage" }> => {
    const known = openOf("agentMessage", wireId) ?? begin(wireId, "agentMessage");
    if (known.type !== "agentMessage") throw new Error(`text for ${wireId}, which is a ${known.type}`);
    return known;
  };
  const reasoning = (wireId: string): Extract<OpenItem, { type: "reasoning" }> => {
    const known = openOf("reasoning", wireId) ?? begin(wireId, "reasoning");
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
        open.delete(`agentMessage:${wireId}`);
        return;
      }
      case "reasoning": {
        const { id } = reasoning(wireId);
        const content = showRawReasoning ? (item.content ?? []).map((part) => part.text) : [];
        items.complete({ type: "reasoning", id, summary: item.summary.map((part) => part.text), content });
        open.delete(`reasoning:${wireId}`);
        return;
      }
      case "web_search_call": {
        const query = queryOf(item);
        // A page that was opened, or searched through, is no search of its own.
        const isSearch = item.action.type === "search";
        const known = openOf("webSearch", wireId) ?? (isSearch ? begin(wireId, "webSearch", query) : null);
        if (known === null) return;
        items.complete({ type: "webSearch", id: known.id, query });
        open.delete(`webSearch:${wireId}`);
        return;
      }
      default:
        return; // tool calls become items when they are planned
    }
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
          if (event.item.type === "message" && event.item.role === "assistant") message(event.itemId);
          else if (event.item.type === "reasoning") reasoning(event.itemId);
          else if (event.item.type === "web_search_call") beginSearch(event.itemId, queryOf(event.item));
          return;
        case "reasoningSummaryPartAdded": {
          const item = reasoning(event.itemId);
          const summaryIndex = openPart(item.summary, event.index);
          emit({ type: "reasoningSummaryPartAdded", turnId, itemId: item.id, summaryIndex });
          return;
        }
        case "reasoningSummaryDelta": {
          const item = reasoning(event.itemId);
          const summaryIndex = openPart(item.summary, event.index);
          item.summary[summaryIndex]?.push(event.text);
          emit({ type: "reasoningSummaryDelta", turnId, itemId: item.id, summaryIndex, delta: event.text });
          return;
        }
        case "reasoningTextDelta": {
          const item = reasoning(event.itemId);
          const contentIndex = openPart(item.content, event.index);
          item.content[contentIndex]?.push(event.text);
          if (!showRawReasoning) return;
          emit({ type: "reasoningTextDelta", turnId, itemId: item.id, contentIndex, delta: event.text });
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

/** More parts than any model writes: what an endpoint says in a number must not fill the memory. */
const MAX_PARTS = 1_000;

/**
 * Makes room for the texts of a part; parts that were skipped come into being empty.
 * @returns where it is: the last one that there is, when the index is none that can be.
 */
function openPart(parts: string[][], index: number): number {
  const at = Number.isInteger(index) && index >= 0 && index < MAX_PARTS ? index : Math.max(0, parts.length - 1);
  while (parts.length <= at) parts.push([]);
  return at;
}

/** The text of a message: its text parts joined, images left out. */
export function textOf(item: Extract<ResponseItem, { type: "message" }>): string {
  return item.content.map((content) => (content.type === "input_image" ? "" : content.text)).join("");
}

function queryOf(item: Extract<ResponseItem, { type: "web_search_call" }>): string {
  const { action } = item;
  return "query" in action && typeof action.query === "string" ? action.query : "";
}
