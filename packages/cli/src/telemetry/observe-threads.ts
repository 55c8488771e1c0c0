import type { Engine, Thread, ThreadEvent } from "@heddle/core";
import type { ThreadItem } from "@heddle/protocol";
import type { Attributes, TelemetryRecord } from "./record.ts";

/** What observing threads takes. */
export interface ThreadObserver {
  readonly take: (record: TelemetryRecord) => void;
  readonly now: () => Date;
  /** Whether the texts of prompts may leave. */
  readonly logUserPrompt: boolean;
}

/** Tells what happens on every thread that is loaded from now on. Returns the way to stop. */
export function observeThreads(engine: Pick<Engine, "watch">, observer: ThreadObserver): () => void {
  const stops = new Map<string, () => void>();
  const stopWatching = engine.watch((change) => {
    if (change.type === "unloaded") {
      stops.get(change.threadId)?.();
      stops.delete(change.threadId);
      return;
    }
    const { thread } = change;
    observer.take(startOf(thread, observer.now()));
    const onEvent = observeThread(thread, observer);
    const listener = { onEvent, drained: () => Promise.resolve(), answers: false, elicits: false };
    stops.set(thread.identity.id, thread.subscribe(listener));
  });
  return () => {
    stopWatching();
    for (const stop of stops.values()) stop();
  };
}

function startOf({ identity, settings, config }: Thread, at: Date): TelemetryRecord {
  const attributes: Attributes = {
    model: settings.model,
    slug: settings.model,
    provider_name: settings.provider,
    ...(settings.effort === null ? {} : { reasoning_effort: settings.effort }),
    reasoning_summary: settings.summary,
    ...(config.modelContextWindow === null ? {} : { context_window: config.modelContextWindow }),
    ...(config.modelAutoCompactTokenLimit === null
      ? {}
      : { auto_compact_token_limit: config.modelAutoCompactTokenLimit }),
    approval_policy: settings.approvalPolicy,
    sandbox_policy: settings.sandboxPolicy.type,
    mcp_servers: Object.keys(config.mcpServers).join(","),
    ...(config.profile === null ? {} : { active_profile: config.profile }),
  };
  return { kind: "event", name: "codex.conversation_starts", at, threadId: identity.id, attributes };
}

/** One listener per thread: it remembers when items began and what was decided about them. */
function observeThread(thread: Thread, { take, now, logUserPrompt }: ThreadObserver): (event: ThreadEvent) => void {
  const threadId = thread.identity.id;
  const startedAt = new Map<string, Date>();
  const decided = new Set<string>();
  const tell = (name: string, attributes: Attributes): void => {
    const common = { model: thread.settings.model, slug: thread.settings.model };
    take({ kind: "event", name, at: now(), threadId, attributes: { ...common, ...attributes } });
  };
  const completed = (item: ThreadItem): void => {
    if (item.type === "userMessage") return tell("codex.user_prompt", promptOf(item, logUserPrompt));
    const result = resultOf(item);
    if (result === null) return;
    // What nobody was asked about was allowed by the configuration.
    if (!decided.delete(item.id))
      tell("codex.tool_decision", { ...callOf(result), decision: "approved", source: "config" });
    const endedAt = now();
    const began = startedAt.get(item.id) ?? endedAt;
    startedAt.delete(item.id);
    const { tool, callId, success, ...texts } = result;
    const duration = { duration_ms: endedAt.getTime() - began.getTime(), success: String(success) };
    tell("codex.tool_result", { ...callOf(result), ...texts, ...duration });
    const attributes = { tool_name: tool, call_id: callId };
    const error = success ? null : `${tool} failed`;
    take({ kind: "step", name: "tool", threadId, startedAt: began, endedAt, error, attributes });
  };
  return (event) => {
    switch (event.type) {
      case "turnStarted":
        return take({ kind: "turnStarted", at: now(), threadId, turnId: event.turnId });
      case "turnCompleted": {
        const { status } = event.outcome;
        const error = event.outcome.status === "failed" ? event.outcome.error.message : null;
        return take({ kind: "turnEnded", at: now(), threadId, turnId: event.turnId, status, error });
      }
      case "itemStarted":
        startedAt.set(event.item.id, now());
        return;
      case "itemCompleted":
        return completed(event.item);
      case "approvalDecided": {
        decided.add(event.itemId);
        const { decision, by } = event.record;
        const source = by === "client" ? "user" : "config";
        return tell("codex.tool_decision", { call_id: event.itemId, decision: DECISIONS[decision], source });
      }
      default:
        return;
    }
  };
}

const DECISIONS = {
  accept: "approved",
  acceptForSession: "approved_for_session",
  acceptWithAmendment: "approved_execpolicy_amendment",
  decline: "denied",
  cancel: "abort",
} as const;

function promptOf({ content }: Extract<ThreadItem, { type: "userMessage" }>, isLogged: boolean): Attributes {
  const text = content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  return { prompt_length: text.length, prompt: isLogged ? text : "[REDACTED]" };
}

interface ToolResult {
  readonly tool: string;
  readonly callId: string;
  readonly success: boolean;
  readonly arguments: string;
  readonly output: string;
}

function callOf({ tool, callId }: ToolResult): Attributes {
  return { tool_name: tool, call_id: callId };
}

/** What a tool came to; null for items that no tool makes. */
function resultOf(item: ThreadItem): ToolResult | null {
  switch (item.type) {
    case "commandExecution": {
      const { id, command, aggregatedOutput, status } = item;
      const success = status === "completed";
      return { tool: "shell", callId: id, success, arguments: command, output: aggregatedOutput ?? "" };
    }
    case "fileChange": {
      const { id, changes, status } = item;
      const paths = changes.map(({ path }) => path).join("\n");
      return { tool: "apply_patch", callId: id, success: status === "completed", arguments: paths, output: "" };
    }
    case "mcpToolCall": {
      const { id, server, tool, status, arguments: args, error } = item;
      const success = status === "completed";
      const output = error?.message ?? "";
      return { tool: `${server}/${tool}`, callId: id, success, arguments: JSON.stringify(args), output };
    }
    default:
      return null;
  }
}
