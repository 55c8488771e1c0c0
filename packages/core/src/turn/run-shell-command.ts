import { callId } from "@heddle/protocol";
import { shellArgv } from "@heddle/sandbox";
import { approveClientCommand } from "../approvals/client-command.ts";
import { shellCommandRecord } from "../context/shell-command-record.ts";
import type { TurnOutcome } from "../thread/events.ts";
import { runOrderedCommand } from "../tools/run-command.ts";
import { toTurnError } from "./errors.ts";
import type { TurnScope } from "./scope.ts";

/** A script that the user runs in their own shell. */
export interface ShellCommand {
  readonly script: string;
  readonly timeoutMs: number;
}

/** Source: engine spec, section 18. */
export const SHELL_COMMAND_TIMEOUT_MS = 60 * 60 * 1000;

/**
 * A turn that runs what the user has typed, outside the sandbox: their own word is the approval. The model is not
 * asked; its history gets a record of it. Never rejects: a failure is an outcome.
 */
export async function runShellCommand({ script, timeoutMs }: ShellCommand, scope: TurnScope): Promise<TurnOutcome> {
  const { toolContext, settings, config, signal, turnId, emit } = scope;
  try {
    const plan = {
      callId: callId(scope.newId()),
      toolName: "user_shell",
      snapshot: null,
      argv: shellArgv(toolContext.shell, script, { login: true }),
      cwd: settings.cwd,
      timeoutMs,
      escalated: false,
      justification: null,
      policy: { type: "danger-full-access" as const },
    };
    const run = await runOrderedCommand(approveClientCommand(plan, config.managed), toolContext);
    const result = signal.aborted ? { ...run, exitCode: -1, output: "command aborted by user" } : run;
    const text = shellCommandRecord(script, result, toolContext.truncation);
    scope.record({ type: "message", role: "user", content: [{ type: "input_text", text }] });
    return { status: signal.aborted ? "interrupted" : "completed" };
  } catch (error) {
    if (signal.aborted) return { status: "interrupted" };
    const turnError = toTurnError(error);
    emit({ type: "turnFailed", turnId, error: turnError });
    return { status: "failed", error: turnError };
  }
}
