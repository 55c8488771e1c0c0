import { assertWithinManaged, ConfigError, type ResolvedConfig } from "@heddle/config";
import { createSandbox, namedShell, SandboxError } from "@heddle/sandbox";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { onceInitialized } from "../mcp-server/guarded-transport.ts";
import { createRawServer, elicit, inputEnd } from "../mcp-server/raw-server.ts";
import { loadPolicy } from "../policy/settings.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { sandboxSettings } from "../runtime/sandbox-settings.ts";
import { interruptOnSignals } from "../runtime/signals.ts";
import { findWrappingBash, type BashOptions } from "../shell-tool/find-bash.ts";
import { readPermission, toPermissionQuestion } from "../shell-tool/permission.ts";
import { runScript, type ScriptCall, type ScriptSurroundings } from "../shell-tool/run-script.ts";
import { withSandboxState, type SandboxState } from "../shell-tool/sandbox-state.ts";
import { readShellOrder, SHELL_TOOL, toShellResult, type ShellOrder } from "../shell-tool/tool.ts";

const UNASKED = "approval is needed, and this host cannot be asked (it has no elicitation capability)";

const EXIT_USAGE = 2;

export interface ShellToolOptions extends BashOptions {
  /** `-c key=value` as given. */
  readonly overrides: readonly string[];
}

/**
 * `heddle shell-tool-mcp`: serves an MCP host over stdin and stdout until the input ends or a signal comes. Its one tool
 * runs shell scripts in the sandbox of the host's thread; rules and the person decide about their commands before they
 * start, or about each program when it does. Source: MCP spec, section D.
 * @returns the exit code: 0, or 2 when the Bash that was named cannot be used.
 * @throws ConfigError, EngineError `rules` when configuration or rules cannot be read: nothing is served then.
 */
export async function runShellToolMcp(context: ProcessContext, options: ShellToolOptions): Promise<number> {
  const warn = (message: string): void => void process.stderr.write(`heddle: ${message}\n`);
  const {
    home,
    env,
    config,
    policy: rules,
  } = await loadPolicy(context, {
    ruleFiles: null,
    overrides: options.overrides,
  });
  for (const { message } of config.warnings) warn(`warning: ${message}`);
  const wrapping = await findWrappingBash(options, { cwd: context.cwd, env, home });
  if (typeof wrapping === "string") {
    process.stderr.write(`error: ${wrapping}\n`);
    return EXIT_USAGE;
  }
  const sandbox = createSandbox({ env, ...sandboxSettings(home, config) });
  const shell = namedShell("bash", { env, passwdShell: context.passwdShell });
  const surroundings = { rules, sandbox, wrapping, shell, env, environmentPolicy: config.shellEnvironmentPolicy };

  const host: { state: SandboxState | null; elicits: boolean } = { state: null, elicits: false };
  const server = createRawServer(
    { name: "heddle-shell-tool", title: "Heddle shell", version: context.version },
    { tools: {}, experimental: { "codex/sandbox-state": { version: "1.0.0" } } },
    ({ message }) => warn(message),
  );
  server.setRequestHandler("tools/list", () => ({ tools: [SHELL_TOOL] }));
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq: { signal } }) => {
    const order = readShellOrder(params.name, params.arguments);
    if (typeof order === "string") return failed(order);
    const ask: ScriptCall["ask"] = async ({ command, workdir, signal: waiting }) => {
      if (!host.elicits) return UNASKED;
      try {
        return readPermission(await elicit(server, toPermissionQuestion(command, workdir), waiting));
      } catch (error) {
        if (waiting.aborted) throw error;
        return `the host could not ask: ${error instanceof Error ? error.message : String(error)}`;
      }
    };
    return serveCall({ order, state: host.state, signal, ask }, surroundings, config);
  });

  const told = withSandboxState(new StdioServerTransport(), (state) => {
    host.state = state;
  });
  const transport = onceInitialized(told, ({ elicits }) => {
    host.elicits = elicits;
  });
  const signals = interruptOnSignals();
  const ended = inputEnd(signals.interrupt);
  await server.connect(transport);
  await ended;
  await server.close();
  await sandbox.close();
  signals.release();
  process.stdin.destroy(); // after a signal the input is still open and would keep the process
  return 0;
}

interface ServedCall extends Pick<ScriptCall, "signal" | "ask"> {
  readonly order: ShellOrder;
  readonly state: SandboxState | null;
}

async function serveCall(
  { order, state, signal, ask }: ServedCall,
  surroundings: ScriptSurroundings,
  { managed }: ResolvedConfig,
): Promise<CallToolResult> {
  if (state?.type === "unreadable") {
    return failed(`the host's sandbox state cannot be read, so nothing runs until it sends another: ${state.reason}`);
  }
  const { policy, sandboxCwd } = state ?? { policy: { type: "read-only" } as const, sandboxCwd: order.workdir };
  try {
    assertWithinManaged(managed, { sandboxMode: policy.type });
    const end = await runScript(surroundings, { order, policy, sandboxCwd, signal, ask });
    return typeof end === "string" ? failed(end) : toShellResult(end);
  } catch (error) {
    if (error instanceof SandboxError || error instanceof ConfigError) return failed(error.message);
    throw error;
  }
}

function failed(reason: string): CallToolResult {
  return { content: [{ type: "text", text: reason }], isError: true };
}
