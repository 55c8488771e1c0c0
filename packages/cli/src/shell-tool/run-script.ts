import type { Policy } from "@heddle/execpolicy";
import {
  childEnvironment,
  hasNetwork,
  shellArgv,
  type Environment,
  type EnvironmentPolicy,
  type Sandbox,
  type SandboxPolicy,
  type Shell,
} from "@heddle/sandbox";
import { judgeScript } from "./judge-script.ts";
import type { Refusal } from "./permission.ts";
import type { ShellEnd, ShellOrder } from "./tool.ts";

/** What all scripts of a server have in common. */
export interface ScriptSurroundings {
  readonly rules: Policy;
  readonly sandbox: Sandbox;
  readonly shell: Shell;
  readonly env: Environment;
  readonly environmentPolicy: EnvironmentPolicy;
}

/** A script to run, and under which sandbox. */
export interface ScriptCall {
  readonly order: ShellOrder;
  readonly policy: SandboxPolicy;
  /** The folder of the host's thread. */
  readonly sandboxCwd: string;
  /** Ends the script and what is asked about it. */
  readonly signal: AbortSignal;
  /** Asks a person about a command. */
  ask(command: readonly string[]): Promise<Refusal>;
}

const EXIT_DENIED = 1;

/**
 * Decides about a script, asks where a person decides, and runs it. The time limit starts with the script, so that
 * nothing that is asked counts.
 * @returns a text when it turned out that it could not run: the reason.
 * @throws SandboxError when it cannot run, or not under its policy.
 */
export async function runScript(surroundings: ScriptSurroundings, call: ScriptCall): Promise<ShellEnd | string> {
  const { rules, sandbox, shell, env, environmentPolicy } = surroundings;
  const { order, policy, sandboxCwd, signal } = call;
  const argv = shellArgv(shell, order.script, order);
  const verdict = judgeScript(rules, argv, policy.type);
  if (verdict.type === "forbidden") return denied("Execution forbidden by policy", verdict.plain);
  for (const command of verdict.ask) {
    const refusal = await call.ask(command);
    if (refusal !== null) return denied(refusal, verdict.plain);
  }
  const effective: SandboxPolicy = verdict.outside ? { type: "danger-full-access" } : policy;
  const sandboxed = effective.type !== "danger-full-access";
  const child = await sandbox.spawn(
    {
      argv,
      cwd: order.workdir,
      env: childEnvironment(env, environmentPolicy, { networkDisabled: !hasNetwork(policy), sandboxed }),
      policy: effective,
      sandboxCwd,
      deadlineMs: order.timeoutMs,
      onOutput: () => undefined, // only the outcome is read
    },
    { signal },
  );
  const { exitCode, aggregated, durationMs, timedOut, setupFailure, tampered } = await child.exit;
  if (setupFailure !== null) return `the sandbox could not be set up, and the script did not run: ${setupFailure}`;
  const changed = `the script changed what is protected, which was put back where possible: ${tampered.join(", ")}\n`;
  const output = tampered.length === 0 ? aggregated : `${aggregated}${changed}`;
  return { exitCode, output, durationMs, timedOut, plain: verdict.plain, ranIn: child.level };
}

function denied(reason: string, plain: boolean): ShellEnd {
  const output = `Execution denied: ${reason}\n`;
  return { exitCode: EXIT_DENIED, output, durationMs: 0, timedOut: false, plain, ranIn: "notRun" };
}
