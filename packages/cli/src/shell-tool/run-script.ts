import type { Policy } from "@heddle/execpolicy";
import {
  childEnvironment,
  createExpiration,
  hasNetwork,
  shellArgv,
  type Child,
  type Environment,
  type EnvironmentPolicy,
  type ExecExpiration,
  type Sandbox,
  type SandboxPolicy,
  type Shell,
  type SpawnSpec,
} from "@heddle/sandbox";
import { decideProgram, type WrappingBash } from "./decide-program.ts";
import { judgeScript } from "./judge-script.ts";
import type { Refusal } from "./permission.ts";
import type { Decided, ShellEnd, ShellOrder } from "./tool.ts";

/** What all scripts of a server have in common. */
export interface ScriptSurroundings {
  readonly rules: Policy;
  readonly sandbox: Sandbox;
  /** A Bash that lets each program be decided about; null where there is none. */
  readonly wrapping: WrappingBash | null;
  /** What runs scripts otherwise. */
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
  /** Asks a person about a command, until nobody waits for the answer any more. */
  ask(question: Question): Promise<Refusal>;
}

/** A command that a person decides about. */
export interface Question {
  readonly command: readonly string[];
  readonly workdir: string;
  readonly signal: AbortSignal;
}

const EXIT_DENIED = 1;

/**
 * Runs a script. With a Bash that asks about each program, what it starts is decided about then; else the script is before
 * it starts. While a person decides, the time limit stands still.
 * @returns a text when it turned out that it could not run: the reason.
 * @throws SandboxError when it cannot run, or not under its policy.
 */
export function runScript(surroundings: ScriptSurroundings, call: ScriptCall): Promise<ShellEnd | string> {
  const { wrapping } = surroundings;
  return wrapping === null ? runJudged(surroundings, call) : runWrapped(surroundings, { ...call, wrapping });
}

/** The time limit starts with the script, so that nothing that is asked counts. */
async function runJudged(surroundings: ScriptSurroundings, call: ScriptCall): Promise<ShellEnd | string> {
  const { order, policy, signal } = call;
  const argv = shellArgv(surroundings.shell, order.script, order);
  const verdict = judgeScript(surroundings.rules, argv, policy.type);
  const decided = verdict.plain ? "commands" : "script";
  if (verdict.type === "forbidden") return denied("Execution forbidden by policy", decided);
  for (const command of verdict.ask) {
    const refusal = await call.ask({ command, workdir: order.workdir, signal });
    if (refusal !== null) return denied(refusal, decided);
  }
  const effective: SandboxPolicy = verdict.outside ? { type: "danger-full-access" } : policy;
  const spec = scriptSpec(surroundings, call, effective);
  return scriptEnd(await surroundings.sandbox.spawn({ ...spec, argv }, expirationOf(call)), decided);
}

async function runWrapped(
  surroundings: ScriptSurroundings,
  call: ScriptCall & { readonly wrapping: WrappingBash },
): Promise<ShellEnd | string> {
  const { order, policy, signal, wrapping } = call;
  const spec = scriptSpec(surroundings, call, policy);
  const expiration = expirationOf(call);
  const argv = [wrapping.bash, order.login ? "-lc" : "-c", order.script];
  const child = await surroundings.sandbox.spawn(
    {
      ...spec,
      argv,
      escalation: {
        wrapper: wrapping.wrapper,
        decide: (request, deciding) =>
          decideProgram(request, {
            ...surroundings,
            ...call,
            startEnv: spec.env,
            async ask(command) {
              const resume = expiration.suspend();
              try {
                const { workdir } = request;
                return await call.ask({ command, workdir, signal: AbortSignal.any([signal, deciding.signal]) });
              } finally {
                resume();
              }
            },
          }),
      },
    },
    expiration,
  );
  return scriptEnd(child, "programs");
}

function expirationOf({ order: { timeoutMs }, signal }: ScriptCall): ExecExpiration {
  return createExpiration({ timeoutMs, signal });
}

function scriptSpec(
  { env, environmentPolicy }: ScriptSurroundings,
  { order, policy, sandboxCwd }: ScriptCall,
  effective: SandboxPolicy,
): Omit<SpawnSpec, "argv"> {
  const sandboxed = effective.type !== "danger-full-access";
  return {
    cwd: order.workdir,
    env: childEnvironment(env, environmentPolicy, { networkDisabled: !hasNetwork(policy), sandboxed }),
    policy: effective,
    sandboxCwd,
    onOutput: () => undefined, // only the outcome is read
  };
}

async function scriptEnd(child: Child, decided: Decided): Promise<ShellEnd | string> {
  const { exitCode, aggregated, durationMs, timedOut, setupFailure, tampered } = await child.exit;
  if (setupFailure !== null) return `the sandbox could not be set up, and the script did not run: ${setupFailure}`;
  const changed = `the script changed what is protected, which was put back where possible: ${tampered.join(", ")}\n`;
  const output = tampered.length === 0 ? aggregated : `${aggregated}${changed}`;
  return { exitCode, output, durationMs, timedOut, decided, ranIn: child.level };
}

function denied(reason: string, decided: Decided): ShellEnd {
  const output = `Execution denied: ${reason}\n`;
  return { exitCode: EXIT_DENIED, output, durationMs: 0, timedOut: false, decided, ranIn: "notRun" };
}
