import { readSandboxPolicy } from "../dialect.ts";
import { invalidRequest } from "@heddle/protocol";
import { resolve } from "node:path";
import { toRpcError } from "../errors.ts";
import { isGiven } from "../is-given.ts";
import type { Handler } from "./handler.ts";

/** Source: app-server spec, section 12. */
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * `command/exec`: runs one command beside all threads. What the sandbox refuses and what takes too long are results;
 * a command that could not run is an error. Commands of several requests run at the same time.
 */
export const execCommand: Handler<"command/exec"> = async ({ command, timeoutMs, cwd, sandboxPolicy }, call) => {
  const { engine, cwd: serverCwd, loadConfig } = call.session.host;
  if (command.length === 0) throw invalidRequest("command must not be empty");
  try {
    const config = await loadConfig({});
    return await engine.runCommand(
      {
        argv: command,
        cwd: resolve(serverCwd, cwd ?? "."),
        policy: isGiven(sandboxPolicy) ? readSandboxPolicy(sandboxPolicy) : config.sandboxPolicy,
        sandboxCwd: serverCwd,
        timeoutMs: isGiven(timeoutMs) && timeoutMs >= 0 ? timeoutMs : DEFAULT_TIMEOUT_MS,
      },
      { config, signal: call.signal },
    );
  } catch (error) {
    throw toRpcError(error, "running a command");
  }
};
