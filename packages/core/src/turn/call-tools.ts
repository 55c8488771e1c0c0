import type { ResponseItem } from "@heddle/models";
import { callId, type CallId } from "@heddle/protocol";
import { abortedToolText, textOutput, type ToolOutput } from "../tools/output.ts";
import { TurnInterrupted, type ToolCall } from "../tools/tool.ts";
import type { ToolSet } from "../tools/tool-set.ts";
import type { TurnScope } from "./scope.ts";
import { createToolQueue } from "./tool-queue.ts";

/** The items of a response that call tools. */
export type ToolCallItem = Extract<ResponseItem, { type: "function_call" | "custom_tool_call" | "local_shell_call" }>;

export function isToolCall(item: ResponseItem): item is ToolCallItem {
  return item.type === "function_call" || item.type === "custom_tool_call" || item.type === "local_shell_call";
}

/**
 * A call under an id of its own. Some endpoints count their calls from 0 in each response; what a call does, and what is
 * asked about it, is told by its id. The endpoint gets the id that is given here, in the call and in its output.
 */
export function withOwnId(call: ToolCallItem, { history, items }: Pick<TurnScope, "history" | "items">): ToolCallItem {
  const { call_id: wanted } = call;
  if (typeof wanted !== "string") return call;
  let id = wanted;
  for (let n = 2; history.hasCall(id) || items.hasId(id); n += 1) id = `${wanted}-${n}`;
  return id === wanted ? call : { ...call, call_id: id };
}

/**
 * Runs the calls of one response, first come, first served, and records their outputs in the order of the calls.
 * @throws TurnInterrupted when a person cancelled the turn from an approval; later calls are then not run.
 */
export async function callTools(calls: readonly ToolCallItem[], tools: ToolSet, scope: TurnScope): Promise<void> {
  const queue = createToolQueue();
  const cancelled: TurnInterrupted[] = [];
  const runs = calls.map((item) => {
    const call = toToolCall(item);
    if (call === null) return Promise.resolve(textOutput("LocalShellCall without call_id or id"));
    const tool = tools.find(call.name);
    return queue.add(tool?.admission ?? "exclusive", async () => {
      if (!scope.signal.aborted && cancelled.length === 0) scope.spending.addToolCall();
      if (scope.signal.aborted || cancelled.length > 0) return textOutput("aborted");
      if (tool === null) return textOutput(unsupported(call));
      const startedAt = performance.now();
      try {
        return await tool.handle(call, scope.toolContext);
      } catch (error) {
        if (error instanceof TurnInterrupted) {
          cancelled.push(error);
          return textOutput(abortedToolText(performance.now() - startedAt));
        }
        if (scope.signal.aborted) return textOutput(abortedToolText(performance.now() - startedAt));
        throw error;
      }
    });
  });
  for (const [index, run] of runs.entries()) {
    const call = calls[index];
    const output = await run;
    if (call !== undefined) scope.record(toOutputItem(call, output));
  }
  for (const message of scope.takeToolMessages()) scope.record(message);
  const [cancellation] = cancelled;
  if (cancellation !== undefined) throw cancellation;
}

function unsupported(call: ToolCall): string {
  return call.payload.type === "custom"
    ? `unsupported custom tool call: ${call.name}`
    : `unsupported call: ${call.name}`;
}

function toToolCall(item: ToolCallItem): ToolCall | null {
  switch (item.type) {
    case "function_call":
      return {
        callId: callId(item.call_id),
        name: item.name,
        payload: { type: "function", arguments: item.arguments },
      };
    case "custom_tool_call":
      return { callId: callId(item.call_id), name: item.name, payload: { type: "custom", input: item.input } };
    case "local_shell_call": {
      const id = localShellId(item);
      if (id === null) return null;
      const { command, timeout_ms, working_directory } = item.action;
      const input = { command, timeout_ms: timeout_ms ?? undefined, workdir: working_directory ?? undefined };
      return { callId: id, name: "local_shell", payload: { type: "function", arguments: JSON.stringify(input) } };
    }
  }
}

function localShellId(item: Extract<ToolCallItem, { type: "local_shell_call" }>): CallId | null {
  return typeof item.call_id === "string" ? callId(item.call_id) : null;
}

/** The output of a call, in the form that belongs to it. */
export function toOutputItem(call: ToolCallItem, output: ToolOutput): ResponseItem {
  if (call.type === "custom_tool_call") {
    const text = output.type === "text" ? output.text : JSON.stringify(output.content);
    return { type: "custom_tool_call_output", call_id: call.call_id, output: text };
  }
  const body = output.type === "text" ? output.text : [...output.content];
  return { type: "function_call_output", call_id: call.call_id ?? "", output: body };
}
