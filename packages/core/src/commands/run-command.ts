import type { ResolvedConfig } from "@heddle/config";
import { childEnvironment, hasNetwork, SandboxError, type Sandbox, type SandboxPolicy } from "@heddle/sandbox";
import { approveClientCommand } from "../approvals/client-command.ts";
import type { Approved } from "../approvals/grant.ts";
import { EngineError } from "../engine-error.ts";
import { tamperingNote, withNote } from "../tools/tampering.ts";

/** A command that a client runs beside all threads. */
export interface ClientCommand {
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly policy: SandboxPolicy;
  /** The root of `workspace-write`, whatever the command's own `cwd` is. Absolute. */
  readonly sandboxCwd: string;
  readonly timeoutMs: number;
}

/** How it ended. */
export interface ClientCommandResult {
  /** The command's own; 124 after its time limit, with what it had written until then. */
  readonly exitCode: number;
  /** Of each stream the first and the last MiB. */
  readonly stdout: string;
  readonly stderr: string;
}

/** What running one takes from the engine, and from whoever waits for it. */
export interface CommandSurroundings {
  readonly sandbox: Sandbox;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What decides about the command's environment and bounds its policy. */
  readonly config: ResolvedConfig;
  /** Ends the command. */
  readonly signal: AbortSignal;
}

/**
 * Runs a command with nothing to read, under its policy or not at all. What the sandbox refuses is the command's own
 * failure.
 * @throws EngineError `commandNotRun` when it never ran, `commandKilled` when a signal from elsewhere ended it.
 * @throws ConfigError when its policy is looser than an administrator allows.
 */
export async function runClientCommand(
  command: ClientCommand,
  surroundings: CommandSurroundings,
): Promise<ClientCommandResult> {
  return run(approveClientCommand(command, surroundings.config.managed), surroundings);
}

/** Takes an approved command and nothing else. */
async function run(
  { plan, confinement }: Approved<ClientCommand>,
  { sandbox, env, config, signal }: CommandSurroundings,
): Promise<ClientCommandResult> {
  const { argv, cwd, policy, sandboxCwd, timeoutMs } = plan;
  const sandboxed = confinement.type === "sandboxed";
  const networkDisabled = !hasNetwork(policy);
  try {
    await using child = await sandbox.spawn(
      {
        argv,
        cwd,
        env: childEnvironment(env, config.shellEnvironmentPolicy, { networkDisabled, sandboxed }),
        policy: sandboxed ? policy : { type: "danger-full-access" },
        sandboxCwd,
        deadlineMs: timeoutMs,
      },
      { signal },
    );
    const outcome = await child.exit;
    const { exitCode, stdout, stderr, timedOut, aborted, signal: killedBy, setupFailure } = outcome;
    if (setupFailure !== null) {
      throw new EngineError({ kind: "commandNotRun", reason: `the sandbox could not be set up: ${setupFailure}` });
    }
    if (killedBy !== null && !timedOut && !aborted) throw new EngineError({ kind: "commandKilled", signal: killedBy });
    return { exitCode, stdout, stderr: withNote(stderr, tamperingNote(outcome)) };
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    throw new EngineError({ kind: "commandNotRun", reason: error.message }, { cause: error });
  }
}
