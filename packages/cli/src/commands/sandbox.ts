import { loadConfig, readDotEnv, resolveHome, type ResolvedConfig, type SandboxMode } from "@heddle/config";
import {
  childEnvironment,
  createExpiration,
  createSandbox,
  hasNetwork,
  SandboxError,
  type ExitOutcome,
  type Sandbox,
} from "@heddle/sandbox";
import { resolve } from "node:path";
import type { ProcessContext } from "../runtime/process.ts";
import { sandboxSettings } from "../runtime/sandbox-settings.ts";
import { describeRungs, toProbeReport } from "../sandbox/probe-report.ts";
import { forwardSignals } from "../sandbox/signal-command.ts";

/** What the arguments of `heddle sandbox` say. Null and empty: the configuration decides. */
export interface SandboxRequest {
  readonly mode: SandboxMode | null;
  readonly addDirs: readonly string[];
  readonly network: boolean;
  readonly cwd: string | null;
  /** `-c key=value`. */
  readonly overrides: readonly string[];
}

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_NO_SANDBOX = 70;
// As `env` and the shells have it.
const EXIT_NOT_EXECUTABLE = 126;
const EXIT_NOT_FOUND = 127;

/**
 * `heddle sandbox -- CMD`: runs a command under a policy, with our own streams and terminal. Nothing is asked.
 * @returns the exit code of the command, 128 + n when signal n ended it; 70 when its policy cannot be enforced here, 126
 *   or 127 when it cannot be run or is not there, 2 when the options make no policy.
 */
export async function runSandboxCommand(
  context: ProcessContext,
  request: SandboxRequest,
  argv: readonly string[],
): Promise<number> {
  await using opened = await openSandbox(context, request);
  const { config, sandbox, env, cwd } = opened;
  const policy = config.sandboxPolicy;
  if (
    policy.type !== "workspace-write" &&
    (request.network || (request.addDirs.length > 0 && policy.type === "read-only"))
  ) {
    const option = request.network ? "--network" : "--add-dir";
    tell(`error: ${option} widens workspace-write, and the policy here is ${policy.type}: add -s workspace-write`);
    return EXIT_USAGE;
  }
  const sandboxed = policy.type !== "danger-full-access";
  const networkDisabled = !hasNetwork(policy);
  const signals = forwardSignals();
  try {
    const probe = sandboxed ? await sandbox.probe() : null;
    if (probe?.rung === "helper") {
      tell(
        `heddle: the sandbox is reduced here (${probe.cause}); \`heddle sandbox --probe\` tells what it does not protect`,
      );
    }
    const child = await sandbox.spawn(
      {
        argv,
        cwd,
        env: childEnvironment(env, config.shellEnvironmentPolicy, { networkDisabled, sandboxed }),
        policy,
        sandboxCwd: cwd,
        stdin: "inherit",
        output: "inherit",
      },
      createExpiration({}),
    );
    signals.attach(child, probe?.rung ?? "none");
    const outcome = await child.exit;
    return signals.exitCode() ?? finish(outcome);
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    tell(`Error: ${error.message}`);
    return exitCodeOf(error);
  } finally {
    signals.release();
  }
}

/** `heddle sandbox --probe`: what can be enforced here, and how to get more. 70 when nothing can. */
export async function probeSandboxes(
  context: ProcessContext,
  { json, overrides }: { readonly json: boolean; readonly overrides: readonly string[] },
): Promise<number> {
  const request = { mode: null, addDirs: [], network: false, cwd: null, overrides };
  await using opened = await openSandbox(context, request);
  const { sandbox } = opened;
  const report = toProbeReport(await sandbox.probe(), await sandbox.examine());
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : describeRungs(report));
  return report.chosen === null ? EXIT_NO_SANDBOX : 0;
}

interface OpenedSandbox extends AsyncDisposable {
  readonly config: ResolvedConfig;
  readonly sandbox: Sandbox;
  readonly env: ProcessContext["env"];
  /** Absolute. */
  readonly cwd: string;
}

/** @throws ConfigError when the configuration cannot be read, or an administrator does not allow the policy. */
async function openSandbox(context: ProcessContext, request: SandboxRequest): Promise<OpenedSandbox> {
  const home = resolveHome(context.env, context.userHome);
  const env = { ...readDotEnv(home), ...context.env };
  const cwd = resolve(context.cwd, request.cwd ?? ".");
  const { mode, addDirs, network, overrides } = request;
  const config = await loadConfig({
    home,
    cwd,
    env,
    overrides: [...overrides, ...(network ? ["sandbox_workspace_write.network_access=true"] : [])],
    flags: {
      ...(mode === null ? {} : { sandboxMode: mode }),
      // Named by the person, who stands in `context.cwd`.
      addDirs: addDirs.map((dir) => resolve(context.cwd, dir)),
    },
  });
  for (const { message } of config.warnings) tell(`warning: ${message}`);
  const sandbox = createSandbox({ env, ...sandboxSettings(home, config) });
  return { config, sandbox, env, cwd, [Symbol.asyncDispose]: () => sandbox.close() };
}

function finish({ setupFailure, tampered, exitCode }: ExitOutcome): number {
  if (setupFailure !== null) {
    tell(`Error: the sandbox could not be set up, and the command did not run: ${setupFailure}`);
    return EXIT_NO_SANDBOX;
  }
  if (tampered.length > 0) {
    tell(`heddle: the command changed what is protected, which was put back where possible: ${tampered.join(", ")}`);
  }
  return exitCode;
}

function exitCodeOf({ failure }: SandboxError): number {
  switch (failure.kind) {
    case "unavailable":
    case "unenforceable":
      return EXIT_NO_SANDBOX;
    case "spawnFailed":
      return failure.code === "ENOENT" ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
    case "aborted":
    case "closed":
      return EXIT_FAILED;
  }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
