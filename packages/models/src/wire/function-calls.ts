import { asString, isObject, parseJson, type JsonObject, type JsonValue } from "../json.ts";
import type { Prompt, ToolSpec } from "../prompt.ts";
import type { ProviderState } from "../response-item.ts";
import type { ToolCallItem } from "./exchanges.ts";

/** A tool as APIs know it that have functions only. */
export interface FunctionTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema. */
  readonly parameters: JsonValue;
}

/** The one parameter of a free-form tool that is offered as a function. Source: models spec, section 9.2. */
const INPUT = "input";

/** Functions stay functions, free-form tools become one with a string parameter; null for tools of the provider's own. */
export function toFunctionTool(tool: ToolSpec): FunctionTool | null {
  switch (tool.type) {
    case "function":
      return { name: tool.name, description: tool.description, parameters: tool.parameters };
    case "custom":
      return {
        name: tool.name,
        description: `${tool.description}\n\nThe text has to fit this grammar (Lark):\n${tool.format.definition}`,
        parameters: {
          type: "object",
          properties: { [INPUT]: { type: "string", description: "The whole text" } },
          required: [INPUT],
          additionalProperties: false,
        },
      };
    case "web_search":
    case "local_shell":
      return null;
  }
}

/** The names of the tools whose calls are to be turned back into free-form ones. */
export function customToolNames({ tools }: Prompt): ReadonlySet<string> {
  return new Set(tools.flatMap((tool) => (tool.type === "custom" ? [tool.name] : [])));
}

/** A call as a function call: its name and its arguments as JSON text. */
export function toFunctionCall(item: ToolCallItem): { readonly name: string; readonly arguments: string } {
  switch (item.type) {
    case "function_call":
      return { name: item.name, arguments: item.arguments };
    case "custom_tool_call":
      return { name: item.name, arguments: JSON.stringify({ [INPUT]: item.input }) };
    case "local_shell_call": {
      const { command, timeout_ms, working_directory } = item.action;
      const workdir = working_directory ?? undefined;
      return { name: "shell", arguments: JSON.stringify({ command, workdir, timeout_ms: timeout_ms ?? undefined }) };
    }
  }
}

/** The arguments of a call as an object; text that is none is handed on under a name that says so. */
export function toArgumentObject(text: string): JsonObject {
  if (text.trim() === "") return {};
  const value = parseJson(text);
  return isObject(value) ? value : { _raw: text };
}

/** A function call that a model made, in the form that it has in the history. */
export function fromFunctionCall(options: {
  readonly callId: string;
  readonly name: string;
  readonly arguments: string;
  readonly customTools: ReadonlySet<string>;
  readonly state?: ProviderState;
}): ToolCallItem {
  const { callId: call_id, name, arguments: json, customTools, state } = options;
  const mark = state === undefined ? {} : { provider_state: state };
  if (!customTools.has(name)) return { type: "function_call", name, arguments: json, call_id, ...mark };
  const parsed = parseJson(json);
  // Models that know the tool in its free form write its text without the JSON around it.
  const input = (isObject(parsed) ? asString(parsed[INPUT]) : null) ?? json;
  return { type: "custom_tool_call", call_id, name, input, ...mark };
}
