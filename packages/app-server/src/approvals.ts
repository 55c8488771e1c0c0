import type { ApprovalAnswer, Thread, ThreadEvent } from "@heddle/core";
import type { JsonValue } from "@heddle/protocol";
import type { Question } from "./feeds/follower.ts";
import { mcpApprovalQuestion } from "./mcp-questions.ts";

type ApprovalRequested = Extract<ThreadEvent, { type: "approvalRequested" }>;

/**
 * An approval as it is put to clients. An error or a wrong shape for an answer is a `decline`; an answer that comes after
 * another one, or after the turn, is ignored by the thread.
 */
export function approvalQuestion(thread: Thread, event: ApprovalRequested): Question {
  const { turnId, itemId, question } = event;
  const { reason } = question;
  const threadId = thread.identity.id;
  const common = {
    key: itemId,
    threadId,
    addressee: null,
    isElicitation: false,
    settle: (answer: unknown): void => void thread.answerApproval(itemId, readDecision(answer)),
  };
  switch (question.kind) {
    case "command": {
      const amendment = question.proposedAmendment;
      const proposedExecpolicyAmendment = amendment === null ? null : [...amendment];
      return {
        ...common,
        method: "item/commandExecution/requestApproval",
        params: { threadId, turnId, itemId, reason, risk: toWireRisk(question.risk), proposedExecpolicyAmendment },
      };
    }
    case "fileChange":
      return {
        ...common,
        method: "item/fileChange/requestApproval",
        params: { threadId, turnId, itemId, reason, grantRoot: null },
      };
    case "mcpToolCall":
      return mcpApprovalQuestion(thread, { turnId, itemId, question });
  }
}

/** Reads `{decision}`. Everything that is not exactly one of the known words means no. */
function readDecision(result: unknown): ApprovalAnswer {
  const decision = isRecord(result) ? result["decision"] : undefined;
  switch (decision) {
    case "accept":
      return { type: "accept" };
    case "acceptForSession":
      return { type: "acceptForSession" };
    case "cancel":
      return { type: "cancel" };
    default:
      return readAmendment(decision) ?? { type: "decline" };
  }
}

function readAmendment(decision: unknown): ApprovalAnswer | null {
  const body = isRecord(decision) ? decision["acceptWithExecpolicyAmendment"] : undefined;
  const prefix = isRecord(body) ? body["execpolicy_amendment"] : undefined;
  if (!Array.isArray(prefix)) return null;
  if (prefix.length === 0) return { type: "accept" }; // a yes to this one; no rule begins with nothing
  const words = prefix.filter((word): word is string => typeof word === "string");
  return words.length === prefix.length ? { type: "acceptWithAmendment", prefix: words } : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type CommandQuestion = Extract<ApprovalRequested["question"], { kind: "command" }>;

function toWireRisk(risk: CommandQuestion["risk"]): JsonValue {
  return risk === null ? null : { description: risk.description, riskLevel: risk.level };
}
