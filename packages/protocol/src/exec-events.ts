import type { JsonValue } from "./json.ts";

/**
 * The lines of `heddle exec --json`: one JSON object each, the same as the reference writes.
 * Source: the command line spec, section 3.
 */
export type ExecEvent =
  | { readonly type: "thread.started"; readonly thread_id: string }
  | { readonly type: "turn.started" }
  | { readonly type: "item.started" | "item.updated" | "item.completed"; readonly item: ExecItem }
  | { readonly type: "turn.completed"; readonly usage: ExecUsage }
  | { readonly type: "turn.failed"; readonly error: { readonly message: string } }
  /** A fatal error, which `turn.failed` follows, or the note of a retry. */
  | { readonly type: "error"; readonly message: string };

/** Totals of the thread, not of the turn. */
export interface ExecUsage {
  readonly input_tokens: number;
  readonly cached_input_tokens: number;
  readonly output_tokens: number;
}

/** `id` is `item_<n>`; n counts from 0 in the process, over all types, in the order of first appearance. */
export type ExecItem = { readonly id: string } & (
  | { readonly type: "agent_message"; readonly text: string }
  /** The summary only; raw reasoning is never shown. */
  | { readonly type: "reasoning"; readonly text: string }
  | ExecCommand
  | ExecFileChange
  | ExecMcpToolCall
  | { readonly type: "web_search"; readonly query: string }
  | { readonly type: "todo_list"; readonly items: readonly ExecTodo[] }
  /** A warning. */
  | { readonly type: "error"; readonly message: string }
);

export interface ExecCommand {
  readonly type: "command_execution";
  /** The argv, quoted for a shell. */
  readonly command: string;
  readonly aggregated_output: string;
  readonly exit_code: number | null;
  readonly status: "in_progress" | "completed" | "failed" | "declined";
}

export interface ExecFileChange {
  readonly type: "file_change";
  readonly changes: readonly { readonly path: string; readonly kind: "add" | "delete" | "update" }[];
  readonly status: "completed" | "failed";
}

export interface ExecMcpToolCall {
  readonly type: "mcp_tool_call";
  readonly server: string;
  readonly tool: string;
  readonly arguments: JsonValue;
  readonly result: { readonly content: readonly JsonValue[]; readonly structured_content: JsonValue } | null;
  readonly error: { readonly message: string } | null;
  readonly status: "in_progress" | "completed" | "failed";
}

export interface ExecTodo {
  readonly text: string;
  readonly completed: boolean;
}
