import { asArray, asNumber, asObject, asString, isObject, type JsonObject, type JsonValue } from "../../json.ts";
import type { ContentItem, MessageItem, ReasoningItem, ResponseItem, WebSearchAction } from "../../response-item.ts";

/**
 * Reads an item as the Responses API sends it; null when a member that it cannot do without is missing or malformed.
 * A type that is not known here is kept as it is.
 * @param keepId for endpoints that want the ids of items back.
 */
export function decodeItem(value: unknown, { keepId }: { readonly keepId: boolean }): ResponseItem | null {
  if (!isObject(value)) return null;
  const item = decodeKnownItem(value);
  if (item === undefined) return typeof value["type"] === "string" ? { type: "other", raw: value as JsonValue } : null;
  const id = value["id"];
  return item !== null && keepId && typeof id === "string" ? ({ ...item, id } as ResponseItem) : item;
}

/** `undefined` for a type that is not known. */
function decodeKnownItem(value: JsonObject): ResponseItem | null | undefined {
  switch (value["type"]) {
    case "message":
      return decodeMessage(value);
    case "reasoning":
      return decodeReasoning(value);
    case "function_call": {
      const { name, call_id, arguments: json } = value;
      if (typeof name !== "string" || typeof call_id !== "string" || typeof json !== "string") return null;
      return { type: "function_call", name, arguments: json, call_id };
    }
    case "custom_tool_call": {
      const { name, call_id, input } = value;
      if (typeof name !== "string" || typeof call_id !== "string" || typeof input !== "string") return null;
      return { type: "custom_tool_call", ...status(value), call_id, name, input };
    }
    case "local_shell_call":
      return decodeLocalShellCall(value);
    case "web_search_call":
      return { type: "web_search_call", ...status(value), action: decodeSearchAction(asObject(value["action"])) };
    case "compaction":
    case "compaction_summary": {
      const text = asString(value["encrypted_content"]);
      return text === null ? null : { type: "compaction_summary", encrypted_content: text };
    }
    default:
      return undefined;
  }
}

function decodeMessage(value: JsonObject): ResponseItem | null {
  const role = value["role"];
  switch (role) {
    case "user":
    case "assistant":
    case "developer":
    case "system":
      return { type: "message", role, content: decodeContents(value["content"], role) };
    default:
      return null;
  }
}

/** Some endpoints and clients write a text instead of a list of parts. */
function decodeContents(value: unknown, role: MessageItem["role"]): ContentItem[] {
  if (typeof value !== "string") return asArray(value).flatMap(decodeContent);
  return [{ type: role === "assistant" ? "output_text" : "input_text", text: value }];
}

/** A refusal is what the model said instead, and is shown as such. Parts of other types are left out. */
function decodeContent(value: unknown): ContentItem[] {
  const part = asObject(value);
  const { text, image_url, refusal } = part;
  switch (part["type"]) {
    case "input_text":
    case "output_text":
      return typeof text === "string" ? [{ type: part["type"], text }] : [];
    case "input_image":
      return typeof image_url === "string" ? [{ type: "input_image", image_url }] : [];
    case "refusal":
      return typeof refusal === "string" ? [{ type: "output_text", text: refusal }] : [];
    default:
      return [];
  }
}

function decodeReasoning(value: JsonObject): ReasoningItem {
  const content = value["content"];
  return {
    type: "reasoning",
    summary: asArray(value["summary"]).flatMap((part) => {
      const text = asString(asObject(part)["text"]);
      return text === null ? [] : [{ type: "summary_text" as const, text }];
    }),
    content: Array.isArray(content) ? content.flatMap(decodeReasoningContent) : null,
    encrypted_content: asString(value["encrypted_content"]),
  };
}

function decodeReasoningContent(value: unknown): NonNullable<ReasoningItem["content"]> {
  const { type, text } = asObject(value);
  if (typeof text !== "string" || (type !== "reasoning_text" && type !== "text")) return [];
  return [{ type, text }];
}

function decodeLocalShellCall(value: JsonObject): ResponseItem | null {
  const action = asObject(value["action"]);
  const command = asArray(action["command"]).filter((word): word is string => typeof word === "string");
  if (action["type"] !== "exec" || command.length === 0) return null;
  const env = action["env"];
  return {
    type: "local_shell_call",
    // Some endpoints put the id of the call where others put that of the item.
    call_id: asString(value["call_id"]) ?? asString(value["id"]),
    status: asString(value["status"]) ?? "completed",
    action: {
      type: "exec",
      command,
      timeout_ms: asNumber(action["timeout_ms"]),
      working_directory: asString(action["working_directory"]),
      env: isObject(env) ? stringMembers(env) : null,
      user: asString(action["user"]),
    },
  };
}

function stringMembers(value: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function decodeSearchAction({ type, query, url, pattern }: JsonObject): WebSearchAction {
  switch (type) {
    case "search":
      return { type, ...(typeof query === "string" ? { query } : {}) };
    case "open_page":
      return { type, ...(typeof url === "string" ? { url } : {}) };
    case "find_in_page":
      return {
        type,
        ...(typeof url === "string" ? { url } : {}),
        ...(typeof pattern === "string" ? { pattern } : {}),
      };
    default:
      return { type: "other" };
  }
}

function status(value: JsonObject): { readonly status?: string } {
  const text = asString(value["status"]);
  return text === null ? {} : { status: text };
}
