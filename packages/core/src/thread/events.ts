import type { McpServerStatus } from "@heddle/mcp";
import type {
  CodexErrorInfo,
  ItemId,
  JsonValue,
  RateLimitSnapshot,
  ThreadItem,
  ThreadTokenUsage,
  TurnError,
  TurnId,
  TurnPlanStep,
} from "@heddle/protocol";
import type { CommandRisk } from "../approvals/assess-risk.ts";
import type { OpenElicitation } from "../mcp/elicitations.ts";

import type { LimitHit, Spent } from "../limits/limit.ts";

/** How a turn ended; only a failed one has an error. */
export type TurnOutcome =
  | { readonly status: "completed" }
  | { readonly status: "interrupted" }
  | { readonly status: "failed"; readonly error: TurnError };

/** Who decided on an approval, and how: kept in the log for audit. */
export interface ApprovalRecord {
  readonly decision: "accept" | "acceptForSession" | "acceptWithAmendment" | "decline" | "cancel";
  /** `client`: somebody answered; `session`: an earlier answer for the session; `nobody`: nobody could be asked. */
  readonly by: "client" | "session" | "nobody";
  /** The prefix that was added to the rules, when the answer asked for it. */
  readonly amendment: readonly string[] | null;
}

/** Facts that are written to the rollout: folded, they give the turns of a thread. */
export type StoredEvent =
  /** `review`: what is reviewed in it, in a few words for people. */
  | { readonly type: "turnStarted"; readonly turnId: TurnId; readonly review?: string }
  | { readonly type: "itemStarted"; readonly turnId: TurnId; readonly item: ThreadItem }
  | { readonly type: "itemCompleted"; readonly turnId: TurnId; readonly item: ThreadItem }
  | {
      readonly type: "approvalDecided";
      readonly turnId: TurnId;
      readonly itemId: ItemId;
      readonly record: ApprovalRecord;
    }
  | { readonly type: "tokenUsageUpdated"; readonly turnId: TurnId; readonly usage: ThreadTokenUsage }
  | { readonly type: "turnCompleted"; readonly turnId: TurnId; readonly outcome: TurnOutcome }
  /** A model response and the tools it called are done with, or the turn has ended in the middle of that. */
  | {
      readonly type: "stepEnded";
      readonly turnId: TurnId;
      /** Whether the model has to be asked again. */
      readonly followUp: boolean;
      /** What the turn has used so far. */
      readonly spent: Spent;
    }
  /** A command or a patch of the turn has changed files, and what they were is kept. */
  | {
      readonly type: "filesChanged";
      readonly turnId: TurnId;
      /** Name of the change set in the store. */
      readonly changes: string;
      readonly files: number;
    }
  /** What this turn and all behind it had changed in files was taken back. */
  | { readonly type: "filesRewound"; readonly turnId: TurnId }
  /** The thread goes on as if this turn and all behind it had not been. Files stay as they are. */
  | { readonly type: "threadReverted"; readonly turnId: TurnId };

/** What a client is asked before something runs. Keyed by item: one item has at most one open question. */
export type ApprovalQuestion =
  | {
      readonly kind: "command";
      readonly reason: string | null;
      readonly risk: CommandRisk | null;
      readonly proposedAmendment: readonly string[] | null;
    }
  | { readonly kind: "fileChange"; readonly reason: string | null }
  | {
      readonly kind: "mcpToolCall";
      readonly server: string;
      readonly tool: string;
      readonly arguments: JsonValue;
      readonly reason: string | null;
    };

/** Facts that are shown while they happen and not stored: what they add up to is in a stored event. */
export type TransientEvent =
  | { readonly type: "agentMessageDelta"; readonly turnId: TurnId; readonly itemId: ItemId; readonly delta: string }
  | {
      readonly type: "reasoningSummaryPartAdded";
      readonly turnId: TurnId;
      readonly itemId: ItemId;
      readonly summaryIndex: number;
    }
  | {
      readonly type: "reasoningSummaryDelta";
      readonly turnId: TurnId;
      readonly itemId: ItemId;
      readonly summaryIndex: number;
      readonly delta: string;
    }
  | {
      readonly type: "reasoningTextDelta";
      readonly turnId: TurnId;
      readonly itemId: ItemId;
      readonly contentIndex: number;
      readonly delta: string;
    }
  | { readonly type: "commandOutputDelta"; readonly turnId: TurnId; readonly itemId: ItemId; readonly delta: string }
  | { readonly type: "mcpToolCallProgress"; readonly turnId: TurnId; readonly itemId: ItemId; readonly message: string }
  | { readonly type: "mcpServerStatus"; readonly server: string; readonly status: McpServerStatus }
  | { readonly type: "elicitationRequested"; readonly elicitation: OpenElicitation }
  | { readonly type: "elicitationResolved"; readonly id: string }
  | {
      readonly type: "terminalInteraction";
      readonly turnId: TurnId;
      /** Shows the process; of this turn or an earlier one. */
      readonly itemId: ItemId;
      readonly processId: string;
      readonly stdin: string;
    }
  | { readonly type: "fileChangeOutputDelta"; readonly turnId: TurnId; readonly itemId: ItemId; readonly delta: string }
  | {
      readonly type: "approvalRequested";
      readonly turnId: TurnId;
      readonly itemId: ItemId;
      readonly question: ApprovalQuestion;
    }
  | { readonly type: "approvalResolved"; readonly turnId: TurnId; readonly itemId: ItemId }
  | {
      readonly type: "planUpdated";
      readonly turnId: TurnId;
      readonly explanation: string | null;
      readonly plan: readonly TurnPlanStep[];
    }
  /** The history was replaced; the log has a line of its own for it. */
  | { readonly type: "contextCompacted"; readonly turnId: TurnId }
  /** Of a thread that works for this turn: the usage of the turn's own thread is another one. */
  | { readonly type: "delegateUsageUpdated"; readonly turnId: TurnId; readonly usage: ThreadTokenUsage }
  | { readonly type: "diffUpdated"; readonly turnId: TurnId; readonly diff: string }
  | { readonly type: "rateLimitsUpdated"; readonly rateLimits: RateLimitSnapshot }
  | { readonly type: "retrying"; readonly turnId: TurnId; readonly message: string; readonly info: CodexErrorInfo }
  | { readonly type: "turnFailed"; readonly turnId: TurnId; readonly error: TurnError }
  /** The configuration says something in an old way. */
  | { readonly type: "deprecationNoted"; readonly summary: string; readonly details: string }
  | {
      readonly type: "warning";
      readonly turnId: TurnId | null;
      readonly message: string;
      /** The soft limit that was reached, when it is about one. */
      readonly limit?: LimitHit;
    };

/** Everything that happens on a thread, in the one order that every subscriber sees. */
export type ThreadEvent = StoredEvent | TransientEvent;

/** The items whose start is stored: they act on the world, so a crash in between must be visible afterwards. */
function isActing(item: ThreadItem): boolean {
  switch (item.type) {
    case "commandExecution":
    case "fileChange":
    case "mcpToolCall":
    case "dynamicToolCall":
      return true;
    default:
      return false;
  }
}

/** Whether an event belongs into the rollout. */
export function isStored(event: ThreadEvent): event is StoredEvent {
  switch (event.type) {
    case "turnStarted":
    case "itemCompleted":
    case "approvalDecided":
    case "tokenUsageUpdated":
    case "turnCompleted":
    case "threadReverted":
    case "stepEnded":
    case "filesChanged":
    case "filesRewound":
      return true;
    case "itemStarted":
      return isActing(event.item);
    default:
      return false;
  }
}
