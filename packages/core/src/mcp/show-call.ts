import { McpError, type McpCallResult } from "@heddle/mcp";
import {
  ContentBlockSchema,
  decode,
  itemId,
  type ContentBlock,
  type JsonValue,
  type McpToolCallItem,
} from "@heddle/protocol";
import { textOutput, type ToolOutput } from "../tools/output.ts";
import { TurnInterrupted, type ToolCall, type ToolContext } from "../tools/tool.ts";
import { failureOutput, toModelOutput } from "./call-output.ts";

/** One call of a server, as clients see it. */
export interface ShownCall {
  readonly server: string;
  readonly tool: string;
  readonly arguments: JsonValue;
}

/** What a call came to. */
export type CallEnd =
  | { readonly type: "result"; readonly result: McpCallResult }
  | { readonly type: "declined"; readonly reason: string }
  /** A person stopped the whole turn. */
  | { readonly type: "cancelled" };

/** What clients and the model are told of a call that gave nothing. */
export interface CallFailure {
  readonly message: string;
  readonly output: ToolOutput;
}

/** The arguments of a call. An empty text means none. */
export type CallArguments =
  | { readonly ok: true; readonly value: { readonly [member: string]: JsonValue | undefined } | null }
  | { readonly ok: false; readonly output: ToolOutput };

/** Reads the arguments; what is no JSON object is answered, and nothing is called. */
export function readArguments(call: ToolCall): CallArguments {
  if (call.payload.type !== "function") {
    return { ok: false, output: textOutput(`unsupported custom tool call: ${call.name}`) };
  }
  const text = call.payload.arguments;
  if (text.trim() === "") return { ok: true, value: null };
  try {
    const value: unknown = JSON.parse(text);
    if (isMembers(value)) return { ok: true, value };
    return { ok: false, output: textOutput("err: the arguments have to be a JSON object") };
  } catch (error) {
    return { ok: false, output: textOutput(`err: ${error instanceof Error ? error.message : String(error)}`) };
  }
}

function isMembers(value: unknown): value is { readonly [member: string]: JsonValue | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Shows work of a server as one `mcpToolCall` item, started before and completed once after it, and gives the model's
 * output. A result that says `isError` is a failed call with a result; without any result it has an error.
 * @param run does the work. @throws whatever `run` throws that is no McpError: then the item has failed, too.
 */
export async function showCall(
  shown: ShownCall,
  call: ToolCall,
  options: {
    readonly context: ToolContext;
    readonly run: (item: McpToolCallItem) => Promise<CallEnd>;
    /** What clients and the model are told of a failure; by default in the wordings for a tool. */
    readonly failure?: (error: McpError) => CallFailure;
  },
): Promise<ToolOutput> {
  const { context, run, failure = (error) => toolFailure(error, shown) } = options;
  const startedAt = performance.now();
  const item: McpToolCallItem = {
    type: "mcpToolCall",
    id: context.items.freshId("mcpToolCall", itemId(call.callId)),
    ...shown,
    status: "inProgress",
    result: null,
    error: null,
    durationMs: null,
  };
  context.items.start(item);
  const complete = (end: Pick<McpToolCallItem, "status" | "result" | "error">): void => {
    const durationMs = Math.round(performance.now() - startedAt);
    if (context.items.isOpen(item)) context.items.complete({ ...item, ...end, durationMs });
  };
  try {
    const end = await run(item);
    switch (end.type) {
      case "result": {
        const { result } = end;
        complete({ status: result.isError ? "failed" : "completed", result: toItemResult(result), error: null });
        return toModelOutput(result);
      }
      case "declined":
        complete({ status: "failed", result: null, error: { message: end.reason } });
        return textOutput(end.reason);
      case "cancelled":
        throw new TurnInterrupted("cancelled in an approval");
    }
  } catch (error) {
    const known = error instanceof McpError ? failure(error) : null;
    const message = known?.message ?? "the turn was interrupted";
    complete({ status: "failed", result: null, error: { message } });
    if (known === null) throw error;
    return known.output;
  }
}

/** Wordings of recorded histories, the chain of causes on one line. Source: MCP spec, section A4. */
function toolFailure(error: McpError, { server, tool }: ShownCall): CallFailure {
  const reason = error.message.replaceAll(/\s*\n\s*/g, " ");
  const disabled = error.failure.kind === "toolDisabled";
  const message = disabled ? reason : `tool call error: tool call failed for \`${server}/${tool}\`: ${reason}`;
  return { message, output: failureOutput(message) };
}

function toItemResult({ content, structuredContent }: McpCallResult): McpToolCallItem["result"] {
  return { content: content.map(toBlock), structuredContent };
}

/** A block as the protocol knows it; one of a kind that it does not know is shown as its JSON. */
function toBlock(block: McpCallResult["content"][number]): ContentBlock {
  const decoded = decode(ContentBlockSchema, block);
  return decoded.ok ? decoded.value : { type: "text", text: JSON.stringify(block) };
}
