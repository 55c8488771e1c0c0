import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Transport } from "@heddle/protocol";
import { ClientError } from "./client-error.ts";
import { streamTransport } from "./stream-transport.ts";

export interface ChildOptions {
  readonly command: string;
  readonly args?: readonly string[];
  /** The whole environment of the child; default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Where the server's log goes; default: with that of this process. */
  readonly stderr?: "inherit" | "ignore";
  /** How long `close` waits for the server to end by itself before it is killed. */
  readonly closeTimeoutMs?: number;
  /** Told of each line of the server that is no message and was dropped. */
  readonly onMalformed?: (line: string) => void;
}

const CLOSE_TIMEOUT_MS = 5_000;
/** A process that the server left behind may hold its output open; nothing that matters comes after this. */
const LAST_OUTPUT_MS = 500;

type ServerProcess = ChildProcessByStdio<Writable, Readable, null>;

/**
 * Starts an app server as a child and talks to it over its stdin and stdout. `close` ends its input, on which it exits.
 * @throws ClientError `notStarted`.
 */
export async function childTransport(options: ChildOptions): Promise<Transport> {
  const { command, args = [], env, cwd, stderr = "inherit", closeTimeoutMs = CLOSE_TIMEOUT_MS, onMalformed } = options;
  const child: ServerProcess = spawn(command, args, {
    stdio: ["pipe", "pipe", stderr],
    ...(env !== undefined && { env }),
    ...(cwd !== undefined && { cwd }),
  });
  try {
    await once(child, "spawn");
  } catch (cause) {
    throw new ClientError({ kind: "notStarted", command: [command, ...args].join(" ") }, { cause });
  }
  const closed = new Promise((resolve) => child.once("close", resolve));
  const transport = streamTransport({
    input: child.stdout,
    output: child.stdin,
    close: () => endChild(child, closed, closeTimeoutMs),
    onMalformed,
  });
  child.on("error", (error) => transport.end(`the app server failed: ${error.message}`));
  child.once("exit", () => setTimeout(() => child.stdout.destroy(), LAST_OUTPUT_MS).unref());
  child.once("close", (code, signal) => transport.end(describeExit(code, signal)));
  return transport;
}

async function endChild(child: ServerProcess, closed: Promise<unknown>, timeoutMs: number): Promise<void> {
  child.stdin.end();
  const deadline = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  await closed;
  clearTimeout(deadline);
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `the app server exited with code ${code}` : `the app server was ended by ${signal}`;
}
