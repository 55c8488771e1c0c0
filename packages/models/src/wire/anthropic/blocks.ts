import { asObject, asString, isJson, parseJson, type JsonObject, type JsonValue } from "../../json.ts";
import type { ModelEvent } from "../../model-event.ts";
import type { ProviderState, ResponseItem } from "../../response-item.ts";
import { fromFunctionCall } from "../function-calls.ts";

/** What is open in a response, each kind with what it has gathered so far. */
export type OpenBlock =
  /** A run of text blocks: citations cut one message into many. */
  | { readonly type: "text"; readonly itemId: string; readonly parts: string[][] }
  | { readonly type: "thinking"; readonly itemId: string; readonly text: string[]; signature: string }
  | { readonly type: "redacted"; readonly itemId: string; readonly data: string }
  | {
      readonly type: "tool";
      readonly itemId: string;
      readonly callId: string;
      readonly name: string;
      /** What the block began with, for endpoints that do not stream arguments. */
      readonly input: JsonObject;
      readonly json: string[];
    }
  /** A search of the provider's own, open until its result has come. */
  | { readonly type: "search"; readonly itemId: string; readonly blocks: JsonObject[]; readonly json: string[] };

/** How items are marked that come of a response. */
export interface ItemMarks {
  readonly customTools: ReadonlySet<string>;
  /** Says whose items these are and of which response, with what has to go back. */
  readonly stateOf: (data?: JsonValue) => ProviderState;
}

/** The item that a block begins: it has nothing in it yet. */
export function toEmptyItem(block: OpenBlock, marks: ItemMarks): ResponseItem {
  switch (block.type) {
    case "text":
      return toItem({ ...block, parts: [] }, marks);
    case "tool": {
      const { callId, name } = block;
      return fromFunctionCall({ callId, name, arguments: "", customTools: marks.customTools, state: marks.stateOf() });
    }
    default:
      return toItem(block, marks);
  }
}

/** The item that a block has become. */
export function toItem(block: OpenBlock, { customTools, stateOf }: ItemMarks): ResponseItem {
  switch (block.type) {
    case "text": {
      const content = block.parts.map((pieces) => ({ type: "output_text" as const, text: pieces.join("") }));
      return { type: "message", role: "assistant", content, provider_state: stateOf() };
    }
    case "thinking": {
      const text = block.text.join("");
      const summary = text === "" ? [] : [{ type: "summary_text" as const, text }];
      return { ...REASONING, summary, provider_state: stateOf({ signature: block.signature }) };
    }
    case "redacted":
      return { ...REASONING, summary: [], provider_state: stateOf({ redacted: block.data }) };
    case "tool":
      return fromFunctionCall({
        callId: block.callId,
        name: block.name,
        arguments: block.json.join("") || JSON.stringify(block.input),
        customTools,
        state: stateOf(),
      });
    case "search": {
      const { query } = searchInput(block);
      return {
        type: "web_search_call",
        status: "completed",
        action: { type: "search", ...(typeof query === "string" ? { query } : {}) },
        provider_state: stateOf({ blocks: searchBlocks(block) }),
      };
    }
  }
}

const REASONING = { type: "reasoning", content: null, encrypted_content: null } as const;

function searchInput({ blocks, json }: Extract<OpenBlock, { type: "search" }>): JsonObject {
  const [call] = blocks;
  const text = json.join("");
  return text === "" ? asObject(call?.["input"]) : asObject(parseJson(text));
}

/** The call and its result, as they have to go back. */
function searchBlocks(block: Extract<OpenBlock, { type: "search" }>): JsonValue {
  const [call, ...results] = block.blocks;
  const blocks: readonly unknown[] = [{ ...call, input: searchInput(block) }, ...results];
  return blocks.filter(isJson);
}

/** Opens a block that stands for an item of its own; null for a kind that means nothing here. */
export function openBlock(block: JsonObject, itemId: string): OpenBlock | null {
  switch (block["type"]) {
    case "text":
      return { type: "text", itemId, parts: [] };
    case "thinking":
      return { type: "thinking", itemId, text: [], signature: asString(block["signature"]) ?? "" };
    case "redacted_thinking":
      return { type: "redacted", itemId, data: asString(block["data"]) ?? "" };
    case "tool_use": {
      const { id, name, input } = block;
      if (typeof id !== "string" || typeof name !== "string") return null;
      return { type: "tool", itemId, callId: id, name, input: asObject(input), json: [] };
    }
    case "server_tool_use":
      return { type: "search", itemId, blocks: [block], json: [] };
    default:
      return null;
  }
}

/** Adds a delta to the block that is open. */
export function addDelta(block: OpenBlock, delta: JsonObject, events: ModelEvent[]): void {
  const { itemId } = block;
  const { text, thinking, signature, partial_json: json } = delta;
  switch (block.type) {
    case "text":
      if (typeof text !== "string") return;
      block.parts.at(-1)?.push(text);
      events.push({ type: "textDelta", itemId, text });
      return;
    case "thinking":
      if (typeof signature === "string") block.signature += signature;
      if (typeof thinking !== "string" || thinking === "") return;
      if (block.text.length === 0) events.push({ type: "reasoningSummaryPartAdded", itemId, index: 0 });
      block.text.push(thinking);
      events.push({ type: "reasoningSummaryDelta", itemId, index: 0, text: thinking });
      return;
    case "tool":
      if (typeof json !== "string" || json === "") return;
      block.json.push(json);
      events.push({ type: "toolArgumentsDelta", itemId, text: json });
      return;
    case "search":
      if (typeof json === "string") block.json.push(json);
      return;
    case "redacted":
      return;
  }
}

/** Whether a block is what a search of the provider's own has found. */
export function isSearchResult(block: JsonObject): boolean {
  return asString(block["type"])?.endsWith("_tool_result") ?? false;
}
