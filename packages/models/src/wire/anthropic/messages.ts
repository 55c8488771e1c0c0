import { asArray, asString, isObject, type JsonObject } from "../../json.ts";
import type { ContentItem, ReasoningItem, ResponseItem } from "../../response-item.ts";
import { GO_ON, readDataUrl, toContent } from "../content.ts";
import { takeLeadingInstructions, toExchanges, type CallResult, type Exchange, type SaidItem } from "../exchanges.ts";
import { toArgumentObject, toFunctionCall } from "../function-calls.ts";
import { ownState, type Recipient } from "../provider-state.ts";
import { createToolIds, type ToolIds } from "./tool-ids.ts";

/** One block of a message's content. */
export type Block = Record<string, unknown>;

export interface AnthropicMessage {
  readonly role: "user" | "assistant";
  readonly content: Block[];
}

export interface Conversation {
  /** What developers said before anything else, for the system prompt. */
  readonly system: readonly string[];
  readonly messages: readonly AnthropicMessage[];
  /** Whether a tool loop is running that has calls without a thought before them. */
  readonly isThoughtless: boolean;
}

/** Source: models spec, sections 10.1 and 10.3. */
export function toAnthropicMessages(input: readonly ResponseItem[], recipient: Recipient): Conversation {
  const exchanges = toExchanges(input);
  const leading = takeLeadingInstructions(exchanges);
  const ids = createToolIds();
  const messages: AnthropicMessage[] = [];
  let isThoughtless = false;
  for (const exchange of leading.rest) {
    if (exchange.type === "told") {
      add(
        messages,
        "user",
        exchange.messages.flatMap((message) => message.content.flatMap(contentBlock)),
      );
      continue;
    }
    const blocks = saidBlocks(exchange, recipient, ids);
    isThoughtless ||= exchange.isCurrent && exchange.results.length > 0 && !isThought(blocks[0] ?? {});
    add(messages, "assistant", blocks);
    add(
      messages,
      "user",
      exchange.results.map((result) => resultBlock(result, ids)),
    );
  }
  if (messages[0]?.role === "assistant") messages.unshift({ role: "user", content: [textBlock(GO_ON)] });
  return { system: leading.texts, messages, isThoughtless };
}

/** Roles alternate: what belongs to the same one is one message. */
function add(messages: AnthropicMessage[], role: AnthropicMessage["role"], blocks: readonly Block[]): void {
  if (blocks.length === 0) return;
  const last = messages.at(-1);
  if (last?.role === role) last.content.push(...blocks);
  else messages.push({ role, content: [...blocks] });
}

function textBlock(text: string): Block {
  return { type: "text", text };
}

/** Empty texts are refused. */
function contentBlock(part: ContentItem): Block[] {
  if (part.type !== "input_image") return part.text.trim() === "" ? [] : [textBlock(part.text)];
  const data = readDataUrl(part.image_url);
  const source =
    data === null
      ? { type: "url", url: part.image_url }
      : { type: "base64", media_type: data.mediaType, data: data.base64 };
  return [{ type: "image", source }];
}

function saidBlocks(exchange: Extract<Exchange, { type: "said" }>, recipient: Recipient, ids: ToolIds): Block[] {
  const { items, isCurrent } = exchange;
  const blocks = items.flatMap((item) => saidBlock(item, { recipient, ids, isCurrent }));
  // Thoughts alone are no message: what they led to was lost with the stream.
  return blocks.every(isThought) ? [] : blocks;
}

function saidBlock(
  item: SaidItem,
  { recipient, ids, isCurrent }: { readonly recipient: Recipient; readonly ids: ToolIds; readonly isCurrent: boolean },
): Block[] {
  switch (item.type) {
    case "message":
      return item.content.flatMap(contentBlock);
    case "reasoning": {
      // Thoughts of earlier turns are of no use to the model; those of the running one have to come back unchanged.
      const state = isCurrent ? ownState(item, recipient) : null;
      return state === null ? [] : thoughtBlock(item, state);
    }
    case "web_search_call":
      return asArray(ownState(item, recipient)?.["blocks"])
        .filter(isObject)
        .map((block) => ({ ...block }));
    default: {
      const { name, arguments: json } = toFunctionCall(item);
      return [{ type: "tool_use", id: ids.ofCall(item), name, input: toArgumentObject(json) }];
    }
  }
}

function thoughtBlock({ summary }: ReasoningItem, state: JsonObject): Block[] {
  const redacted = asString(state["redacted"]);
  if (redacted !== null) return [{ type: "redacted_thinking", data: redacted }];
  const signature = asString(state["signature"]);
  if (signature === null) return [];
  return [{ type: "thinking", thinking: summary.map((part) => part.text).join(""), signature }];
}

function isThought({ type }: Block): boolean {
  return type === "thinking" || type === "redacted_thinking";
}

function resultBlock({ call, output }: CallResult, ids: ToolIds): Block {
  return {
    type: "tool_result",
    tool_use_id: ids.ofCall(call),
    content: toContent(output).flatMap(contentBlock),
    is_error: false,
  };
}
