import { capOutput, type ClientCommand, type ClientCommandOptions, type OutputPiece } from "@heddle/core";
import { invalidRequest, type CommandExecTerminalSize, type ParamsOf } from "@heddle/protocol";
import { resolve } from "node:path";
import { readSandboxPolicy } from "../dialect.ts";
import { toRpcError } from "../errors.ts";
import { isGiven } from "../is-given.ts";
import type { Session } from "../session.ts";
import type { Call, Handler } from "./handler.ts";
import { modeOfProfile } from "./permission-profiles.ts";

/** Source: app-server spec, section 12. */
const DEFAULT_TIMEOUT_MS = 10_000;
/** Of each stream, where the client names no other. */
const DEFAULT_OUTPUT_CAP_BYTES = 1024 * 1024;
const DEFAULT_SIZE = { rows: 24, cols: 80 };

type Params = ParamsOf<"command/exec">;

/**
 * `command/exec`: runs one command beside all threads. What the sandbox refuses and what takes too long are results;
 * a command that could not run is an error. Commands of several requests run at the same time.
 */
export const execCommand: Handler<"command/exec"> = async (params, call) => {
  const { session, signal } = call;
  const problem = problemWith(params);
  if (problem !== null) throw invalidRequest(problem);
  const { processId } = params;
  const name = isGiven(processId) ? session.commands.claim(processId) : null;
  try {
    const { config, command } = await readCommand(params, session);
    const streamed = params.tty === true || params.streamStdoutStderr === true;
    const cap = capBytes(params);
    const output: Pick<ClientCommandOptions, "onOutput"> =
      streamed && isGiven(processId) ? { onOutput: capOutput(cap, tellOutput(processId, call)) } : {};
    const onStarted: ClientCommandOptions["onStarted"] = (running) => name?.started(running);
    const result = await session.host.engine.runCommand(command, { config, signal, onStarted, ...output });
    return { ...result, stdout: firstBytes(result.stdout, cap), stderr: firstBytes(result.stderr, cap) };
  } catch (error) {
    throw toRpcError(error, "running a command");
  } finally {
    name?.release();
  }
};

/** `command/exec/write`: answered once the bytes are with the command. */
export const writeToCommand: Handler<"command/exec/write"> = async (params, { session }) => {
  const { processId, deltaBase64, closeStdin = false } = params;
  if (!isGiven(deltaBase64) && !closeStdin) throw invalidRequest("nothing to do: give `deltaBase64` or `closeStdin`");
  const bytes = isGiven(deltaBase64) ? Buffer.from(deltaBase64, "base64") : Buffer.alloc(0);
  if (isGiven(deltaBase64) && !isBase64(deltaBase64)) throw invalidRequest("`deltaBase64` is not base64");
  const running = session.commands.get(processId);
  if (!running.takesInput) {
    throw invalidRequest(`the command \`${processId}\` takes no input: start it with \`streamStdin\` or \`tty\``);
  }
  if (bytes.length > 0 && !(await running.write(bytes))) {
    throw invalidRequest(`the command \`${processId}\` does not read what was written before, or has ended`);
  }
  if (closeStdin) running.endInput();
  return {};
};

/** `command/exec/resize` */
export const resizeCommand: Handler<"command/exec/resize"> = ({ processId, size }, { session }) => {
  const running = session.commands.get(processId);
  if (!running.hasTerminal) throw invalidRequest(`the command \`${processId}\` has no terminal`);
  if (!isSize(size)) throw invalidRequest(SIZE_PROBLEM);
  running.resize({ rows: size.rows, columns: size.cols });
  return {};
};

/** `command/exec/terminate`: the answer to `command/exec` follows once everything has ended. */
export const terminateCommand: Handler<"command/exec/terminate"> = ({ processId }, { session }) => {
  session.commands.get(processId).terminate();
  return {};
};

const SIZE_PROBLEM = "`size` needs at least one row and one column";

/** What is wrong with an order, null when it can be carried out. */
function problemWith(params: Params): string | null {
  const { command, processId, tty, size, streamStdin, streamStdoutStderr } = params;
  if (command.length === 0) return "command must not be empty";
  if (!isGiven(processId) && (tty === true || streamStdin === true || streamStdoutStderr === true)) {
    return "`tty`, `streamStdin` and `streamStdoutStderr` need a `processId`";
  }
  if (isGiven(size) && tty !== true) return "`size` needs `tty`";
  if (isGiven(size) && !isSize(size)) return SIZE_PROBLEM;
  if (params.disableTimeout === true && isGiven(params.timeoutMs)) {
    return "`timeoutMs` and `disableTimeout` exclude each other";
  }
  if (params.disableOutputCap === true && isGiven(params.outputBytesCap)) {
    return "`outputBytesCap` and `disableOutputCap` exclude each other";
  }
  if (isGiven(params.permissionProfile) && isGiven(params.sandboxPolicy)) {
    return "`permissionProfile` and `sandboxPolicy` exclude each other";
  }
  return null;
}

async function readCommand(params: Params, session: Session) {
  const { command, timeoutMs, cwd, sandboxPolicy, permissionProfile, env } = params;
  const { cwd: serverCwd, loadConfig } = session.host;
  const config = await loadConfig(isGiven(permissionProfile) ? { sandbox: modeOfProfile(permissionProfile) } : {});
  const limited = isGiven(timeoutMs) && timeoutMs >= 0 ? timeoutMs : DEFAULT_TIMEOUT_MS;
  const order: ClientCommand = {
    argv: command,
    cwd: resolve(serverCwd, cwd ?? "."),
    policy: isGiven(sandboxPolicy) ? readSandboxPolicy(sandboxPolicy) : config.sandboxPolicy,
    sandboxCwd: serverCwd,
    timeoutMs: params.disableTimeout === true ? null : limited,
    ...(isGiven(env) ? { env } : {}),
    input: inputOf(params),
  };
  return { config, command: order };
}

function inputOf({ tty, size, streamStdin }: Params): NonNullable<ClientCommand["input"]> {
  if (tty === true) {
    const { rows, cols } = size ?? DEFAULT_SIZE;
    return { rows, columns: cols };
  }
  return streamStdin === true ? "pipe" : "none";
}

function capBytes({ disableOutputCap, outputBytesCap, tty, streamStdoutStderr }: Params): number {
  if (isGiven(outputBytesCap)) return outputBytesCap;
  const streamed = tty === true || streamStdoutStderr === true;
  // What is kept for the answer has a bound of its own.
  return disableOutputCap === true || !streamed ? Infinity : DEFAULT_OUTPUT_CAP_BYTES;
}

/** The client sets the pace: a command waits for one that reads slowly. */
function tellOutput(processId: string, { session }: Call): (piece: OutputPiece) => Promise<void> {
  return ({ stream, bytes, capReached }) => {
    const deltaBase64 = Buffer.from(bytes).toString("base64");
    session.notify({ method: "command/exec/outputDelta", params: { processId, stream, deltaBase64, capReached } });
    return session.peer.drained();
  };
}

/** Cut at a character. */
function firstBytes(text: string, count: number): string {
  if (text.length * 3 <= count) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= count) return text;
  let end = count;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}

function isSize({ rows, cols }: CommandExecTerminalSize): boolean {
  return rows > 0 && cols > 0;
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0;
}
