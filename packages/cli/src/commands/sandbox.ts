import { loadConfig, readDotEnv, resolveHome, type ResolvedConfig, type SandboxMode } from "@heddle/config";
import { childEnvironment, createSandbox, hasNetwork, type Sandbox } from "@heddle/sandbox";
import { resolve } from "node:path";
import type { ProcessContext } from "../runtime/process.ts";
import { sandboxSettings } from "../runtime/sandbox-settings.ts";
import { describeRungs, toProbeReport } from "../sandbox/probe-report.ts";
import { EXIT_NO_SANDBOX, runConfined } from "../sandbox/run-confined.ts";

/** What the arguments of `heddle sandbox` say. Null and empty: the configuration decides. */
export interface SandboxRequest {
  readonly mode: SandboxMode | null;
  readonly addDirs: readonly string[];
  readonly network: boolean;
  readonly cwd: string | null;
  /** `-c key=value`. */
  readonly overrides: readonly string[];
}

const EXIT_USAGE = 2;

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
  const environment = { networkDisabled: !hasNetwork(policy), sandboxed: policy.type !== "danger-full-access" };
  return await runConfined(sandbox, {
    argv,
    cwd,
    env: childEnvironment(env, config.shellEnvironmentPolicy, environment),
    policy,
    sandboxCwd: cwd,
  });
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

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
