import type {
  CommandExecutionItem,
  ExecEvent,
  ExecItem,
  McpToolCallItem,
  ServerNotification,
  ThreadItem,
  Turn,
  TurnPlanStep,
} from "@heddle/protocol";
import type { ExecInput } from "./input.ts";

/** What the stream has said so far, as far as later events need it. */
export interface JsonlState {
  /** Number of the next item: all types share one count. */
  readonly nextItem: number;
  /** Commands and tool calls that have started and not ended, by the server's item id. */
  readonly open: ReadonlyMap<string, ExecItem>;
  /** The plan of the turn as last shown. */
  readonly plan: TodoListItem | null;
  readonly usage: {
    readonly input_tokens: number;
    readonly cached_input_tokens: number;
    readonly output_tokens: number;
  };
}

type TodoListItem = Extract<ExecItem, { type: "todo_list" }>;

/** The state before anything happened. */
export const initialJsonl: JsonlState = {
  nextItem: 0,
  open: new Map(),
  plan: null,
  usage: { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0 },
};

interface JsonlStep {
  readonly state: JsonlState;
  readonly events: readonly ExecEvent[];
}

/** One step of `exec --json`: what `input` adds to the stream. Source: command line spec, section 3. */
export function stepJsonl(state: JsonlState, input: ExecInput): JsonlStep {
  switch (input.type) {
    case "threadOpened":
      return { state, events: [{ type: "thread.started", thread_id: input.thread.threadId }] };
    case "notified":
      return stepMessage(state, input.message);
    case "brokeOff": {
      if (input.cause.type === "interrupted") return failTurn(state, "interrupted");
      const { reason } = input.cause;
      const failed = failTurn(state, reason);
      return { state: failed.state, events: [{ type: "error", message: reason }, ...failed.events] };
    }
  }
}

function stepMessage(state: JsonlState, message: ServerNotification): JsonlStep {
  switch (message.method) {
    case "turn/started":
      return { state, events: [{ type: "turn.started" }] };
    case "item/started":
      return startItem(state, message.params.item);
    case "item/completed":
      return completeItem(state, message.params.item);
    case "turn/plan/updated":
      return updatePlan(state, message.params.plan);
    case "thread/tokenUsage/updated": {
      const { inputTokens, cachedInputTokens, outputTokens } = message.params.tokenUsage.total;
      const usage = { input_tokens: inputTokens, cached_input_tokens: cachedInputTokens, output_tokens: outputTokens };
      return { state: { ...state, usage }, events: [] };
    }
    case "error":
      return { state, events: [{ type: "error", message: message.params.error.message }] };
    case "warning":
      return addItem(state, (id) => ({ id, type: "error", message: message.params.message }));
    case "turn/completed":
      return completeTurn(state, message.params.turn);
    default:
      return { state, events: [] };
  }
}

/** Only what acts for a while is announced; everything else appears when it is complete. */
function startItem(state: JsonlState, item: ThreadItem): JsonlStep {
  const shown = item.type === "commandExecution" || item.type === "mcpToolCall" ? shape(item) : null;
  if (shown === null) return { state, events: [] };
  const started = { ...shown, id: name(state.nextItem) };
  return {
    state: { ...state, nextItem: state.nextItem + 1, open: new Map(state.open).set(item.id, started) },
    events: [{ type: "item.started", item: started }],
  };
}

function completeItem(state: JsonlState, item: ThreadItem): JsonlStep {
  const shown = shape(item);
  if (shown === null) return { state, events: [] };
  const started = state.open.get(item.id);
  if (started === undefined) return addItem(state, (id) => ({ ...shown, id }));
  const open = new Map(state.open);
  open.delete(item.id);
  return { state: { ...state, open }, events: [{ type: "item.completed", item: { ...shown, id: started.id } }] };
}

/** An item that appears complete. */
function addItem(state: JsonlState, create: (id: string) => ExecItem): JsonlStep {
  return {
    state: { ...state, nextItem: state.nextItem + 1 },
    events: [{ type: "item.completed", item: create(name(state.nextItem)) }],
  };
}

function updatePlan(state: JsonlState, steps: readonly TurnPlanStep[]): JsonlStep {
  const items = steps.map(({ step, status }) => ({ text: step, completed: status === "completed" }));
  if (state.plan !== null) {
    const plan = { ...state.plan, items };
    return { state: { ...state, plan }, events: [{ type: "item.updated", item: plan }] };
  }
  const plan: TodoListItem = { id: name(state.nextItem), type: "todo_list", items };
  return {
    state: { ...state, plan, nextItem: state.nextItem + 1 },
    events: [{ type: "item.started", item: plan }],
  };
}

function completeTurn(state: JsonlState, turn: Turn): JsonlStep {
  if (turn.status === "interrupted") return failTurn(state, "interrupted");
  if (turn.status === "failed") return failTurn(state, turn.error?.message ?? "the turn failed");
  const closed = closeItems(state);
  return { state: closed.state, events: [...closed.events, { type: "turn.completed", usage: state.usage }] };
}

function failTurn(state: JsonlState, message: string): JsonlStep {
  const closed = closeItems(state);
  return { state: closed.state, events: [...closed.events, { type: "turn.failed", error: { message } }] };
}

/** What the end of a turn leaves open: the plan completes, then commands without an end complete without exit code. */
function closeItems(state: JsonlState): JsonlStep {
  const plan: ExecEvent[] = state.plan === null ? [] : [{ type: "item.completed", item: state.plan }];
  const commands = [...state.open.values()]
    .filter((item) => item.type === "command_execution")
    .map((item): ExecEvent => ({ type: "item.completed", item: { ...item, exit_code: null, status: "failed" } }));
  return { state: { ...state, plan: null, open: new Map() }, events: [...plan, ...commands] };
}

function name(number: number): string {
  return `item_${number}`;
}

/** The shape of an item in the stream, its id left to the caller; null for items that the stream does not show. */
function shape(item: ThreadItem): ExecItem | null {
  const { id } = item;
  switch (item.type) {
    case "agentMessage":
      return { id, type: "agent_message", text: item.text };
    case "reasoning": {
      const text = item.summary.join("\n\n");
      return text === "" ? null : { id, type: "reasoning", text };
    }
    case "commandExecution":
      return shapeCommand(item);
    case "fileChange": {
      const changes = item.changes.map(({ path, kind }) => ({ path, kind: kind.type }));
      return { id, type: "file_change", changes, status: item.status === "completed" ? "completed" : "failed" };
    }
    case "mcpToolCall":
      return shapeToolCall(item);
    case "webSearch":
      return { id, type: "web_search", query: item.query };
    case "userMessage":
    case "contextCompaction":
    case "dynamicToolCall":
    case "imageView":
    case "enteredReviewMode":
    case "exitedReviewMode":
      return null;
  }
}

function shapeCommand(item: CommandExecutionItem): ExecItem {
  return {
    id: item.id,
    type: "command_execution",
    command: item.command,
    aggregated_output: item.aggregatedOutput ?? "",
    exit_code: item.exitCode,
    status: item.status === "inProgress" ? "in_progress" : item.status,
  };
}

function shapeToolCall(item: McpToolCallItem): ExecItem {
  const { id, server, tool, result, error } = item;
  return {
    id,
    type: "mcp_tool_call",
    server,
    tool,
    arguments: item.arguments ?? null,
    result: result === null ? null : { content: result.content, structured_content: result.structuredContent ?? null },
    error: error === null ? null : { message: error.message },
    status: item.status === "inProgress" ? "in_progress" : item.status,
  };
}
