import { ModelError } from "../../failure.ts";
import { asCount, asNumber, asObject, asString, isObject, parseJson, type JsonObject } from "../../json.ts";
import type { ModelEvent, TokenUsage } from "../../model-event.ts";
import type { ResponseItem } from "../../response-item.ts";
import { readRateLimitEvent } from "../../rate-limits.ts";
import type { StreamDecoder } from "../adapter.ts";
import { decodeItem } from "./decode-item.ts";
import { classifyFailedResponse, disconnected } from "./failed.ts";

/** Whose items these are: what they carry for the provider is marked with it. */
export interface ResponsesOrigin {
  readonly provider: string;
  readonly model: string;
  /** Whether the endpoint wants the ids of items back. */
  readonly keepIds: boolean;
}

/** Reads a stream of the Responses API. Source: models spec, section 2. */
export function createResponsesDecoder(origin: ResponsesOrigin): StreamDecoder {
  return new ResponsesDecoder(origin);
}

class ResponsesDecoder implements StreamDecoder {
  readonly #origin: ResponsesOrigin;
  /** Ids of the items that are open, by their place in the output. */
  readonly #open = new Map<number, string>();
  /** The item that began last and has not ended, for deltas that name none. */
  #active: string | null = null;
  #made = 0;
  #spoke = false;

  constructor(origin: ResponsesOrigin) {
    this.#origin = origin;
  }

  decode(data: string, events: ModelEvent[]): void {
    const message = parseJson(data);
    if (isObject(message)) this.#handle(message, events);
  }

  end(): void {
    throw new ModelError(disconnected("stream closed before response.completed"));
  }

  /** Text first: almost every message of a stream is a piece of text. Types that are not named mean nothing to us. */
  #handle(message: JsonObject, events: ModelEvent[]): void {
    const { delta } = message;
    switch (message["type"]) {
      case "response.output_text.delta":
      case "response.refusal.delta":
        if (typeof delta !== "string") return;
        this.#spoke = true;
        events.push({ type: "textDelta", itemId: this.#itemId(message), text: delta });
        return;
      case "response.reasoning_summary_text.delta":
        if (typeof delta !== "string") return;
        events.push({
          type: "reasoningSummaryDelta",
          itemId: this.#itemId(message),
          index: asNumber(message["summary_index"]) ?? 0,
          text: delta,
        });
        return;
      case "response.reasoning_text.delta":
        if (typeof delta !== "string") return;
        events.push({
          type: "reasoningTextDelta",
          itemId: this.#itemId(message),
          index: asNumber(message["content_index"]) ?? 0,
          text: delta,
        });
        return;
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta":
        if (typeof delta !== "string") return;
        events.push({ type: "toolArgumentsDelta", itemId: this.#itemId(message), text: delta });
        return;
      case "response.reasoning_summary_part.added":
        events.push({
          type: "reasoningSummaryPartAdded",
          itemId: this.#itemId(message),
          index: asNumber(message["summary_index"]) ?? 0,
        });
        return;
      case "response.created":
        if (isObject(message["response"])) events.push({ type: "created" });
        return;
      case "response.output_item.added":
        this.#added(message, events);
        return;
      case "response.output_item.done":
        this.#done(message, events);
        return;
      case "response.completed":
        events.push(completed(asObject(message["response"])));
        return;
      case "response.incomplete":
        this.#incomplete(asObject(message["response"]), events);
        return;
      case "codex.rate_limits": {
        const snapshot = readRateLimitEvent(message);
        if (snapshot !== null) events.push({ type: "rateLimits", snapshot });
        return;
      }
      case "response.failed":
        throw new ModelError(classifyFailedResponse(asObject(asObject(message["response"])["error"])));
      case "error":
        throw new ModelError(classifyFailedResponse(isObject(message["error"]) ? message["error"] : message));
    }
  }

  #added(message: JsonObject, events: ModelEvent[]): void {
    const item = this.#readItem(message["item"]);
    if (item === null) return;
    const index = asNumber(message["output_index"]);
    const itemId = wireIdOf(message["item"]) ?? this.#freshId();
    if (index !== null) this.#open.set(index, itemId);
    this.#active = itemId;
    events.push({ type: "itemAdded", itemId, item });
  }

  #done(message: JsonObject, events: ModelEvent[]): void {
    const item = this.#readItem(message["item"]);
    if (item === null) return;
    this.#spoke = true;
    const index = asNumber(message["output_index"]);
    const opened = index === null ? undefined : this.#open.get(index);
    const itemId = opened ?? wireIdOf(message["item"]) ?? this.#active ?? this.#freshId();
    if (index !== null) this.#open.delete(index);
    this.#active = null;
    events.push({ type: "itemDone", itemId, item });
  }

  /** An answer that was cut is an answer; only one that holds nothing is an error. */
  #incomplete(response: JsonObject, events: ModelEvent[]): void {
    const reason = asString(asObject(response["incomplete_details"])["reason"]) ?? "unknown";
    if (reason === "content_filter") {
      throw new ModelError({ kind: "contentFilter", message: "The provider's content filter stopped the answer." });
    }
    if (reason !== "max_output_tokens") throw new ModelError(disconnected(`incomplete response, reason: ${reason}`));
    if (!this.#spoke) {
      const body = "The model reached its output limit before it had said anything. Ask for less, or lower the effort.";
      throw new ModelError({ kind: "invalidRequest", body });
    }
    events.push({ type: "warning", message: "The model reached its output limit: its answer is cut off." });
    events.push(completed(response));
  }

  #itemId(message: JsonObject): string {
    const index = message["output_index"];
    const opened = typeof index === "number" ? this.#open.get(index) : undefined;
    if (opened !== undefined) return opened;
    const id = message["item_id"];
    if (typeof id === "string" && id !== "") return id;
    this.#active ??= this.#freshId();
    return this.#active;
  }

  #freshId(): string {
    const id = `item_${this.#made}`;
    this.#made += 1;
    return id;
  }

  /** Encrypted reasoning is marked, so that it is not sent to a provider or a model that cannot read it. */
  #readItem(value: unknown): ResponseItem | null {
    const { provider, model, keepIds } = this.#origin;
    const item = decodeItem(value, { keepId: keepIds });
    if (item?.type !== "reasoning" || item.encrypted_content === null) return item;
    return { ...item, provider_state: { provider, model } };
  }
}

function wireIdOf(item: unknown): string | null {
  return asString(asObject(item)["id"]) || null;
}

function completed(response: JsonObject): ModelEvent {
  const responseId = asString(response["id"]) ?? "";
  return { type: "completed", responseId, usage: decodeUsage(response["usage"]), endTurn: true };
}

function decodeUsage(value: unknown): TokenUsage | null {
  if (!isObject(value)) return null;
  const inputTokens = asCount(value["input_tokens"]) ?? 0;
  const outputTokens = asCount(value["output_tokens"]) ?? 0;
  return {
    inputTokens,
    cachedInputTokens: asCount(asObject(value["input_tokens_details"])["cached_tokens"]) ?? 0,
    outputTokens,
    reasoningOutputTokens: asCount(asObject(value["output_tokens_details"])["reasoning_tokens"]) ?? 0,
    totalTokens: asCount(value["total_tokens"]) ?? inputTokens + outputTokens,
  };
}
