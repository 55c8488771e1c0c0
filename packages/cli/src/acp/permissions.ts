import type { PermissionOption, RequestPermissionResponse } from "@agentclientprotocol/sdk";
import type { ParamsOf, ResultOf } from "@heddle/protocol";

type CommandQuestion = ParamsOf<"item/commandExecution/requestApproval">;
type CommandDecision = ResultOf<"item/commandExecution/requestApproval">["decision"];
type FileDecision = ResultOf<"item/fileChange/requestApproval">["decision"];

const ONCE: PermissionOption = { optionId: "accept", name: "Allow", kind: "allow_once" };
const SESSION: PermissionOption = {
  optionId: "acceptForSession",
  name: "Allow for this session",
  kind: "allow_always",
};
const RULE_ID = "acceptWithRule";
const DECLINE: PermissionOption = { optionId: "decline", name: "Decline", kind: "reject_once" };

/** What a person may answer about a command; a rule is offered where one is proposed. */
export function commandOptions({ proposedExecpolicyAmendment: prefix }: CommandQuestion): PermissionOption[] {
  const rule: PermissionOption[] =
    prefix === null || prefix === undefined
      ? []
      : [{ optionId: RULE_ID, name: `Always allow \`${prefix.join(" ")}\``, kind: "allow_always" }];
  return [ONCE, SESSION, ...rule, DECLINE];
}

/** What a person may answer about a patch. */
export const FILE_OPTIONS: PermissionOption[] = [ONCE, SESSION, DECLINE];

/** A question that was closed stops the turn, as the person has; an answer that nobody offered is a no. */
export function commandDecision(
  { outcome }: RequestPermissionResponse,
  { proposedExecpolicyAmendment: prefix }: CommandQuestion,
): CommandDecision {
  if (outcome.outcome === "cancelled") return "cancel";
  if (outcome.optionId === RULE_ID && prefix !== null && prefix !== undefined) {
    return { acceptWithExecpolicyAmendment: { execpolicy_amendment: [...prefix] } };
  }
  return plainDecision(outcome.optionId);
}

export function fileDecision({ outcome }: RequestPermissionResponse): FileDecision {
  return outcome.outcome === "cancelled" ? "cancel" : plainDecision(outcome.optionId);
}

function plainDecision(optionId: string): "accept" | "acceptForSession" | "decline" {
  return optionId === ONCE.optionId ? "accept" : optionId === SESSION.optionId ? "acceptForSession" : "decline";
}
