import { assertWithinManaged, loadConfig, readDotEnv, resolveHome } from "@heddle/config";
import { decode, fromLegacySandboxPolicy, LegacySandboxPolicySchema } from "@heddle/protocol";
import { createSandbox, hasNetwork, type SandboxPolicy } from "@heddle/sandbox";
import { isAbsolute } from "node:path";
import type { ProcessContext } from "../runtime/process.ts";
import { sandboxSettings } from "../runtime/sandbox-settings.ts";
import { runConfined } from "../sandbox/run-confined.ts";

const EXIT_USAGE = 2;

/**
 * `codex-linux-sandbox --sandbox-policy-cwd DIR --sandbox-policy JSON -- CMD...`: runs a command under the policy of a
 * thread, for MCP servers that are told of it. Its environment is that of the caller. Source: MCP spec, section A6; sandbox
 * spec, section 2.
 * @returns the exit code, as that of `heddle sandbox`; 2 for arguments that cannot be read.
 * @throws ConfigError when the configuration cannot be read, or an administrator does not allow the policy.
 */
export async function runLinuxSandbox(context: ProcessContext, args: readonly string[]): Promise<number> {
  const order = readArguments(args);
  if (typeof order === "string") {
    process.stderr.write(`error: ${order}\n`);
    return EXIT_USAGE;
  }
  const { argv, policy, sandboxCwd } = order;
  const home = resolveHome(context.env, context.userHome);
  const env = { ...readDotEnv(home), ...context.env };
  const config = await loadConfig({ home, cwd: context.cwd, env, overrides: [] });
  assertWithinManaged(config.managed, { sandboxMode: policy.type });
  const sandbox = createSandbox({ env, ...sandboxSettings(home, config) });
  try {
    const given = Object.entries(context.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const commandEnv = {
      ...Object.fromEntries(given),
      ...(hasNetwork(policy) ? {} : { CODEX_SANDBOX_NETWORK_DISABLED: "1" }),
    };
    return await runConfined(sandbox, { argv, cwd: context.cwd, env: commandEnv, policy, sandboxCwd });
  } finally {
    await sandbox.close();
  }
}

interface SandboxOrder {
  readonly argv: readonly string[];
  readonly policy: SandboxPolicy;
  readonly sandboxCwd: string;
}

/** A text: what is wrong with them. */
function readArguments(args: readonly string[]): SandboxOrder | string {
  const end = args.indexOf("--");
  const [options, argv] = end === -1 ? [args, []] : [args.slice(0, end), args.slice(end + 1)];
  const values = new Map<string, string>();
  for (let at = 0; at < options.length; at += 2) values.set(options[at] ?? "", options[at + 1] ?? "");
  const sandboxCwd = values.get("--sandbox-policy-cwd");
  const policy = readPolicy(values.get("--sandbox-policy") ?? "");
  const unknown = [...values.keys()].find((name) => name !== "--sandbox-policy-cwd" && name !== "--sandbox-policy");
  if (unknown !== undefined) return `unknown option ${unknown}`;
  if (sandboxCwd === undefined || !isAbsolute(sandboxCwd)) return "--sandbox-policy-cwd takes an absolute path";
  if (typeof policy === "string") return `--sandbox-policy cannot be read: ${policy}`;
  if (argv.length === 0) return "the command is missing; it stands behind `--`";
  return { argv, policy, sandboxCwd };
}

function readPolicy(text: string): SandboxPolicy | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const decoded = decode(LegacySandboxPolicySchema, value);
  return decoded.ok ? fromLegacySandboxPolicy(decoded.value) : decoded.reason;
}
