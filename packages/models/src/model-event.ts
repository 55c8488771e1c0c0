import type { RateLimits } from "./rate-limits.ts";
import type { ResponseItem } from "./response-item.ts";

/** Tokens of one response. Input includes what was read from the cache, output includes reasoning. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningOutputTokens: number;
  readonly totalTokens: number;
}

/**
 * What comes out of a model stream, whatever the provider. `itemId` names the item from `itemAdded` over its deltas to
 * `itemDone`: it is the id of the wire, or `item_<n>` where the wire gives none. `completed` is last, and comes once.
 */
export type ModelEvent =
  | { readonly type: "created" }
  /** An item begins; it may be partial. Items that come in one piece have only `itemDone`. */
  | { readonly type: "itemAdded"; readonly itemId: string; readonly item: ResponseItem }
  | { readonly type: "textDelta"; readonly itemId: string; readonly text: string }
  | { readonly type: "reasoningSummaryPartAdded"; readonly itemId: string; readonly index: number }
  | { readonly type: "reasoningSummaryDelta"; readonly itemId: string; readonly index: number; readonly text: string }
  | { readonly type: "reasoningTextDelta"; readonly itemId: string; readonly index: number; readonly text: string }
  /** A piece of a call's arguments, for live previews only: the whole call comes with `itemDone`. */
  | { readonly type: "toolArgumentsDelta"; readonly itemId: string; readonly text: string }
  | { readonly type: "itemDone"; readonly itemId: string; readonly item: ResponseItem }
  | { readonly type: "rateLimits"; readonly snapshot: RateLimits }
  /** For people: the answer was cut, a tool could not be offered. */
  | { readonly type: "warning"; readonly message: string }
  | {
      readonly type: "completed";
      readonly responseId: string;
      /** Null when the provider did not say. */
      readonly usage: TokenUsage | null;
      /** False when the provider paused and wants to be asked again with what it has said so far. */
      readonly endTurn: boolean;
    };
