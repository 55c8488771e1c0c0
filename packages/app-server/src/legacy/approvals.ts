import {
  isJsonObject,
  type EventMsg,
  type ItemId,
  type JsonValue,
  type ThreadId,
  type ThreadItem,
} from "@heddle/protocol";
import type { Question } from "../feeds/follower.ts";
import { wordsOf } from "./project-item.ts";
import { toLegacyChanges, toParsedCommand } from "./values.ts";

/** A question in the form of the first API: the request, and the event that goes with it. */
export interface LegacyQuestion {
  /** What it is about. */
  readonly itemId: ItemId;
  readonly event: EventMsg;
  readonly method: string;
  readonly params: JsonValue;
}

/** The question about an item; null when the first API has no such question. */
export function toLegacyQuestion(
  { method, params }: Question,
  { item, turnId, threadId }: { readonly item: ThreadItem; readonly turnId: string; readonly threadId: ThreadId },
): LegacyQuestion | null {
  const reason = textIn(params, "reason");
  const common = { conversationId: threadId, callId: item.id };
  if (method === "item/commandExecution/requestApproval" && item.type === "commandExecution") {
    const { cwd } = item;
    const command = wordsOf(item);
    const parsed = item.commandActions.map(toParsedCommand);
    const proposed_execpolicy_amendment = wordsIn(params, "proposedExecpolicyAmendment");
    return {
      itemId: item.id,
      method: "execCommandApproval",
      params: { ...common, command, cwd, reason, risk: null, parsedCmd: parsed },
      event: {
        type: "exec_approval_request",
        call_id: item.id,
        turn_id: turnId,
        command,
        cwd,
        reason,
        risk: null,
        proposed_execpolicy_amendment,
        parsed_cmd: parsed,
      },
    };
  }
  if (method === "item/fileChange/requestApproval" && item.type === "fileChange") {
    const changes = toLegacyChanges(item.changes);
    return {
      itemId: item.id,
      method: "applyPatchApproval",
      params: { ...common, fileChanges: changes, reason, grantRoot: null },
      event: {
        type: "apply_patch_approval_request",
        call_id: item.id,
        turn_id: turnId,
        changes,
        reason,
        grant_root: null,
      },
    };
  }
  return null;
}

/** An answer of the first API in the words of the later one. What is not one of its words stays none: a no. */
export function fromLegacyAnswer(answer: unknown): JsonValue {
  const decision = isJsonObject(answer) ? answer["decision"] : null;
  switch (decision) {
    case "approved":
      return { decision: "accept" };
    case "approved_for_session":
      return { decision: "acceptForSession" };
    case "abort":
      return { decision: "cancel" };
    case "denied":
      return { decision: "decline" };
  }
  const amendment = isJsonObject(decision) ? decision["approved_execpolicy_amendment"] : null;
  const prefix = wordsIn(amendment, "proposed_execpolicy_amendment");
  if (prefix === null) return null;
  return { decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: prefix } } };
}

function textIn(value: unknown, member: string): string | null {
  const text = isJsonObject(value) ? value[member] : null;
  return typeof text === "string" ? text : null;
}

function wordsIn(value: unknown, member: string): string[] | null {
  const words: unknown = isJsonObject(value) ? value[member] : null;
  return Array.isArray(words) && words.every((word): word is string => typeof word === "string") ? words : null;
}
