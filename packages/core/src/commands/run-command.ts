import type { ResolvedConfig } from "@heddle/config";
import {
  createExpiration,
  childEnvironment,
  hasNetwork,
  SandboxError,
  type OutputListener,
  type Sandbox,
  type SandboxPolicy,
  type SpawnSpec,
  type TerminalSize,
} from "@heddle/sandbox";
import { approveClientCommand } from "../approvals/client-command.ts";
import type { Approved } from "../approvals/grant.ts";
import { EngineError } from "../engine-error.ts";
import { tamperingNote, withNote } from "../tools/tampering.ts";
import { toRunningCommand, type RunningCommand } from "./running-command.ts";

/** A command that a client runs beside all threads. */
export interface ClientCommand {
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly policy: SandboxPolicy;
  /** The root of `workspace-write`, whatever the command's own `cwd` is. Absolute. */
  readonly sandboxCwd: string;
  /** Null: it may run for ever. */
  readonly timeoutMs: number | null;
  /** Variables on top of those that the configuration gives a command; null: without this one. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** What it reads: nothing, what is written to it, or what is typed at a terminal of this size. Default: nothing. */
  readonly input?: "none" | "pipe" | TerminalSize;
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
  /** Hears the output, which is not in the result then. */
  readonly onOutput?: OutputListener;
  /** Called once the command runs. */
  readonly onStarted?: (running: RunningCommand) => void;
}

/**
 * Runs a command under its policy or not at all. What the sandbox refuses is the command's own
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
  { sandbox, env, config, signal, onOutput, onStarted }: CommandSurroundings,
): Promise<ClientCommandResult> {
  const { argv, cwd, policy, sandboxCwd, timeoutMs } = plan;
  const { input = "none" } = plan;
  const sandboxed = confinement.type === "sandboxed";
  const networkDisabled = !hasNetwork(policy);
  try {
    await using child = await sandbox.spawn(
      {
        argv,
        cwd,
        env: withOverrides(
          childEnvironment(env, config.shellEnvironmentPolicy, { networkDisabled, sandboxed }),
          plan.env ?? {},
        ),
        policy: sandboxed ? policy : { type: "danger-full-access" },
        sandboxCwd,
        ...streamsOf(input),
        ...(onOutput === undefined ? {} : { onOutput }),
      },
      createExpiration({ timeoutMs, signal }),
    );
    let terminated = false;
    onStarted?.(
      toRunningCommand(child, () => {
        terminated = true;
        child.kill();
      }),
    );
    const outcome = await child.exit;
    const { exitCode, stdout, stderr, timedOut, aborted, signal: killedBy, setupFailure } = outcome;
    if (setupFailure !== null) {
      throw new EngineError({ kind: "commandNotRun", reason: `the sandbox could not be set up: ${setupFailure}` });
    }
    const isOurs = timedOut || aborted || terminated;
    if (killedBy !== null && !isOurs) throw new EngineError({ kind: "commandKilled", signal: killedBy });
    if (onOutput !== undefined) return { exitCode, stdout: "", stderr: tamperingNote(outcome) };
    return { exitCode, stdout, stderr: withNote(stderr, tamperingNote(outcome)) };
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    throw new EngineError({ kind: "commandNotRun", reason: error.message }, { cause: error });
  }
}

function streamsOf(input: NonNullable<ClientCommand["input"]>): Pick<SpawnSpec, "stdin" | "terminal"> {
  if (input === "none") return {};
  return input === "pipe" ? { stdin: "pipe" } : { terminal: input };
}

function withOverrides(
  env: Readonly<Record<string, string>>,
  overrides: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !(name in overrides));
  const given = Object.entries(overrides).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries([...kept, ...given]);
}
