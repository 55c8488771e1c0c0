import type { ModelEvent } from "../model-event.ts";
import type { ProviderState, ResponseItem } from "../response-item.ts";

/** Which member of a reasoning item its text goes to: what the provider wrote for readers, or what the model thought. */
export type ReasoningKind = "summary" | "raw";

interface OpenItem {
  readonly type: "message" | "reasoning";
  readonly itemId: string;
  readonly summary: string[];
  readonly text: string[];
}

/**
 * Makes items of a stream that only says text and thoughts: one is open at a time, it is closed when the other kind
 * begins, and its `itemDone` has all of its text.
 */
export class OutputItems {
  readonly #stateOf: (type: "message" | "reasoning") => ProviderState | undefined;
  #open: OpenItem | null = null;
  #made = 0;

  /** @param stateOf what an item is to carry for its provider, asked when it is closed. */
  constructor(stateOf: (type: "message" | "reasoning") => ProviderState | undefined) {
    this.#stateOf = stateOf;
  }

  /** Whether anything was said so far. */
  get isEmpty(): boolean {
    return this.#made === 0;
  }

  /** The kind of the item that is open. */
  get openType(): "message" | "reasoning" | null {
    return this.#open?.type ?? null;
  }

  text(text: string, events: ModelEvent[]): void {
    const item = this.#ensure("message", events);
    item.text.push(text);
    events.push({ type: "textDelta", itemId: item.itemId, text });
  }

  thought(text: string, kind: ReasoningKind, events: ModelEvent[]): void {
    const item = this.#ensure("reasoning", events);
    const { itemId } = item;
    if (kind === "raw") {
      item.text.push(text);
      events.push({ type: "reasoningTextDelta", itemId, index: 0, text });
      return;
    }
    if (item.summary.length === 0) events.push({ type: "reasoningSummaryPartAdded", itemId, index: 0 });
    item.summary.push(text);
    events.push({ type: "reasoningSummaryDelta", itemId, index: 0, text });
  }

  /** Opens an item of this kind if none is open. */
  begin(type: "message" | "reasoning", events: ModelEvent[]): void {
    this.#ensure(type, events);
  }

  /** Ends what is open. */
  close(events: ModelEvent[]): void {
    const item = this.#open;
    if (item === null) return;
    this.#open = null;
    events.push({ type: "itemDone", itemId: item.itemId, item: toItem(item, this.#stateOf(item.type)) });
  }

  /** An id for an item to which the wire gives none. */
  freshId(): string {
    const id = `item_${this.#made}`;
    this.#made += 1;
    return id;
  }

  #ensure(type: "message" | "reasoning", events: ModelEvent[]): OpenItem {
    if (this.#open?.type === type) return this.#open;
    this.close(events);
    const item: OpenItem = { type, itemId: this.freshId(), summary: [], text: [] };
    this.#open = item;
    events.push({ type: "itemAdded", itemId: item.itemId, item: toItem(item, undefined) });
    return item;
  }
}

function toItem({ type, summary, text }: OpenItem, state: ProviderState | undefined): ResponseItem {
  const mark = state === undefined ? {} : { provider_state: state };
  if (type === "message") {
    const content = text.length === 0 ? [] : [{ type: "output_text" as const, text: text.join("") }];
    return { type, role: "assistant", content, ...mark };
  }
  return {
    type,
    summary: summary.length === 0 ? [] : [{ type: "summary_text", text: summary.join("") }],
    content: text.length === 0 ? null : [{ type: "reasoning_text", text: text.join("") }],
    encrypted_content: null,
    ...mark,
  };
}
