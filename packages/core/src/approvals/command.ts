import { decide, type CommandDecision } from "@heddle/execpolicy";
import { itemId } from "@heddle/protocol";
import type { CommandPlan } from "../tools/command-plan.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { ApprovalAnswer } from "./desk.ts";
import { grant, type Approved } from "./grant.ts";

/** What policy, and where needed a person, say to a command. */
export type CommandVerdict =
  | { readonly type: "approved"; readonly approved: Approved<CommandPlan>; readonly retry: RetryRule }
  /** Policy says no; nobody was asked. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "declined" }
  /** Declined, and the person wants the turn to stop. */
  | { readonly type: "cancelled" };

/** What happens if the sandbox denies the approved run. */
export type RetryRule =
  | { readonly type: "giveToModel" }
  | { readonly type: "retryWithoutAsking" }
  | { readonly type: "ask"; readonly amendment: readonly string[] | null };

const RETRY_QUESTION = "command failed; retry without sandbox?";

/** Judges by the rules alone, before anything is shown to anybody. */
export function judgeByRules(plan: CommandPlan, context: ToolContext): CommandDecision {
  const { settings, rules } = context;
  return decide(rules.current(), {
    argv: plan.argv,
    approvalPolicy: settings.approvalPolicy,
    sandbox: settings.sandboxPolicy.type,
    escalated: plan.escalated,
    justification: plan.justification,
    toolName: plan.toolName,
    amendments: rules.amendments,
  });
}

/** Carries out a decision of the rules: asks where it says so. The item of the command has been started. */
export async function judgeCommand(
  plan: CommandPlan,
  decision: CommandDecision,
  context: ToolContext,
): Promise<CommandVerdict> {
  switch (decision.outcome) {
    case "forbidden":
    case "forbidden-never":
    case "reject-escalation":
      return { type: "refused", reason: decision.refusal };
    case "run": {
      if (!decision.sandboxed) return approvedOutside(plan, whyOutside(context));
      const missing = await missingSandbox(context);
      if (missing !== null) return askWithoutSandbox(plan, missing, context);
      return { type: "approved", approved: grant(plan, { type: "sandboxed" }), retry: retryRule(decision, context) };
    }
    case "ask": {
      const missing = decision.sandboxed ? await missingSandbox(context) : null;
      if (missing !== null) return askWithoutSandbox(plan, missing, context);
      const verdict = await ask({ plan, failure: null }, decision.reason, decision.proposedAmendment, context);
      if (verdict !== "yes") return { type: verdict };
      if (!decision.sandboxed) return approvedOutside(plan, "approved");
      const retry: RetryRule = asksAfterDenial(context) ? { type: "retryWithoutAsking" } : { type: "giveToModel" };
      return { type: "approved", approved: grant(plan, { type: "sandboxed" }), retry };
    }
  }
}

/** After a denial by the sandbox: the plan for a second run outside, when the policy allows one and nobody objects. */
export async function judgeRetry(
  { plan, failure }: { readonly plan: CommandPlan; readonly failure: string },
  retry: RetryRule,
  context: ToolContext,
): Promise<CommandVerdict | { readonly type: "none" }> {
  switch (retry.type) {
    case "giveToModel":
      return { type: "none" };
    case "retryWithoutAsking":
      return approvedOutside(plan, "approved");
    case "ask": {
      const verdict = await ask({ plan, failure }, RETRY_QUESTION, retry.amendment, context);
      return verdict === "yes" ? approvedOutside(plan, "approved") : { type: verdict };
    }
  }
}

function approvedOutside(plan: CommandPlan, why: "fullAccess" | "rule" | "approved"): CommandVerdict {
  return { type: "approved", approved: grant(plan, { type: "unsandboxed", why }), retry: { type: "giveToModel" } };
}

function whyOutside({ settings }: ToolContext): "fullAccess" | "rule" {
  return settings.sandboxPolicy.type === "danger-full-access" ? "fullAccess" : "rule";
}

/** Under these two policies a person expected to be asked when the sandbox gets in the way. */
function asksAfterDenial({ settings }: ToolContext): boolean {
  return settings.approvalPolicy === "untrusted" || settings.approvalPolicy === "on-failure";
}

function retryRule(decision: Extract<CommandDecision, { outcome: "run" }>, context: ToolContext): RetryRule {
  return asksAfterDenial(context) ? { type: "ask", amendment: decision.retryAmendment } : { type: "giveToModel" };
}

/** Why no sandbox can be had here, or null. */
async function missingSandbox({
  sandbox,
  announceSandbox,
}: ToolContext): Promise<{ cause: string; remedy: string } | null> {
  announceSandbox();
  const probe = await sandbox.probe();
  return probe.rung === "none" ? { cause: probe.cause, remedy: probe.remedy } : null;
}

/** Without a sandbox a command runs only on a person's word. Source: sandbox spec, section 7. */
async function askWithoutSandbox(
  plan: CommandPlan,
  { cause, remedy }: { readonly cause: string; readonly remedy: string },
  context: ToolContext,
): Promise<CommandVerdict> {
  if (context.settings.approvalPolicy === "never") {
    const reason = `sandbox required by policy is not available: ${cause}; use --sandbox danger-full-access inside an isolated container, or ${remedy}`;
    return { type: "refused", reason };
  }
  const verdict = await ask(
    { plan, failure: null },
    `no sandbox available on this system (${cause}); run without sandbox?`,
    null,
    context,
  );
  return verdict === "yes" ? approvedOutside(plan, "approved") : { type: verdict };
}

async function ask(
  { plan, failure }: { readonly plan: CommandPlan; readonly failure: string | null },
  reason: string | null,
  proposedAmendment: readonly string[] | null,
  context: ToolContext,
): Promise<"yes" | "declined" | "cancelled"> {
  const { approvals, turnId, signal } = context;
  const sessionKey = JSON.stringify([plan.argv, plan.cwd, plan.escalated]);
  const risk = approvals.wouldAsk("command", sessionKey) ? await context.assessRisk(plan, failure) : null;
  const answer = await approvals.ask(
    {
      turnId,
      itemId: itemId(plan.callId),
      question: { kind: "command", reason, risk, proposedAmendment },
      sessionKey,
    },
    signal,
  );
  return carryOut(answer, context);
}

async function carryOut(answer: ApprovalAnswer, context: ToolContext): Promise<"yes" | "declined" | "cancelled"> {
  switch (answer.type) {
    case "accept":
    case "acceptForSession":
      return "yes";
    case "acceptWithAmendment":
      // The person has said yes; a rule that cannot be written takes nothing of that back.
      await context.rules.allow(answer.prefix).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        const message = `Failed to apply execpolicy amendment: ${reason}`;
        context.emit({ type: "warning", turnId: context.turnId, message });
      });
      return "yes";
    case "decline":
      return "declined";
    case "cancel":
      return "cancelled";
  }
}
