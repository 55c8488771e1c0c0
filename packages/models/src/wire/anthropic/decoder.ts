import { ModelError } from "../../failure.ts";
import { asCount, asObject, asString, isObject, parseJson, type JsonObject } from "../../json.ts";
import type { ModelEvent, TokenUsage } from "../../model-event.ts";
import type { StreamDecoder } from "../adapter.ts";
import type { Recipient } from "../provider-state.ts";
import { disconnected } from "../responses/failed.ts";
import { addDelta, isSearchResult, openBlock, toEmptyItem, toItem, type ItemMarks, type OpenBlock } from "./blocks.ts";
import { classifyAnthropicError } from "./errors.ts";

export interface AnthropicDecoderOptions {
  readonly recipient: Recipient;
  readonly customTools: ReadonlySet<string>;
  /** Told when the output limit was reached with nothing but thoughts; whether another attempt will get more room. */
  readonly onThoughtItselfOut: () => boolean;
}

/** Reads a stream of the Messages API. Source: models spec, section 10.3. */
export function createAnthropicDecoder(options: AnthropicDecoderOptions): StreamDecoder {
  return new AnthropicDecoder(options);
}

class AnthropicDecoder implements StreamDecoder {
  readonly #options: AnthropicDecoderOptions;
  #open: OpenBlock | null = null;
  #made = 0;
  #hasAnswered = false;
  #responseId = "";
  #usage: JsonObject = {};
  #stopReason: string | null = null;

  constructor(options: AnthropicDecoderOptions) {
    this.#options = options;
  }

  decode(data: string, events: ModelEvent[]): void {
    const message = parseJson(data);
    if (!isObject(message)) return;
    switch (message["type"]) {
      case "content_block_delta":
        this.#delta(asObject(message["delta"]), events);
        return;
      case "content_block_start":
        this.#start(asObject(message["content_block"]), events);
        return;
      case "content_block_stop":
        // Texts may go on in the next block, and a search waits for its result.
        if (this.#open?.type !== "text" && this.#open?.type !== "search") this.#close(events);
        return;
      case "message_start": {
        const { id, usage } = asObject(message["message"]);
        this.#responseId = asString(id) ?? "";
        this.#usage = asObject(usage);
        events.push({ type: "created" });
        return;
      }
      case "message_delta":
        this.#usage = { ...this.#usage, ...asObject(message["usage"]) };
        this.#stopReason = asString(asObject(message["delta"])["stop_reason"]) ?? this.#stopReason;
        return;
      case "message_stop":
        this.#close(events);
        this.#stop(events);
        return;
      case "error":
        throw new ModelError(classifyAnthropicError(asObject(message["error"])));
    }
  }

  end(): void {
    throw new ModelError(disconnected("stream closed before message_stop"));
  }

  #start(block: JsonObject, events: ModelEvent[]): void {
    if (this.#open?.type === "search" && isSearchResult(block)) {
      this.#open.blocks.push(block);
      this.#close(events);
      return;
    }
    if (this.#open?.type !== "text" || block["type"] !== "text") {
      this.#close(events);
      this.#open = openBlock(block, `item_${this.#made}`);
      if (this.#open === null) return;
      this.#made += 1;
      // A text is an item as soon as it says something.
      if (this.#open.type !== "text") this.#announce(this.#open, events);
    }
    const { text, thinking } = block;
    if (this.#open.type === "text") this.#open.parts.push([]);
    if (text) this.#delta({ text }, events);
    if (thinking) this.#delta({ thinking }, events);
  }

  #delta(delta: JsonObject, events: ModelEvent[]): void {
    const open = this.#open;
    if (open === null) return;
    if (open.type === "text" && isSilent(open) && delta["text"]) this.#announce(open, events);
    addDelta(open, delta, events);
  }

  #announce(block: OpenBlock, events: ModelEvent[]): void {
    events.push({ type: "itemAdded", itemId: block.itemId, item: toEmptyItem(block, this.#marks()) });
  }

  #close(events: ModelEvent[]): void {
    const open = this.#open;
    this.#open = null;
    if (open === null || (open.type === "text" && isSilent(open))) return;
    if (open.type !== "thinking" && open.type !== "redacted") this.#hasAnswered = true;
    events.push({ type: "itemDone", itemId: open.itemId, item: toItem(open, this.#marks()) });
  }

  /** The end of a response, by its reason. Source: models spec, section 10.4. */
  #stop(events: ModelEvent[]): void {
    switch (this.#stopReason) {
      case "model_context_window_exceeded":
        throw new ModelError({ kind: "contextWindowExceeded", message: "the answer did not fit any more" });
      case "max_tokens":
        if (!this.#hasAnswered) throw new ModelError(this.#thoughtItselfOut());
        events.push({ type: "warning", message: "The model reached its output limit: its answer is cut off." });
        break;
      case "refusal":
        events.push({ type: "warning", message: "The model refused to go on." });
        break;
    }
    events.push({
      type: "completed",
      responseId: this.#responseId,
      usage: decodeUsage(this.#usage),
      endTurn: this.#stopReason !== "pause_turn",
    });
  }

  #thoughtItselfOut(): ReturnType<typeof disconnected> {
    if (this.#options.onThoughtItselfOut()) return disconnected("the output limit was used up by thinking");
    const body = "The model used up its output limit by thinking. Lower the effort, or raise `max_output_tokens`.";
    return { kind: "invalidRequest", body };
  }

  #marks(): ItemMarks {
    const { recipient, customTools } = this.#options;
    const response_id = this.#responseId;
    return {
      customTools,
      stateOf: (data) => ({ ...recipient, response_id, ...(data === undefined ? {} : { data }) }),
    };
  }
}

function isSilent({ parts }: Extract<OpenBlock, { type: "text" }>): boolean {
  return parts.every((pieces) => pieces.length === 0);
}

/** Input counts what was read from the cache and what was written to it. */
function decodeUsage(usage: JsonObject): TokenUsage | null {
  if (Object.keys(usage).length === 0) return null;
  const cachedInputTokens = asCount(usage["cache_read_input_tokens"]) ?? 0;
  const written = asCount(usage["cache_creation_input_tokens"]) ?? 0;
  const inputTokens = (asCount(usage["input_tokens"]) ?? 0) + written + cachedInputTokens;
  const outputTokens = asCount(usage["output_tokens"]) ?? 0;
  return {
    inputTokens,
    cachedInputTokens,
    outputTokens,
    reasoningOutputTokens: asCount(asObject(usage["output_tokens_details"])["thinking_tokens"]) ?? 0,
    totalTokens: inputTokens + outputTokens,
  };
}
