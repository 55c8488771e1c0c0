import { quoteCommand, toCommandActions } from "@heddle/execpolicy";
import { itemId, type CommandExecutionItem } from "@heddle/protocol";
import { judgeByRules, judgeCommand, judgeRetry } from "../approvals/command.ts";
import type { Approved } from "../approvals/grant.ts";
import type { CommandPlan } from "./command-plan.ts";
import { abortedCommandText, textOutput, type ToolOutput } from "./output.ts";
import { TurnInterrupted, type ToolContext } from "./tool.ts";

/** How a kind of command is run once it may. */
export interface CommandRunner<Run> {
  /** Of a process that may outlive the call; null for any other. */
  readonly processId: string | null;
  /** Takes an approved plan and nothing else. Never rejects because of the command. */
  run(approved: Approved<CommandPlan>): Promise<Run>;
  /** Whether the sandbox seems to have got in the way. Asked only where there was one. */
  isDenied(run: Run): boolean;
  /** What the command has said, as the reason for a run without the sandbox. */
  outputOf(run: Run): string;
}

/** What became of a command. */
export type JudgedCommand<Run> =
  /** It did not run, or its second run was not wanted; its item is complete. */
  | { readonly type: "answered"; readonly output: ToolOutput }
  /** The item is open. */
  | { readonly type: "ran"; readonly run: Run; readonly item: CommandExecutionItem };

const REJECTED = "exec command rejected by user";

/**
 * Takes a command from its plan to its run: rules, approval, run, and the retry outside the sandbox where the policy has
 * one. Shows it as one `commandExecution` item, started before anybody is asked.
 * @throws TurnInterrupted when the person cancels the turn.
 */
export async function runJudged<Run>(
  plan: CommandPlan,
  runner: CommandRunner<Run>,
  context: ToolContext,
): Promise<JudgedCommand<Run>> {
  const decision = judgeByRules(plan, context);
  // Asking for escalation where the policy knows none is the model's mistake: it is told, and nothing is shown.
  if (decision.outcome === "reject-escalation") return { type: "answered", output: textOutput(decision.refusal) };

  const item = startedItem(plan, runner.processId);
  context.items.start(item);
  const startedAt = performance.now();
  const unrun = (verdict: Unrun): JudgedCommand<Run> => ({
    type: "answered",
    output: finishUnrun(verdict, item, context, performance.now() - startedAt),
  });
  const verdict = await judgeCommand(plan, decision, context);
  if (verdict.type !== "approved") return unrun(verdict);

  const run = await runner.run(verdict.approved);
  const sandboxed = verdict.approved.confinement.type === "sandboxed";
  if (!sandboxed || context.signal.aborted || !runner.isDenied(run)) return { type: "ran", run, item };
  const retry = await judgeRetry({ plan, failure: runner.outputOf(run) }, verdict.retry, context);
  if (retry.type === "none") return { type: "ran", run, item };
  return retry.type === "approved" ? { type: "ran", run: await runner.run(retry.approved), item } : unrun(retry);
}

/** The item of a command that could not be run after all, or was not allowed to. */
export function neverRan(item: CommandExecutionItem, reason: string, durationMs: number): CommandExecutionItem {
  return { ...item, status: "failed", aggregatedOutput: reason, exitCode: -1, durationMs: Math.round(durationMs) };
}

/** The item of a command that is about to be judged or run. */
export function startedItem(plan: CommandPlan, processId: string | null): CommandExecutionItem {
  return {
    type: "commandExecution",
    id: itemId(plan.callId),
    command: quoteCommand(plan.argv),
    cwd: plan.cwd,
    processId,
    status: "inProgress",
    commandActions: toCommandActions(plan.argv),
    aggregatedOutput: null,
    exitCode: null,
    durationMs: null,
    sandbox: null,
  };
}

type Unrun = { readonly type: "refused"; readonly reason: string } | { readonly type: "declined" | "cancelled" };

/** Ends the item of a command that did not run, or whose second run was not wanted. */
function finishUnrun(verdict: Unrun, item: CommandExecutionItem, context: ToolContext, durationMs: number): ToolOutput {
  switch (verdict.type) {
    case "refused":
      context.items.complete(neverRan(item, verdict.reason, durationMs));
      return textOutput(verdict.reason);
    case "declined":
      if (context.signal.aborted) {
        // Nobody decided: the turn was stopped while the question was open.
        context.items.complete(neverRan(item, REJECTED, durationMs));
        return textOutput(abortedCommandText(durationMs));
      }
      context.items.complete({ ...item, status: "declined" });
      return textOutput(REJECTED);
    case "cancelled":
      context.items.complete({ ...item, status: "declined" });
      throw new TurnInterrupted("cancelled in an approval");
  }
}
