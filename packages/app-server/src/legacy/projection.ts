import type { Thread, ThreadEvent } from "@heddle/core";
import type {
  EventMsg,
  ItemId,
  LegacyRateLimitSnapshot,
  ThreadId,
  ThreadItem,
  ThreadTokenUsage,
  Turn,
  TurnId,
} from "@heddle/protocol";
import { createLegacyMcpStartup } from "./mcp-startup.ts";
import { eventsOfEnd, eventsOfStart } from "./project-item.ts";
import { toErrorEvent, toLegacyErrorInfo, toLegacyRateLimits, toLegacyUsage } from "./values.ts";

/**
 * The events of one thread in the form of the first API. Its events repeat what later ones say once, so that it keeps
 * what was said: open items by their calls, the last message of a turn, what is known of usage and limits.
 */
export interface LegacyProjection {
  /** The turn that runs, `""` when none does. */
  readonly turnId: string;
  /** Somebody is asked about an item: it is not applied by itself. */
  noteQuestion(itemId: ItemId): void;
  /** How the MCP servers have started by now. */
  startupBefore(mcp: Thread["mcp"]): readonly EventMsg[];
  /** What an event is in the first API: nothing, or several events. */
  project(event: ThreadEvent): readonly EventMsg[];
}

/** What is told of a thread beside its events. */
interface ProjectedThread {
  readonly id: ThreadId;
  /** At this moment. */
  readonly modelContextWindow: () => number | null;
}

/** @param live the turns that run already. */
export function createLegacyProjection(
  { id: threadId, modelContextWindow }: ProjectedThread,
  live: readonly Turn[],
): LegacyProjection {
  const asked = new Set<ItemId>();
  const outputs = new Map<ItemId, string>();
  const startup = createLegacyMcpStartup();
  let running: TurnId | null = live[0]?.id ?? null;
  let lastMessage: string | null = null;
  let usage: ThreadTokenUsage | null = null;
  let rateLimits: LegacyRateLimitSnapshot | null = null;

  const tokenCount = (): EventMsg => ({
    type: "token_count",
    info:
      usage === null
        ? null
        : {
            total_token_usage: toLegacyUsage(usage.total),
            last_token_usage: toLegacyUsage(usage.last),
            model_context_window: usage.modelContextWindow,
          },
    rate_limits: rateLimits,
  });

  const begin = (turnId: TurnId): readonly EventMsg[] => {
    // Input that joins a running turn has an id of its own in the later API, and no turn here.
    if (running !== null) return [];
    running = turnId;
    lastMessage = null;
    return [{ type: "task_started", model_context_window: modelContextWindow() }];
  };
  const end = ({ turnId, outcome }: Extract<ThreadEvent, { type: "turnCompleted" }>): readonly EventMsg[] => {
    if (running !== turnId) return [];
    running = null;
    if (outcome.status === "interrupted") return [{ type: "turn_aborted", reason: "interrupted" }];
    return [{ type: "task_complete", last_agent_message: outcome.status === "failed" ? null : lastMessage }];
  };
  const completeItem = (item: ThreadItem, turnId: TurnId): readonly EventMsg[] => {
    if (item.type === "agentMessage") lastMessage = item.text;
    const output = outputs.get(item.id) ?? "";
    outputs.delete(item.id);
    asked.delete(item.id);
    return eventsOfEnd(item, { threadId, turnId, output });
  };

  const project = (event: ThreadEvent): readonly EventMsg[] => {
    switch (event.type) {
      case "turnStarted":
        return begin(event.turnId);
      case "turnCompleted":
        return end(event);
      case "itemStarted": {
        const { item, turnId } = event;
        return eventsOfStart(item, { threadId, turnId, autoApproved: !asked.has(item.id) });
      }
      case "itemCompleted":
        return completeItem(event.item, event.turnId);
      case "agentMessageDelta": {
        const { turnId: turn_id, itemId: item_id, delta } = event;
        return [
          { type: "agent_message_content_delta", thread_id: threadId, turn_id, item_id, delta },
          { type: "agent_message_delta", delta },
        ];
      }
      case "reasoningSummaryPartAdded":
        return [{ type: "agent_reasoning_section_break", item_id: event.itemId, summary_index: event.summaryIndex }];
      case "reasoningSummaryDelta": {
        const { turnId: turn_id, itemId: item_id, summaryIndex: summary_index, delta } = event;
        return [
          { type: "reasoning_content_delta", thread_id: threadId, turn_id, item_id, delta, summary_index },
          { type: "agent_reasoning_delta", delta },
        ];
      }
      case "reasoningTextDelta": {
        const { turnId: turn_id, itemId: item_id, contentIndex: content_index, delta } = event;
        return [
          { type: "reasoning_raw_content_delta", thread_id: threadId, turn_id, item_id, delta, content_index },
          { type: "agent_reasoning_raw_content_delta", delta },
        ];
      }
      case "commandOutputDelta":
        return [outputDelta(event.itemId, event.delta)];
      case "fileChangeOutputDelta":
        outputs.set(event.itemId, `${outputs.get(event.itemId) ?? ""}${event.delta}`);
        return [outputDelta(event.itemId, event.delta)];
      case "tokenUsageUpdated":
      case "delegateUsageUpdated":
        usage = event.usage;
        return [tokenCount()];
      case "rateLimitsUpdated":
        rateLimits = toLegacyRateLimits(event.rateLimits);
        return [tokenCount()];
      case "planUpdated": {
        const plan = event.plan.map(({ step, status }) => {
          return { step, status: status === "inProgress" ? ("in_progress" as const) : status };
        });
        return [{ type: "plan_update", explanation: event.explanation, plan }];
      }
      case "diffUpdated":
        return [{ type: "turn_diff", unified_diff: event.diff }];
      case "contextCompacted":
        return [{ type: "context_compacted" }];
      case "retrying": {
        const { message, info } = event;
        return [{ type: "stream_error", message, codex_error_info: toLegacyErrorInfo(info) }];
      }
      case "turnFailed":
        return [toErrorEvent(event.error)];
      case "terminalInteraction": {
        const { itemId: call_id, processId: process_id, stdin } = event;
        return [{ type: "terminal_interaction", call_id, process_id, stdin }];
      }
      case "mcpServerStatus":
        return startup.change(event.server, event.status);
      case "warning":
        return [{ type: "warning", message: event.message }];
      case "deprecationNoted":
        return [{ type: "deprecation_notice", summary: event.summary, details: event.details }];
      case "mcpToolCallProgress":
      case "elicitationRequested": // told where it is asked
      case "elicitationResolved":
      case "stepEnded":
      case "filesChanged":
      case "filesRewound":
      case "approvalRequested": // told together with the request
      case "approvalResolved":
      case "approvalDecided":
      case "threadReverted":
        return [];
    }
  };
  return {
    get turnId() {
      return running ?? "";
    },
    startupBefore: (mcp) => startup.begun(mcp),
    noteQuestion: (itemId) => void asked.add(itemId),
    project,
  };
}

function outputDelta(itemId: ItemId, delta: string): EventMsg {
  const chunk = Buffer.from(delta).toString("base64");
  return { type: "exec_command_output_delta", call_id: itemId, stream: "stdout", chunk };
}
