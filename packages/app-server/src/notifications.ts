import type { ThreadEvent, TurnOutcome } from "@heddle/core";
import {
  itemId,
  type NotificationParams,
  type ServerNotificationMethod,
  type ThreadId,
  type Turn,
  type TurnId,
} from "@heddle/protocol";

/** A notification as the wire has it. */
export type OutgoingNotification = {
  [M in ServerNotificationMethod]: { readonly method: M; readonly params: NotificationParams<M> };
}[ServerNotificationMethod];

/**
 * The one projection of a thread's events to the wire. Approvals become requests and are handled apart; null for
 * events that have no notification.
 */
export function toNotification(threadId: ThreadId, event: ThreadEvent): OutgoingNotification | null {
  switch (event.type) {
    case "agentMessageDelta": {
      const { turnId, itemId, delta } = event;
      return { method: "item/agentMessage/delta", params: { threadId, turnId, itemId, delta } };
    }
    case "commandOutputDelta": {
      const { turnId, itemId, delta } = event;
      return { method: "item/commandExecution/outputDelta", params: { threadId, turnId, itemId, delta } };
    }
    case "terminalInteraction": {
      const { turnId, itemId, processId, stdin } = event;
      return {
        method: "item/commandExecution/terminalInteraction",
        params: { threadId, turnId, itemId, processId, stdin },
      };
    }
    case "fileChangeOutputDelta": {
      const { turnId, itemId, delta } = event;
      return { method: "item/fileChange/outputDelta", params: { threadId, turnId, itemId, delta } };
    }
    case "reasoningSummaryPartAdded": {
      const { turnId, itemId, summaryIndex } = event;
      return { method: "item/reasoning/summaryPartAdded", params: { threadId, turnId, itemId, summaryIndex } };
    }
    case "reasoningSummaryDelta": {
      const { turnId, itemId, summaryIndex, delta } = event;
      return { method: "item/reasoning/summaryTextDelta", params: { threadId, turnId, itemId, delta, summaryIndex } };
    }
    case "reasoningTextDelta": {
      const { turnId, itemId, contentIndex, delta } = event;
      return { method: "item/reasoning/textDelta", params: { threadId, turnId, itemId, delta, contentIndex } };
    }
    case "turnStarted":
      return { method: "turn/started", params: { threadId, turn: startedTurn(event) } };
    case "itemStarted":
      return { method: "item/started", params: { item: event.item, threadId, turnId: event.turnId } };
    case "itemCompleted":
      return { method: "item/completed", params: { item: event.item, threadId, turnId: event.turnId } };
    case "tokenUsageUpdated":
    case "delegateUsageUpdated": {
      const { turnId, usage: tokenUsage } = event;
      return { method: "thread/tokenUsage/updated", params: { threadId, turnId, tokenUsage } };
    }
    case "planUpdated": {
      const { turnId, explanation, plan } = event;
      return { method: "turn/plan/updated", params: { threadId, turnId, explanation, plan: [...plan] } };
    }
    case "contextCompacted":
      return { method: "thread/compacted", params: { threadId, turnId: event.turnId } };
    case "diffUpdated":
      return { method: "turn/diff/updated", params: { threadId, turnId: event.turnId, diff: event.diff } };
    case "rateLimitsUpdated":
      return { method: "account/rateLimits/updated", params: { rateLimits: event.rateLimits } };
    case "retrying": {
      const { turnId, message, info: codexErrorInfo } = event;
      return { method: "error", params: { error: { message, codexErrorInfo }, willRetry: true, threadId, turnId } };
    }
    case "turnFailed":
      return { method: "error", params: { error: event.error, willRetry: false, threadId, turnId: event.turnId } };
    case "threadReverted":
      return { method: "thread/reverted", params: { threadId } };
    case "turnCompleted":
      return { method: "turn/completed", params: { threadId, turn: endedTurn(event.turnId, event.outcome) } };
    case "warning":
      return {
        method: "warning",
        params: { threadId, message: event.message, ...(event.limit === undefined ? {} : { limit: event.limit }) },
      };
    case "deprecationNoted": {
      const { summary, details } = event;
      return { method: "deprecationNotice", params: { summary, details } };
    }
    case "mcpToolCallProgress": {
      const { turnId, itemId, message } = event;
      return { method: "item/mcpToolCall/progress", params: { threadId, turnId, itemId, message } };
    }
    case "mcpServerStatus":
      return { method: "mcpServer/startupStatus/updated", params: viewStatus(threadId, event) };
    case "elicitationRequested":
    case "elicitationResolved":
    case "approvalRequested":
    case "approvalResolved":
    case "approvalDecided":
    case "stepEnded":
    case "filesChanged":
    case "filesRewound":
      return null;
  }
}

/** A turn as answers and notifications show it while it runs: its items come one by one. */
export function runningTurn(id: TurnId): Turn {
  return { id, items: [], status: "inProgress", error: null };
}

/** A review as answers and notifications show it at its start: what is reviewed stands in the place of a message. */
export function reviewTurn(id: TurnId, label: string): Turn {
  return {
    ...runningTurn(id),
    items: [{ type: "userMessage", id: itemId(id), content: [{ type: "text", text: label }] }],
  };
}

function startedTurn({ turnId, review }: Extract<ThreadEvent, { type: "turnStarted" }>): Turn {
  return review === undefined ? runningTurn(turnId) : reviewTurn(turnId, review);
}

function endedTurn(id: TurnId, outcome: TurnOutcome): Turn {
  return { id, items: [], status: outcome.status, error: outcome.status === "failed" ? outcome.error : null };
}

function viewStatus(
  threadId: ThreadId,
  { server: name, status }: Extract<ThreadEvent, { type: "mcpServerStatus" }>,
): NotificationParams<"mcpServer/startupStatus/updated"> {
  const failed = status.state === "failed" ? status : null;
  return {
    threadId,
    name,
    status: status.state,
    error: failed?.error ?? null,
    failureReason: failed?.loginNeeded === true ? "reauthenticationRequired" : null,
  };
}
