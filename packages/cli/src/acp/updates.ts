import type { SessionUpdate } from "@agentclientprotocol/sdk";
import type { ServerNotification, ThreadItem, Turn } from "@heddle/protocol";
import { toToolCall } from "./tool-calls.ts";

/** What an editor can show. */
export interface UpdateOptions {
  /** Whether output of commands goes to a terminal of the editor, which is told by `_meta`. */
  readonly terminals: boolean;
}

/** The updates of a session for a notification of its thread; none for what an editor has no place for. */
export function updatesFor(notification: ServerNotification, options: UpdateOptions): readonly SessionUpdate[] {
  switch (notification.method) {
    case "item/agentMessage/delta":
      return [{ sessionUpdate: "agent_message_chunk", content: text(notification.params.delta) }];
    case "item/reasoning/summaryTextDelta":
    case "item/reasoning/textDelta":
      return [{ sessionUpdate: "agent_thought_chunk", content: text(notification.params.delta) }];
    case "item/reasoning/summaryPartAdded":
      return notification.params.summaryIndex === 0
        ? []
        : [{ sessionUpdate: "agent_thought_chunk", content: text("\n\n") }];
    case "item/started":
      return started(notification.params.item, options);
    case "item/commandExecution/outputDelta": {
      if (!options.terminals) return [];
      const { itemId, delta } = notification.params;
      const _meta = { terminal_output: { terminal_id: itemId, data: delta } };
      return [{ sessionUpdate: "tool_call_update", toolCallId: itemId, _meta }];
    }
    case "item/completed":
      return completed(notification.params.item, options);
    case "turn/plan/updated": {
      const entries = notification.params.plan.map(({ step, status }) => ({
        content: step,
        priority: "medium" as const,
        status: status === "inProgress" ? ("in_progress" as const) : status,
      }));
      return [{ sessionUpdate: "plan", entries }];
    }
    case "thread/name/updated":
      return [{ sessionUpdate: "session_info_update", title: notification.params.threadName ?? null }];
    default:
      return [];
  }
}

function started(item: ThreadItem, { terminals }: UpdateOptions): readonly SessionUpdate[] {
  const call = toToolCall(item);
  if (call === null) return [];
  if (!terminals || item.type !== "commandExecution") return [{ sessionUpdate: "tool_call", ...call }];
  const _meta = { terminal_info: { terminal_id: item.id, cwd: item.cwd } };
  return [{ sessionUpdate: "tool_call", ...call, content: [{ type: "terminal", terminalId: item.id }], _meta }];
}

function completed(item: ThreadItem, { terminals }: UpdateOptions): readonly SessionUpdate[] {
  const call = toToolCall(item);
  if (call === null) return [];
  if (!terminals || item.type !== "commandExecution") return [{ sessionUpdate: "tool_call_update", ...call }];
  const { content: _shown, ...rest } = call;
  const _meta = { terminal_exit: { terminal_id: item.id, exit_code: item.exitCode, signal: null } };
  return [{ sessionUpdate: "tool_call_update", ...rest, _meta }];
}

/** The updates that show what a session was before: `session/load` sends them. */
export function replayOf(turns: readonly Turn[]): readonly SessionUpdate[] {
  return turns.flatMap(({ items }) => items.flatMap(replayItem));
}

function replayItem(item: ThreadItem): readonly SessionUpdate[] {
  switch (item.type) {
    case "userMessage":
      return item.content.flatMap((part): SessionUpdate[] =>
        part.type === "text" ? [{ sessionUpdate: "user_message_chunk", content: text(part.text) }] : [],
      );
    case "agentMessage":
      return [{ sessionUpdate: "agent_message_chunk", content: text(item.text) }];
    case "reasoning": {
      const thoughts = [...item.summary, ...item.content].join("\n\n");
      return thoughts === "" ? [] : [{ sessionUpdate: "agent_thought_chunk", content: text(thoughts) }];
    }
    default: {
      const call = toToolCall(item);
      return call === null ? [] : [{ sessionUpdate: "tool_call", ...call }];
    }
  }
}

function text(value: string): { type: "text"; text: string } {
  return { type: "text", text: value };
}
