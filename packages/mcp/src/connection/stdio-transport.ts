import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { spawn, type ChildProcess } from "node:child_process";
import { decodeMessage } from "./decode-message.ts";
import { createLineReader } from "./line-reader.ts";

/** How a server is started. Environment and folder are whole: nothing of this process is added. */
export interface StdioStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** What the server writes to its standard error, and what it writes that is no message. */
  readonly log: (line: string) => void;
}

/** A result may carry an image or a file; what is longer than this is a server gone wrong. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const MAX_LOG_LINE_BYTES = 64 * 1024;
/** How long a server may take to go when its input has ended, and again when it was asked to. */
const GRACE_MS = 500;

/** A transport that also says what became of the process. */
export interface StdioTransport extends Transport {
  /** How the process ended and what it said last; null while it lives. */
  ending(): string | null;
}

/**
 * Talks to a program over its standard streams, a message a line.
 *
 * Ours instead of the SDK's, which adds variables of this process to the environment, leaves the children of a server
 * behind that was started through a wrapper such as `npx`, and copies long lines again with every chunk.
 */
export function createStdioTransport(start: StdioStart): StdioTransport {
  return new ProcessTransport(start);
}

class ProcessTransport implements StdioTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #start: StdioStart;
  #child: ChildProcess | null = null;
  #exited: Promise<void> = Promise.resolve();
  #ending: string | null = null;
  #lastLogLine = "";
  #delivered: Promise<void> = Promise.resolve();

  constructor(start: StdioStart) {
    this.#start = start;
  }

  ending(): string | null {
    return this.#ending;
  }

  async start(): Promise<void> {
    const { command, args, env, cwd } = this.#start;
    // A process group of its own, so that what the server starts ends with it.
    const child = spawn(command, [...args], { env, cwd, stdio: ["pipe", "pipe", "pipe"], detached: true });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => reject(describeSpawnError(error, this.#start)));
    });
    this.#exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        this.#ending = this.#describeEnd(code, signal);
        killGroup(child, "SIGKILL");
        resolve();
      });
    });
    child.on("error", (error) => this.onerror?.(error));
    child.stdin.on("error", (error) => this.onerror?.(error)); // it stopped reading: its end is told by `close`
    this.#readMessages(child);
    this.#readLog(child);
    // A child of the server may hold the streams open; the server's own end is the end of the connection.
    void this.#exited.then(() => setImmediate(() => this.onclose?.()));
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (stdin === undefined || stdin === null || !stdin.writable) throw new Error("the server takes no more messages");
    if (stdin.write(`${JSON.stringify(message)}\n`)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stdin.off("drain", done);
        stdin.off("close", done);
        resolve();
      };
      stdin.once("drain", done);
      stdin.once("close", done);
    });
  }

  /** Ends the input, then asks, then kills; resolves when the process is gone. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === null || this.#ending !== null) return;
    child.stdin?.end();
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (await settlesWithin(this.#exited, GRACE_MS)) return;
      killGroup(child, signal);
    }
    await this.#exited;
  }

  #readMessages(child: ChildProcess): void {
    const reader = createLineReader({ maxBytes: MAX_LINE_BYTES });
    child.stdout?.on("data", (chunk: Buffer) => {
      let lines;
      try {
        lines = reader.push(chunk);
      } catch (error) {
        this.#lastLogLine = error instanceof Error ? error.message : String(error);
        killGroup(child, "SIGKILL");
        return;
      }
      for (const line of lines) {
        if (line.trim() === "") continue;
        const message = decodeMessage(line);
        if (message === null) this.#start.log(`not a message: ${line.slice(0, 200)}`);
        else this.#deliver(message);
      }
    });
  }

  /**
   * Hands a message on when what the one before has set going is done: the SDK handles notifications a moment later than
   * answers, so that the progress of a call would be lost that comes together with its answer.
   */
  #deliver(message: JSONRPCMessage): void {
    this.#delivered = this.#delivered.then(() => this.onmessage?.(message));
  }

  #readLog(child: ChildProcess): void {
    const reader = createLineReader({ maxBytes: MAX_LOG_LINE_BYTES });
    child.stderr?.on("data", (chunk: Buffer) => {
      let lines: readonly string[] = [];
      try {
        lines = reader.push(chunk);
      } catch {
        return; // binary output, or a line without an end: of no use to anybody
      }
      for (const line of lines) {
        if (line.trim() === "") continue;
        this.#lastLogLine = line.trim();
        this.#start.log(line);
      }
    });
  }

  #describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal === null ? `exited with code ${code ?? 0}` : `was ended by ${signal}`;
    const said = this.#lastLogLine.slice(0, 500);
    return said === "" ? `the server ${how}` : `the server ${how}; its last words: ${said}`;
  }
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is empty: nothing is left to end.
  }
}

function describeSpawnError(error: Error, { command, cwd }: StdioStart): Error {
  const code = "code" in error ? error.code : null;
  if (code !== "ENOENT") return new Error(`cannot run ${command}: ${error.message}`, { cause: error });
  return new Error(`cannot run ${command} in ${cwd}: the program or the folder does not exist`, { cause: error });
}

async function settlesWithin(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
