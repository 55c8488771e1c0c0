import { asString } from "../../json.ts";
import type { Prompt } from "../../prompt.ts";
import type { ChatDialect } from "../../provider/provider-config.ts";
import type { ContentItem, MessageItem } from "../../response-item.ts";
import { IMAGE_OMITTED, textOf, toContent } from "../content.ts";
import { isToolCall, toExchanges, type CallResult, type Exchange, type SaidItem } from "../exchanges.ts";
import { toFunctionCall } from "../function-calls.ts";
import { ownState, type Recipient } from "../provider-state.ts";

type ChatMessage = Record<string, unknown>;

/**
 * The messages of a request: one assistant message for each response of the model, directly followed by the results of
 * its calls in their order. Source: models spec, section 3.1.
 */
export function toChatMessages(prompt: Prompt, dialect: ChatDialect, recipient: Recipient): ChatMessage[] {
  const messages: ChatMessage[] = [{ role: "system", content: prompt.instructions }];
  for (const exchange of toExchanges(prompt.input)) {
    if (exchange.type === "told") messages.push(...exchange.messages.map((message) => told(message, dialect)));
    else messages.push(...said(exchange, dialect, recipient));
  }
  return messages;
}

function told(message: MessageItem, dialect: ChatDialect): ChatMessage {
  const role = message.role === "developer" && !dialect.developerRole ? "system" : message.role;
  return { role, content: toChatContent(message.content, dialect) };
}

/** A plain string unless there are images: not every endpoint takes lists. */
function toChatContent(content: readonly ContentItem[], { images }: ChatDialect): string | object[] {
  if (!images || content.every((part) => part.type !== "input_image")) {
    return content.map((part) => (part.type === "input_image" ? IMAGE_OMITTED : part.text)).join("");
  }
  return content.map((part) =>
    part.type === "input_image"
      ? { type: "image_url", image_url: { url: part.image_url } }
      : { type: "text", text: part.text },
  );
}

function said(
  { items, results, isCurrent }: Extract<Exchange, { type: "said" }>,
  dialect: ChatDialect,
  recipient: Recipient,
): ChatMessage[] {
  const text = items.flatMap((item) => (item.type === "message" ? [textOf(item)] : [])).filter((part) => part !== "");
  const calls = items.filter(isToolCall).map((call) => ({
    id: call.call_id,
    type: "function",
    function: toFunctionCall(call),
  }));
  if (text.length === 0 && calls.length === 0) return [];
  const assistant = {
    role: "assistant",
    content: text.length === 0 ? null : text.join("\n\n"),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(isCurrent ? reasoningMembers(items, dialect, recipient) : {}),
  };
  return [assistant, ...results.map(toolMessage), ...imagesOf(results, dialect)];
}

/** The reasoning of what is still under way, once, under the name that the endpoint used for it. */
function reasoningMembers(items: readonly SaidItem[], dialect: ChatDialect, recipient: Recipient): ChatMessage {
  const members: ChatMessage = {};
  const details: unknown[] = [];
  if (dialect.reasoningField === null) return members;
  for (const item of items) {
    if (item.type !== "reasoning") continue;
    const state = ownState(item, recipient);
    if (state === null) continue;
    const field = dialect.reasoningField === "echo" ? asString(state["field"]) : dialect.reasoningField;
    const text = (item.content ?? []).map((part) => part.text).join("");
    if (field !== null && text !== "") members[field] = `${asString(members[field]) ?? ""}${text}`;
    if (Array.isArray(state["details"])) details.push(...(state["details"] as unknown[]));
  }
  return details.length === 0 ? members : { ...members, reasoning_details: details };
}

function toolMessage({ call, output }: CallResult): ChatMessage {
  const text = toContent(output).map((part) => (part.type === "input_image" ? "" : part.text));
  return { role: "tool", tool_call_id: call.call_id, content: text.join("") };
}

/** Images of results follow as a message of the user's: tool messages may hold text alone. */
function imagesOf(results: readonly CallResult[], dialect: ChatDialect): ChatMessage[] {
  const images = results.flatMap(({ output }) => toContent(output).filter((part) => part.type === "input_image"));
  return images.length === 0 ? [] : [{ role: "user", content: toChatContent(images, dialect) }];
}
