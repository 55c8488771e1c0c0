import { isObject, type JsonValue } from "../../json.ts";
import type { ModelRequest, ToolSpec } from "../../prompt.ts";
import type { ResponseItem } from "../../response-item.ts";
import type { ToolCallItem } from "../exchanges.ts";
import { toFunctionCall, toFunctionTool } from "../function-calls.ts";
import { toAnthropicMessages, type AnthropicMessage, type Block } from "./messages.ts";
import { encodeThinking } from "./thinking.ts";

const DEFAULT_MAX_TOKENS = 32_000;

export interface EncodedMessages {
  readonly body: string;
  /** Whether a model with a budget thinks between its calls, which its API knows under a beta name. */
  readonly interleaves: boolean;
}

/** The body of a `POST /v1/messages`. Source: models spec, section 10.1. */
export function encodeAnthropicRequest(
  request: ModelRequest,
  {
    provider,
    maxOutputTokens,
    isBoosted,
  }: { readonly provider: string; readonly maxOutputTokens: number | null; readonly isBoosted: boolean },
): EncodedMessages {
  const { prompt, model, family } = request;
  const { system, messages, isThoughtless } = toAnthropicMessages(prompt.input, { provider, model });
  const limit = maxOutputTokens ?? family.maxOutputTokens ?? DEFAULT_MAX_TOKENS;
  const maxTokens = isBoosted ? limit * 2 : limit;
  const { thinking, effort } = encodeThinking(request, maxTokens, !isThoughtless);
  const tools = prompt.tools.flatMap(encodeTool);
  const output = {
    ...(effort === undefined ? {} : { effort }),
    ...(prompt.outputSchema === null ? {} : { format: { type: "json_schema", schema: prompt.outputSchema } }),
  };
  const body = JSON.stringify({
    model,
    max_tokens: maxTokens,
    stream: true,
    system: cacheLast(
      [prompt.instructions, ...system].filter((text) => text !== "").map((text) => ({ type: "text", text })),
    ),
    ...(tools.length === 0
      ? pastTools(prompt.input)
      : { tools: cacheLast(tools), tool_choice: toolChoice(prompt.parallelToolCalls) }),
    ...(thinking === undefined ? {} : { thinking }),
    ...(Object.keys(output).length === 0 ? {} : { output_config: output }),
    messages: cacheTurns(messages),
  });
  return { body, interleaves: family.thinking === "budget" && thinking !== undefined && tools.length > 0 };
}

/**
 * A request without tools about a history with calls, such as one for a summary: endpoints that speak this API want each
 * tool of the history declared. By name alone, and none may be called.
 */
function pastTools(input: readonly ResponseItem[]): object {
  const names = new Set(input.flatMap((item) => (isCall(item) ? [toFunctionCall(item).name] : [])));
  if (names.size === 0) return {};
  const tools = Array.from(names, (name) => ({ name, input_schema: { type: "object" } }));
  return { tools, tool_choice: { type: "none" } };
}

function isCall(item: ResponseItem): item is ToolCallItem {
  return item.type === "function_call" || item.type === "custom_tool_call" || item.type === "local_shell_call";
}

function toolChoice(parallel: boolean): object {
  return { type: "auto", ...(parallel ? {} : { disable_parallel_tool_use: true }) };
}

function encodeTool(tool: ToolSpec): Block[] {
  if (tool.type === "web_search") return [{ type: "web_search_20250305", name: "web_search" }];
  const fn = toFunctionTool(tool);
  return fn === null
    ? []
    : [{ name: fn.name, description: fn.description, input_schema: toInputSchema(fn.parameters) }];
}

/** The schema has to be an object at its top, without alternatives. */
function toInputSchema(schema: JsonValue): object {
  if (!isObject(schema)) return { type: "object" };
  const { anyOf: _, oneOf: __, allOf: ___, ...rest } = schema;
  return { ...rest, type: "object" };
}

const CACHED = { cache_control: { type: "ephemeral" } };

function cacheLast(blocks: readonly Block[]): Block[] {
  return blocks.map((block, index) => (index === blocks.length - 1 ? { ...block, ...CACHED } : block));
}

/**
 * Marks what is to be cached: the last block of the last user message, and that of the one before the assistant's last
 * message, so that the prefix which the last request wrote is found again. Source: models spec, section 10.2.
 */
function cacheTurns(messages: readonly AnthropicMessage[]): readonly AnthropicMessage[] {
  const last = messages.findLastIndex(({ role }) => role === "user");
  const before = messages.findLastIndex(({ role }, index) => role === "user" && index < last);
  return messages.map((message, index) =>
    index === last || index === before ? { ...message, content: cacheLast(message.content) } : message,
  );
}
