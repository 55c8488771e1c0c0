import { ModelError, type ModelFailure } from "../../failure.ts";
import {
  asArray,
  asCount,
  asObject,
  asString,
  isJson,
  isObject,
  parseJson,
  type JsonObject,
  type JsonValue,
} from "../../json.ts";
import type { ModelEvent, TokenUsage } from "../../model-event.ts";
import type { StreamDecoder } from "../adapter.ts";
import { fromFunctionCall } from "../function-calls.ts";
import { OutputItems } from "../output-items.ts";
import type { Recipient } from "../provider-state.ts";
import { disconnected } from "../responses/failed.ts";
import { classifyChatError } from "./errors.ts";
import { createThinkSplitter } from "./think-splitter.ts";
import { mergeCallDelta, type StreamedCall } from "./tool-calls.ts";

export interface ChatDecoderOptions {
  readonly recipient: Recipient;
  readonly customTools: ReadonlySet<string>;
  /** An id for a call to which the endpoint gives none. */
  readonly newCallId: () => string;
}

/** Reads a stream of Chat Completions. Source: models spec, section 3.2. */
export function createChatDecoder(options: ChatDecoderOptions): StreamDecoder {
  return new ChatDecoder(options);
}

class ChatDecoder implements StreamDecoder {
  readonly #options: ChatDecoderOptions;
  readonly #items: OutputItems;
  readonly #think = createThinkSplitter();
  readonly #calls: StreamedCall[] = [];
  /** Calls that clients have been told of. */
  readonly #announced = new Set<StreamedCall>();
  #responseId: string | null = null;
  /** The name under which the endpoint sends reasoning, null when the model wrote it into its text. */
  #reasoningField: string | null = null;
  #reasoningDetails: unknown[] = [];
  #usage: TokenUsage | null = null;
  #finishReason: string | null = null;
  #isComplete = false;

  constructor(options: ChatDecoderOptions) {
    this.#options = options;
    this.#items = new OutputItems((type) =>
      type === "message" ? undefined : { ...options.recipient, data: this.#reasoningState() },
    );
  }

  /** Usage may follow the last word; some endpoints announce it and never send it. */
  get isAnswered(): boolean {
    return this.#finishReason !== null;
  }

  decode(data: string, events: ModelEvent[]): void {
    if (data.trim() === "[DONE]") {
      this.end(events);
      return;
    }
    const chunk = parseJson(data);
    if (!isObject(chunk)) return;
    if (isObject(chunk["error"])) throw new ModelError(classifyChatError(chunk["error"]));
    if (this.#responseId === null) {
      this.#responseId = asString(chunk["id"]) ?? "";
      events.push({ type: "created" });
    }
    if (isObject(chunk["usage"])) this.#usage = decodeUsage(chunk["usage"]);
    for (const choice of asArray(chunk["choices"])) this.#choice(asObject(choice), events);
    if (this.#finishReason !== null && this.#usage !== null) this.#complete(events);
  }

  end(events: ModelEvent[]): void {
    if (this.#responseId === null) throw new ModelError(disconnected("stream closed before an answer"));
    if (this.#finishReason === null) this.#finish("stop", events);
    this.#complete(events);
  }

  #choice(choice: JsonObject, events: ModelEvent[]): void {
    const delta = asObject(choice["delta"]);
    const { content, tool_calls: calls, function_call: legacyCall } = delta;
    this.#reason(delta, events);
    if (typeof content === "string") this.#say(content, events);
    else for (const part of asArray(content)) this.#say(asString(asObject(part)["text"]) ?? "", events);
    this.#say(asString(delta["refusal"]) ?? "", events); // what the model says instead
    for (const call of asArray(calls)) this.#call(asObject(call), events);
    if (isObject(legacyCall)) this.#call({ index: 0, function: legacyCall }, events);
    if (isObject(choice["message"]) && this.#items.isEmpty) this.#choice({ delta: choice["message"] }, events);
    const reason = choice["finish_reason"];
    // Some endpoints send an empty one with every chunk.
    if (typeof reason === "string" && reason !== "" && this.#finishReason === null) this.#finish(reason, events);
  }

  #reason(delta: JsonObject, events: ModelEvent[]): void {
    for (const field of ["reasoning_content", "reasoning"]) {
      const value = delta[field];
      const text = asString(value) ?? asString(asObject(value)["text"]) ?? asString(asObject(value)["content"]);
      if (!text) continue;
      this.#reasoningField = field;
      this.#items.thought(text, "raw", events);
      break; // endpoints that send both send the same twice
    }
    const details = asArray(delta["reasoning_details"]);
    if (details.length === 0) return;
    this.#reasoningDetails.push(...details);
    // In the middle of a text they wait for its end.
    if (this.#items.openType === null) this.#items.begin("reasoning", events);
  }

  #say(text: string, events: ModelEvent[]): void {
    if (text === "") return;
    for (const piece of this.#think.push(text)) this.#piece(piece, events);
  }

  #piece(piece: { readonly type: "text" | "thought"; readonly text: string }, events: ModelEvent[]): void {
    if (piece.type === "text") this.#items.text(piece.text, events);
    else this.#items.thought(piece.text, "raw", events);
  }

  #call(delta: JsonObject, events: ModelEvent[]): void {
    this.#flushText(events);
    const call = mergeCallDelta(this.#calls, delta, () => this.#items.freshId());
    if (call.name === "") return;
    const { itemId } = call;
    if (!this.#announced.has(call)) {
      this.#announced.add(call);
      if (call.id === "") call.id = this.#options.newCallId();
      events.push({ type: "itemAdded", itemId, item: this.#toItem({ ...call, arguments: "" }) });
      if (call.arguments !== "") events.push({ type: "toolArgumentsDelta", itemId, text: call.arguments });
      return;
    }
    const text = asString(asObject(delta["function"])["arguments"]);
    if (text) events.push({ type: "toolArgumentsDelta", itemId, text });
  }

  #flushText(events: ModelEvent[]): void {
    for (const piece of this.#think.end()) this.#piece(piece, events);
    this.#items.close(events);
  }

  /** The last word: everything that is open is done, calls in the order in which they appeared. */
  #finish(reason: string, events: ModelEvent[]): void {
    const hadOutput = !this.#items.isEmpty;
    this.#flushText(events);
    if (this.#reasoningDetails.length > 0) this.#items.begin("reasoning", events);
    this.#items.close(events);
    this.#finishReason = reason;
    const failure = failureOf(reason);
    if (failure !== null) throw new ModelError(failure);
    const isCut = CUT.has(reason);
    if (isCut && !hadOutput) {
      throw new ModelError({ kind: "contextWindowExceeded", message: "no room for an answer" });
    }
    // Without a word of its end, only a call with whole arguments is one.
    const isSure = isCut || CALLED.has(reason);
    for (const call of this.#calls) {
      if (call.name === "" || (!isSure && !isWhole(call.arguments))) continue;
      events.push({ type: "itemDone", itemId: call.itemId, item: this.#toItem(call) });
    }
    if (isCut) events.push({ type: "warning", message: "The model reached its output limit: its answer is cut off." });
  }

  #toItem(call: StreamedCall): ReturnType<typeof fromFunctionCall> {
    const { id: callId, name, arguments: json } = call;
    return fromFunctionCall({ callId, name, arguments: json, customTools: this.#options.customTools });
  }

  #complete(events: ModelEvent[]): void {
    if (this.#isComplete) return;
    this.#isComplete = true;
    events.push({ type: "completed", responseId: this.#responseId ?? "", usage: this.#usage, endTurn: true });
  }

  #reasoningState(): JsonValue {
    const details = this.#reasoningDetails;
    this.#reasoningDetails = [];
    return { field: this.#reasoningField, ...(details.length === 0 ? {} : { details: details.filter(isJson) }) };
  }
}

/** Names of the output limit, and of the end behind a call; any other reason is an end like `stop`. */
const CUT: ReadonlySet<string> = new Set(["length", "max_tokens", "model_length"]);
const CALLED: ReadonlySet<string> = new Set(["tool_calls", "function_call", "tool_use"]);

/** The failure that a reason to end stands for, null for an end in good order. */
function failureOf(reason: string): ModelFailure | null {
  switch (reason) {
    case "content_filter":
      return { kind: "contentFilter", message: "The provider's content filter stopped the answer." };
    case "error":
    case "abort":
      return disconnected(`the provider broke the answer off (${reason})`);
    case "insufficient_system_resource":
      return { kind: "overloaded", delayMs: null };
    default:
      return null;
  }
}

function isWhole(json: string): boolean {
  return json === "" || parseJson(json) !== undefined;
}

function decodeUsage(usage: JsonObject): TokenUsage {
  const inputTokens = asCount(usage["prompt_tokens"]) ?? 0;
  const outputTokens = asCount(usage["completion_tokens"]) ?? 0;
  return {
    inputTokens,
    cachedInputTokens:
      asCount(asObject(usage["prompt_tokens_details"])["cached_tokens"]) ??
      asCount(usage["prompt_cache_hit_tokens"]) ?? // DeepSeek
      0,
    outputTokens,
    reasoningOutputTokens: asCount(asObject(usage["completion_tokens_details"])["reasoning_tokens"]) ?? 0,
    totalTokens: asCount(usage["total_tokens"]) ?? inputTokens + outputTokens,
  };
}
