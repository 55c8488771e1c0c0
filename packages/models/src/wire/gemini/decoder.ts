import { ModelError, type ModelFailure } from "../../failure.ts";
import { asArray, asCount, asObject, asString, isObject, parseJson, type JsonObject } from "../../json.ts";
import type { ModelEvent, TokenUsage } from "../../model-event.ts";
import type { ProviderState } from "../../response-item.ts";
import type { StreamDecoder } from "../adapter.ts";
import { fromFunctionCall } from "../function-calls.ts";
import { OutputItems } from "../output-items.ts";
import type { Recipient } from "../provider-state.ts";
import { disconnected } from "../responses/failed.ts";
import { classifyGeminiError } from "./errors.ts";

export interface GeminiDecoderOptions {
  readonly recipient: Recipient;
  readonly customTools: ReadonlySet<string>;
  /** An id for a call to which the API gives none. */
  readonly newCallId: () => string;
  /** Whether an answer that went wrong in form may be asked for again. */
  readonly mayRepeat: boolean;
}

/** Reads a stream of `streamGenerateContent`. Source: models spec, section 11.2. */
export function createGeminiDecoder(options: GeminiDecoderOptions): StreamDecoder {
  return new GeminiDecoder(options);
}

/** Reasons to end that are a slip of the model's: the next attempt may do better. */
const SLIPS: ReadonlySet<string> = new Set(["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"]);

class GeminiDecoder implements StreamDecoder {
  readonly #options: GeminiDecoderOptions;
  readonly #items: OutputItems;
  #responseId: string | null = null;
  /** Of the item that is open. */
  #signature: string | null = null;
  #hasAnswered = false;
  #finishReason: string | null = null;
  #usage: TokenUsage | null = null;

  constructor(options: GeminiDecoderOptions) {
    this.#options = options;
    this.#items = new OutputItems(() => this.#takeState());
  }

  get isAnswered(): boolean {
    return this.#finishReason !== null;
  }

  decode(data: string, events: ModelEvent[]): void {
    const chunk = parseJson(data);
    if (!isObject(chunk)) return;
    if (isObject(chunk["error"])) throw new ModelError(classifyGeminiError(chunk["error"]));
    if (this.#responseId === null) {
      this.#responseId = asString(chunk["responseId"]) ?? "";
      events.push({ type: "created" });
    }
    const blocked = asString(asObject(chunk["promptFeedback"])["blockReason"]);
    if (blocked !== null) throw new ModelError(filtered(`The provider refused the prompt (${blocked}).`));
    if (isObject(chunk["usageMetadata"])) this.#usage = decodeUsage(chunk["usageMetadata"]);
    for (const value of asArray(chunk["candidates"])) {
      const candidate = asObject(value);
      for (const part of asArray(asObject(candidate["content"])["parts"])) this.#part(asObject(part), events);
      this.#finishReason = asString(candidate["finishReason"]) ?? this.#finishReason;
    }
  }

  end(events: ModelEvent[]): void {
    this.#items.close(events);
    const reason = this.#finishReason;
    if (reason === null) throw new ModelError(disconnected("stream closed before a finish reason"));
    if (SLIPS.has(reason)) throw new ModelError(this.#slipped(reason));
    if (reason === "MAX_TOKENS") {
      if (!this.#hasAnswered) throw new ModelError({ kind: "invalidRequest", body: THOUGHT_ITSELF_OUT });
      events.push({ type: "warning", message: "The model reached its output limit: its answer is cut off." });
    } else if (reason !== "STOP" && reason !== "FINISH_REASON_UNSPECIFIED") {
      const message = `The provider stopped the answer (${reason}).`;
      if (!this.#hasAnswered) throw new ModelError(filtered(message));
      events.push({ type: "warning", message });
    }
    events.push({ type: "completed", responseId: this.#responseId ?? "", usage: this.#usage, endTurn: true });
  }

  #part(part: JsonObject, events: ModelEvent[]): void {
    const { text, functionCall, thought, executableCode, codeExecutionResult } = part;
    const signature = asString(part["thoughtSignature"]);
    if (isObject(functionCall)) {
      this.#items.close(events);
      this.#call(functionCall, signature, events);
      return;
    }
    const shown = asString(text) ?? codeText(asObject(executableCode), asObject(codeExecutionResult));
    if (shown !== "") {
      if (thought === true) this.#items.thought(shown, "summary", events);
      else this.#items.text(shown, events);
      this.#hasAnswered ||= thought !== true;
    }
    if (signature === null) return;
    // A signature may come behind what it signs, on a part without text.
    if (this.#items.openType === null) this.#items.begin("reasoning", events);
    this.#signature = signature;
  }

  #call({ id, name, args }: JsonObject, signature: string | null, events: ModelEvent[]): void {
    if (typeof name !== "string") return;
    this.#hasAnswered = true;
    this.#signature = signature;
    const item = fromFunctionCall({
      callId: asString(id) || this.#options.newCallId(),
      name,
      arguments: JSON.stringify(args ?? {}),
      customTools: this.#options.customTools,
      state: this.#takeState(),
    });
    events.push({ type: "itemDone", itemId: this.#items.freshId(), item });
  }

  #takeState(): ProviderState {
    const signature = this.#signature;
    this.#signature = null;
    const response_id = this.#responseId ?? "";
    return { ...this.#options.recipient, response_id, ...(signature === null ? {} : { data: { signature } }) };
  }

  #slipped(reason: string): ModelFailure {
    const message = `The model made a call that is none (${reason}).`;
    return this.#options.mayRepeat ? disconnected(message) : { kind: "invalidRequest", body: message };
  }
}

const THOUGHT_ITSELF_OUT =
  "The model used up its output limit by thinking. Lower the effort, or raise `max_output_tokens`.";

function filtered(message: string): ModelFailure {
  return { kind: "contentFilter", message };
}

/** Code that ran at the provider, and what came of it, as text. */
function codeText(code: JsonObject, result: JsonObject): string {
  const source = asString(code["code"]);
  if (source !== null) return `\n\`\`\`${asString(code["language"])?.toLowerCase() ?? ""}\n${source}\n\`\`\`\n`;
  const output = asString(result["output"]);
  return output === null ? "" : `\n\`\`\`\n${output}\n\`\`\`\n`;
}

function decodeUsage(usage: JsonObject): TokenUsage {
  const count = (name: string): number => asCount(usage[name]) ?? 0;
  const inputTokens = count("promptTokenCount") + count("toolUsePromptTokenCount");
  const outputTokens = count("candidatesTokenCount") + count("thoughtsTokenCount");
  return {
    inputTokens,
    cachedInputTokens: count("cachedContentTokenCount"),
    outputTokens,
    reasoningOutputTokens: count("thoughtsTokenCount"),
    totalTokens: asCount(usage["totalTokenCount"]) ?? inputTokens + outputTokens,
  };
}
