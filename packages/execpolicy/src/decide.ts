import { assertNever } from "./assert-never.ts";
import { proposableAmendment } from "./amendment.ts";
import type { Platform } from "./commands/dangerous.ts";
import { evaluate, type ApprovalPolicy, type Evaluation, type SandboxMode } from "./evaluation.ts";
import type { Policy } from "./rules/policy.ts";

/** A command that the model wants to run, and the settings it would run under. */
export interface CommandCall {
  readonly argv: readonly string[];
  readonly approvalPolicy: ApprovalPolicy;
  readonly sandbox: SandboxMode;
  /** True when the call asks to run outside of the sandbox (`sandbox_permissions: "require_escalated"`). */
  readonly escalated: boolean;
  /** What the model says to the user about the call. */
  readonly justification: string | null;
  /** The tool that was called: it changes the wording of one refusal. */
  readonly toolName?: string;
  /** False when no rule may be added, so that none is proposed. Default true. */
  readonly amendments?: boolean;
  /** Default `posix`. */
  readonly platform?: Platform;
}

/** What happens with a command. */
export type CommandDecision =
  | {
      readonly outcome: "run";
      /** Whether the first attempt runs in the sandbox. */
      readonly sandboxed: boolean;
      /** The prefix to propose if the sandbox denies the run and a retry without it is asked about. */
      readonly retryAmendment: readonly string[] | null;
      readonly evaluation: Evaluation;
    }
  | {
      readonly outcome: "ask";
      /** Whether the first attempt runs in the sandbox, once the user has accepted. */
      readonly sandboxed: boolean;
      /** What the user is told. */
      readonly reason: string | null;
      readonly proposedAmendment: readonly string[] | null;
      readonly evaluation: Evaluation;
    }
  | {
      readonly outcome: "forbidden" | "forbidden-never" | "reject-escalation";
      /** What the model is told. */
      readonly refusal: string;
      readonly evaluation: Evaluation;
    };

/**
 * Decides about a command: the one place where rules, lists, approval policy and sandbox come together.
 * Source: exec policy spec, section 4.
 */
export function decide(policy: Policy, call: CommandCall): CommandDecision {
  const evaluation = evaluate(policy, call.argv, { ...call, platform: call.platform ?? "posix" });
  if (call.escalated && call.approvalPolicy !== "on-request") {
    return { outcome: "reject-escalation", refusal: escalationRefusal(call), evaluation };
  }
  const isFree = call.escalated || call.sandbox === "danger-full-access";
  switch (evaluation.decision) {
    case "forbidden":
      return { outcome: "forbidden", refusal: "execpolicy forbids this command", evaluation };
    case "prompt": {
      if (call.approvalPolicy === "never") return { outcome: "forbidden-never", refusal: NEVER_REFUSAL, evaluation };
      const byRule = evaluation.matches.some((match) => match.type === "rule" && match.decision === "prompt");
      return {
        outcome: "ask",
        sandboxed: !isFree,
        reason: byRule ? "execpolicy requires approval for this command" : call.justification,
        proposedAmendment: byRule ? null : amendmentFor(evaluation, "prompt", call),
        evaluation,
      };
    }
    case "allow": {
      const byRule = evaluation.matches.some((match) => match.type === "rule");
      return {
        outcome: "run",
        sandboxed: !isFree && !evaluation.vouchedFor,
        retryAmendment: byRule ? null : amendmentFor(evaluation, "allow", call),
        evaluation,
      };
    }
    default:
      return assertNever(evaluation.decision);
  }
}

const NEVER_REFUSAL = "execpolicy requires approval for this command, but AskForApproval is set to Never";

/** The names that models know the approval policies by. */
const POLICY_NAMES: Record<ApprovalPolicy, string> = {
  untrusted: "UnlessTrusted",
  "on-failure": "OnFailure",
  "on-request": "OnRequest",
  never: "Never",
};

function escalationRefusal({ approvalPolicy, toolName }: CommandCall): string {
  const name = POLICY_NAMES[approvalPolicy];
  const verb = toolName === "exec_command" ? "cannot" : "should not";
  return `approval policy is ${name}; reject command — you ${verb} ask for escalated permissions if the approval policy is ${name}`;
}

/** The first command that the heuristics decided this way, if it makes a rule that can match again. */
function amendmentFor(
  { matches }: Evaluation,
  decision: "allow" | "prompt",
  { amendments = true }: CommandCall,
): readonly string[] | null {
  if (!amendments) return null;
  const first = matches.find((match) => match.type === "heuristics" && match.decision === decision);
  return first?.type === "heuristics" ? proposableAmendment(first.command) : null;
}
