import { isKnownSafe } from "@heddle/execpolicy";
import { itemId, type CommandExecutionItem } from "@heddle/protocol";
import { createExpiration, looksDenied, SandboxError, type ExitOutcome, type SandboxLevel } from "@heddle/sandbox";
import type { Approved } from "../approvals/grant.ts";
import { launchedArgv, type CommandPlan } from "./command-plan.ts";
import { neverRan, runJudged, startedItem } from "./judged-command.ts";
import { abortedCommandText, formatCommand, textOutput, type CommandFormat, type ToolOutput } from "./output.ts";
import { tamperingNote, withNote } from "./tampering.ts";
import type { ToolContext } from "./tool.ts";

/** How one run of a command ended. */
type Run =
  | { readonly type: "exited"; readonly outcome: ExitOutcome; readonly level: SandboxLevel }
  /** It never ran: no such program, a bad folder, or no sandbox where one is required. */
  | { readonly type: "notStarted"; readonly reason: string; readonly durationMs: number };

/**
 * Serves a command call from plan to output; see `runJudged`. The command is run to its end.
 * @throws TurnInterrupted when the person cancels the turn.
 */
export async function runCommandCall(
  plan: CommandPlan,
  format: CommandFormat,
  context: ToolContext,
): Promise<ToolOutput> {
  const judged = await runJudged<Run>(
    plan,
    {
      processId: null,
      run: (approved) => runApproved(approved, context),
      isDenied: (run) => run.type === "exited" && looksDenied(run.outcome),
      outputOf: (run) => (run.type === "exited" ? run.outcome.aggregated : run.reason),
    },
    context,
  );
  return judged.type === "answered" ? judged.output : finishRun(judged.run, judged.item, { plan, format }, context);
}

/** Runs what a person has ordered, and shows it as an item like any command. */
export async function runOrderedCommand(
  approved: Approved<CommandPlan>,
  context: ToolContext,
): Promise<{ readonly exitCode: number; readonly durationMs: number; readonly output: string }> {
  const item = startedItem(approved.plan, null);
  context.items.start(item);
  const run = await runApproved(approved, context);
  showRun(run, item, context);
  if (run.type === "notStarted") return { exitCode: -1, durationMs: run.durationMs, output: run.reason };
  const { exitCode, durationMs, aggregated } = run.outcome;
  return { exitCode, durationMs, output: aggregated };
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
        argv: launchedArgv(plan),
        cwd: plan.cwd,
        env: context.childEnvironment({ sandboxed }),
        policy: sandboxed ? settings.sandboxPolicy : { type: "danger-full-access" },
        sandboxCwd: settings.cwd,
      },
      createExpiration({ timeoutMs: plan.timeoutMs, signal }),
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

function finishRun(
  run: Run,
  item: CommandExecutionItem,
  call: { readonly plan: CommandPlan; readonly format: CommandFormat },
  context: ToolContext,
): ToolOutput {
  showRun(run, item, context);
  if (run.type === "notStarted") return textOutput(executionError(run.reason));
  if (isInterrupted(run, context)) return textOutput(abortedCommandText(run.outcome.durationMs));
  const { exitCode, durationMs, timedOut, aggregated: text } = run.outcome;
  const timedOutAfterMs = timedOut ? call.plan.timeoutMs : null;
  return textOutput(formatCommand({ text, exitCode, durationMs, timedOutAfterMs }, call.format, context.truncation));
}

/** Completes the item of a command whose run is over. */
function showRun(run: Run, item: CommandExecutionItem, context: ToolContext): void {
  if (run.type === "notStarted") {
    context.items.complete(neverRan(item, executionError(run.reason), run.durationMs));
    return;
  }
  const { outcome, level } = run;
  const interrupted = isInterrupted(run, context);
  context.items.complete(endedItem(item, { outcome, level, interrupted, output: outcome.aggregated }));
}

function isInterrupted({ outcome }: Extract<Run, { type: "exited" }>, { signal }: ToolContext): boolean {
  return outcome.aborted || signal.aborted;
}

function executionError(reason: string): string {
  return `execution error: ${reason}`;
}

/** The item of a command that has ended. */
export function endedItem(
  item: CommandExecutionItem,
  end: {
    readonly outcome: ExitOutcome;
    readonly level: SandboxLevel;
    /** Whether somebody stopped it. */
    readonly interrupted: boolean;
    readonly output: string;
  },
): CommandExecutionItem {
  const { outcome, level: sandbox, interrupted, output } = end;
  return {
    ...item,
    status: !interrupted && outcome.exitCode === 0 && outcome.tampered.length === 0 ? "completed" : "failed",
    aggregatedOutput: output === "" ? null : output,
    exitCode: interrupted ? -1 : outcome.exitCode,
    durationMs: Math.round(outcome.durationMs),
    sandbox,
  };
}
