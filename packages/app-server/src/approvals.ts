import type { ApprovalAnswer, Thread, ThreadEvent } from "@heddle/core";
import type { JsonValue, Peer } from "@heddle/protocol";

type ApprovalRequested = Extract<ThreadEvent, { type: "approvalRequested" }>;

/**
 * Puts an approval to a client and brings the answer back. An error, a wrong shape, or a client that goes away is a
 * `decline`; an answer that comes after another one, or after the turn, is ignored by the thread.
 */
export async function putApproval(peer: Peer, thread: Thread, event: ApprovalRequested): Promise<void> {
  const { turnId, itemId, question } = event;
  const threadId = thread.identity.id;
  const { method, params } = toRequest();
  const answer = await peer.request(method, params).then(readDecision, (): ApprovalAnswer => ({ type: "decline" }));
  thread.answerApproval(itemId, answer);

  function toRequest(): { method: string; params: JsonValue } {
    const { reason } = question;
    switch (question.kind) {
      case "command": {
        const amendment = question.proposedAmendment;
        const proposedExecpolicyAmendment = amendment === null ? null : [...amendment];
        return {
          method: "item/commandExecution/requestApproval",
          params: { threadId, turnId, itemId, reason, risk: null, proposedExecpolicyAmendment },
        };
      }
      case "fileChange":
        return {
          method: "item/fileChange/requestApproval",
          params: { threadId, turnId, itemId, reason, grantRoot: null },
        };
    }
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
  if (!Array.isArray(prefix) || prefix.length === 0) return null;
  const words = prefix.filter((word): word is string => typeof word === "string");
  return words.length === prefix.length ? { type: "acceptWithAmendment", prefix: words } : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
