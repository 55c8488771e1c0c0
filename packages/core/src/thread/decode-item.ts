import type { ResponseItem } from "@heddle/models";
import { isRecord } from "../is-record.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the payload of a `response_item` line, ours or the reference's, or an item that a client brings. Members that are
 * not looked at stay as they are. An item of a type that is not known here is kept verbatim; null for one that lacks what
 * requests are made of. A whole item is not copied: threads are long.
 */
export function decodeResponseItem(payload: unknown): ResponseItem | null {
  if (!isRecord(payload) || typeof payload["type"] !== "string") return null;
  const { provider_state: state } = payload;
  const fields = state === undefined || isRecord(state) ? payload : { ...payload, provider_state: undefined };
  const item = decodeFields(fields);
  return item === null ? null : (item as unknown as ResponseItem);
}

const ROLES: ReadonlySet<unknown> = new Set(["user", "assistant", "developer", "system"]);

function decodeFields(fields: Fields): Fields | null {
  switch (fields["type"]) {
    case "message":
      return ROLES.has(fields["role"]) ? withContent(fields, "content") : null;
    case "reasoning":
      return decodeReasoning(fields);
    case "function_call":
      return hasTexts(fields, "name", "arguments", "call_id") ? fields : null;
    case "custom_tool_call":
      return hasTexts(fields, "name", "input", "call_id") ? fields : null;
    case "custom_tool_call_output":
      return hasTexts(fields, "call_id") ? decodeTextOutput(fields) : null;
    case "function_call_output":
      return hasTexts(fields, "call_id") ? decodeOutput(fields) : null;
    case "local_shell_call": {
      const { action } = fields;
      return isRecord(action) && isList(action["command"], isText) ? fields : null;
    }
    case "web_search_call":
      return isRecord(fields["action"]) ? fields : { ...fields, action: { type: "other" } };
    case "compaction": // the name that later versions give it
    case "compaction_summary":
      return hasTexts(fields, "encrypted_content") ? { ...fields, type: "compaction_summary" } : null;
    case "ghost_snapshot":
      return fields;
    case "other":
      return "raw" in fields ? fields : null;
    default:
      return { type: "other", raw: fields };
  }
}

function decodeReasoning(fields: Fields): Fields | null {
  const { summary, content = null, encrypted_content: encrypted = null } = fields;
  if (!isList(summary, isTextPart)) return null;
  const isWhole = (content === null || isList(content, isTextPart)) && (encrypted === null || isText(encrypted));
  if (isWhole && "content" in fields && "encrypted_content" in fields) return fields;
  return {
    ...fields,
    content: isList(content, isTextPart) ? content : null,
    encrypted_content: isText(encrypted) ? encrypted : null,
  };
}

/** Clients know the output of a call as an object, too: its parts where there are any, else its text. */
function decodeOutput(fields: Fields): Fields {
  const { output } = fields;
  if (isText(output)) return fields;
  if (Array.isArray(output)) return withContent(fields, "output") ?? fields;
  const { content_items: parts, content } = isRecord(output) ? output : {};
  if (Array.isArray(parts)) return withContent({ ...fields, output: parts }, "output") ?? fields;
  return { ...fields, output: isText(content) ? content : "" };
}

/** The output of a free-form call is a text; later versions write it as that of any call. */
function decodeTextOutput(fields: Fields): Fields {
  if (isText(fields["output"])) return fields;
  const { output } = decodeOutput(fields);
  const parts = Array.isArray(output) ? output.filter(isTextPart) : [];
  return { ...fields, output: isText(output) ? output : parts.map((part: { text: string }) => part.text).join("") };
}

/** A list of parts, of which those that are none are left out; a text instead of a list is the one part. */
function withContent(fields: Fields, name: "content" | "output"): Fields | null {
  const content = fields[name];
  if (isText(content)) {
    const type = fields["role"] === "assistant" ? "output_text" : "input_text";
    return { ...fields, [name]: [{ type, text: content }] };
  }
  if (!Array.isArray(content)) return null;
  return content.every(isContentPart) ? fields : { ...fields, [name]: content.filter(isContentPart) };
}

function isContentPart(part: unknown): boolean {
  if (!isRecord(part)) return false;
  switch (part["type"]) {
    case "input_text":
    case "output_text":
      return isText(part["text"]);
    case "input_image":
      return isText(part["image_url"]);
    default:
      return false;
  }
}

function hasTexts(fields: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => isText(fields[name]));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTextPart(part: unknown): boolean {
  return isRecord(part) && isText(part["text"]);
}

function isList(value: unknown, isElement: (element: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.every(isElement);
}
