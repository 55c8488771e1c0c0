import { isKnownSafe, quoteCommand, toCommandActions } from "@heddle/execpolicy";
import { itemId, type CommandExecutionItem } from "@heddle/protocol";
import { looksDenied, SandboxError, type ExitOutcome, type SandboxLevel } from "@heddle/sandbox";
import { judgeByRules, judgeCommand, judgeRetry } from "../approvals/command.ts";
import type { Approved } from "../approvals/grant.ts";
import type { CommandPlan } from "./command-plan.ts";
import { abortedCommandText, formatCommand, textOutput, type CommandFormat, type ToolOutput } from "./output.ts";
import { tamperingNote, withNote } from "./tampering.ts";
import { TurnInterrupted, type ToolContext } from "./tool.ts";

/** How one run of a command ended. */
type Run =
  | { readonly type: "exited"; readonly outcome: ExitOutcome; readonly level: SandboxLevel }
  /** It never ran: no such program, a bad folder, or no sandbox where one is required. */
  | { readonly type: "notStarted"; readonly reason: string; readonly durationMs: number };

const REJECTED = "exec command rejected by user";

/**
 * Serves a command call from plan to output: rules, approval, run, and the retry outside the sandbox where the
 * policy has one. Shows it as one `commandExecution` item, started before anybody is asked and completed once.
 * @throws TurnInterrupted when the person cancels the turn.
 */
export async function runCommandCall(plan: CommandPlan, context: ToolContext): Promise<ToolOutput> {
  const decision = judgeByRules(plan, context);
  // Asking for escalation where the policy knows none is the model's mistake: it is told, and nothing is shown.
  if (decision.outcome === "reject-escalation") return textOutput(decision.refusal);

  const item = startedItem(plan);
  context.items.start(item);
  const startedAt = performance.now();
  const verdict = await judgeCommand(plan, decision, context);
  if (verdict.type !== "approved") return finishUnrun(verdict, item, context, performance.now() - startedAt);

  let run = await runApproved(verdict.approved, context);
  if (run.type === "exited" && isDenied(run, verdict.approved) && !context.signal.aborted) {
    const retry = await judgeRetry(plan, verdict.retry, context);
    if (retry.type === "approved") run = await runApproved(retry.approved, context);
    else if (retry.type !== "none") return finishUnrun(retry, item, context, performance.now() - startedAt);
  }
  return finishRun(run, item, plan, context);
}

function startedItem(plan: CommandPlan): CommandExecutionItem {
  return {
    type: "commandExecution",
    id: itemId(plan.callId),
    command: quoteCommand(plan.argv),
    cwd: plan.cwd,
    processId: null,
    status: "inProgress",
    commandActions: toCommandActions(plan.argv),
    aggregatedOutput: null,
    exitCode: null,
    durationMs: null,
    sandbox: null,
  };
}

/** Takes an approved plan and nothing else. What only reads needs no record of what it has changed. */
function runApproved(approved: Approved<CommandPlan>, context: ToolContext): Promise<Run> {
  const run = (): Promise<Run> => spawnApproved(approved, context);
  return isKnownSafe(approved.plan.argv) ? run() : context.changes.aroundCommand(run);
}

async function spawnApproved({ plan, confinement }: Approved<CommandPlan>, context: ToolContext): Promise<Run> {
  const { sandbox, settings, signal, turnId, emit } = context;
  const sandboxed = confinement.type === "sandboxed";
  const startedAt = performance.now();
  try {
    await using child = await sandbox.spawn(
      {
        argv: plan.argv,
        cwd: plan.cwd,
        env: context.childEnvironment({ sandboxed }),
        policy: sandboxed ? settings.sandboxPolicy : { type: "danger-full-access" },
        sandboxCwd: settings.cwd,
        deadlineMs: plan.timeoutMs,
      },
      { signal },
    );
    for await (const { text } of child.output) {
      emit({ type: "commandOutputDelta", turnId, itemId: itemId(plan.callId), delta: text });
    }
    const { level } = child;
    const outcome = await child.exit;
    if (outcome.setupFailure !== null) {
      const reason = `the sandbox could not be set up: ${outcome.setupFailure}`;
      return { type: "notStarted", reason, durationMs: outcome.durationMs };
    }
    const note = tamperingNote(outcome);
    if (note === "") return { type: "exited", outcome, level };
    const aggregated = withNote(outcome.aggregated, note);
    const delta = aggregated.slice(outcome.aggregated.length);
    emit({ type: "commandOutputDelta", turnId, itemId: itemId(plan.callId), delta });
    return { type: "exited", outcome: { ...outcome, aggregated }, level };
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return { type: "notStarted", reason: error.message, durationMs: performance.now() - startedAt };
  }
}

function isDenied(run: Extract<Run, { type: "exited" }>, { confinement }: Approved<CommandPlan>): boolean {
  return confinement.type === "sandboxed" && looksDenied(run.outcome);
}

/** Ends the item of a command that did not run, or whose second run was not wanted. */
function finishUnrun(
  verdict: { readonly type: "refused"; readonly reason: string } | { readonly type: "declined" | "cancelled" },
  item: CommandExecutionItem,
  context: ToolContext,
  durationMs: number,
): ToolOutput {
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

function neverRan(item: CommandExecutionItem, reason: string, durationMs: number): CommandExecutionItem {
  return { ...item, status: "failed", aggregatedOutput: reason, exitCode: -1, durationMs: Math.round(durationMs) };
}

function finishRun(run: Run, item: CommandExecutionItem, plan: CommandPlan, context: ToolContext): ToolOutput {
  if (run.type === "notStarted") {
    const reason = `execution error: ${run.reason}`;
    context.items.complete(neverRan(item, reason, run.durationMs));
    return textOutput(reason);
  }
  const { outcome, level } = run;
  const interrupted = outcome.aborted || context.signal.aborted;
  context.items.complete({
    ...item,
    status: !interrupted && outcome.exitCode === 0 && outcome.tampered.length === 0 ? "completed" : "failed",
    aggregatedOutput: outcome.aggregated === "" ? null : outcome.aggregated,
    exitCode: interrupted ? -1 : outcome.exitCode,
    durationMs: Math.round(outcome.durationMs),
    sandbox: level,
  });
  if (interrupted) return textOutput(abortedCommandText(outcome.durationMs));
  return textOutput(report(outcome, plan, plan.format, context));
}

function report(outcome: ExitOutcome, plan: CommandPlan, format: CommandFormat, context: ToolContext): string {
  const { aggregated: text, exitCode, durationMs, timedOut } = outcome;
  const timedOutAfterMs = timedOut ? plan.timeoutMs : null;
  return formatCommand({ text, exitCode, durationMs, timedOutAfterMs }, format, context.truncation);
}
