import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { closeSync } from "node:fs";
import { constants } from "node:os";
import { Duplex, type Readable, type Writable } from "node:stream";
import type { SandboxLevel } from "../policy.ts";
import { Deadline } from "./deadline.ts";
import { decodeOutput } from "./decode.ts";
import { askToEnd, killProcess, killTree } from "./descendants.ts";
import type { ExitOutcome, OutputDelta } from "./outcome.ts";
import type { Pipe, PipePool } from "./pipe-pool.ts";
import { OutputQueue } from "./output-queue.ts";
import { errorCode, spawnFailed } from "./program.ts";
import { RetainedOutput } from "./retained-output.ts";
import { readStream, type OutputListener, type StreamReader } from "./stream-reader.ts";
import { terminalInput, type Terminal } from "./terminal.ts";

/** How long output is awaited after the exit: a grandchild that got away may hold the pipes for ever. */
const DRAIN_LIMIT_MS = 2_000;
/** How long a watcher gets to end everything before it is killed itself. */
const WATCHER_LIMIT_MS = 3_000;
const TIMEOUT_EXIT_CODE = 124;
const KILLED_EXIT_CODE = 128 + 9;

/** A running command. Whoever spawned it disposes of it, which ends it. */
export interface Child {
  readonly pid: number;
  /** How much of its policy is enforced on it. */
  readonly level: SandboxLevel;
  /** What the command reads, where `stdin: "pipe"` or a terminal was asked for; else null. */
  readonly stdin: Writable | null;
  /** The terminal that was asked for; null where none could be had and pipes serve, or none was asked for. */
  readonly terminal: Terminal | null;
  /**
   * Live output in order of arrival, at most 10,000 deltas of each stream; ends with the streams, before `exit` resolves.
   * For one reader; empty where a listener was given. Output that nobody reads does not stall the command: it is dropped from here, not from the outcome.
   */
  readonly output: AsyncIterable<OutputDelta>;
  /** Never rejects. */
  readonly exit: Promise<ExitOutcome>;
  /** Ends the whole process tree. */
  kill(): void;
  /** Stops the clock of the deadline until the returned function is called. */
  suspendDeadline(): () => void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A process to start: everything is decided, nothing is looked up any more. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly level: SandboxLevel;
  readonly stdin: "null" | "inherit" | "pipe";
  readonly output: "capture" | "inherit";
  /** Whether `file` gives the command a terminal and reads its messages from standard input, which has to be a pipe. */
  readonly hasTerminal: boolean;
  /** Further descriptors, by number from 3 on; null where the child gets none. */
  readonly descriptors: readonly LaunchDescriptor[];
  /** How everything ends that belongs to the command. */
  readonly tree: Tree;
  /** Called once the process has ended. */
  readonly settle: (end: { readonly exitCode: number; readonly stderr: string }) => Settled;
  /** Called exactly once and last, when the process has ended or could not be started. */
  readonly release: () => void;
}

/** A descriptor of ours, none, or one end of a new channel between us and the process. */
export type LaunchDescriptor = number | null | Channel;

/** Whom our end of a channel goes to. */
export interface Channel {
  serve(stream: Duplex, child: Child): void;
}

/**
 * A process `group`, of which more may have left; a `namespace` of processes that ends with the one that we started; or
 * one that is `watched` by the process that we started, which ends all the others when it is asked to end.
 */
export type Tree = "group" | "namespace" | "watched";

/** What can be said about the sandbox after a command has ended. */
export interface Settled {
  readonly setupFailure: string | null;
  readonly tampered: readonly string[];
}

export interface LaunchOptions {
  readonly deadlineMs: number | null;
  readonly signal: AbortSignal;
  /** Hears the output instead of a reader of `Child.output`; null: there is none. */
  readonly listener?: OutputListener | null;
  /** Where the pipes for the output come from; null: from Node. */
  readonly pipes: PipePool | null;
}

/**
 * Starts the process of `launch` in a session of its own (unless it shares our terminal) and follows it to its end.
 * @throws SandboxError `spawnFailed`
 */
export async function startChild(launch: Launch, options: LaunchOptions): Promise<Child> {
  let pipes: readonly Pipe[] = [];
  try {
    if (launch.output === "capture") pipes = (await options.pipes?.take(2)) ?? [];
    const child = spawn(launch.file, [...launch.args], {
      cwd: launch.cwd,
      env: launch.env,
      stdio: stdioOf(launch, pipes),
      detached: launch.output === "capture",
      windowsHide: true,
    });
    if (child.pid === undefined) await new Promise((_, reject) => child.once("error", reject));
    const running = new RunningChild(child, { launch, options, sources: pipes.map(({ source }) => source) });
    serveChannels(child, launch, running);
    return running;
  } catch (error) {
    launch.release();
    for (const { source } of pipes) source.destroy();
    const reason = error instanceof Error ? error.message : String(error);
    throw spawnFailed(errorCode(error), launch.file, reason, { cause: error });
  } finally {
    for (const { writeDescriptor } of pipes) closeSync(writeDescriptor);
  }
}

function stdioOf({ stdin, output, descriptors }: Launch, [stdout, stderr]: readonly Pipe[]): StdioOptions {
  const otherwise = output === "capture" ? "pipe" : "inherit";
  return [
    stdin === "null" ? "ignore" : stdin,
    stdout?.writeDescriptor ?? otherwise,
    stderr?.writeDescriptor ?? otherwise,
    ...descriptors.map((descriptor) => {
      if (descriptor === null) return "ignore" as const;
      return typeof descriptor === "number" ? descriptor : ("pipe" as const);
    }),
  ];
}

function serveChannels({ stdio }: ChildProcess, { descriptors }: Launch, child: Child): void {
  for (const [index, descriptor] of descriptors.entries()) {
    const stream = stdio[3 + index];
    if (typeof descriptor === "object" && stream instanceof Duplex) descriptor?.serve(stream, child);
  }
}

class RunningChild implements Child {
  readonly pid: number;
  readonly level: SandboxLevel;
  readonly stdin: Writable | null;
  readonly terminal: Terminal | null;
  readonly output: AsyncIterable<OutputDelta>;
  readonly exit: Promise<ExitOutcome>;
  readonly #launch: Launch;
  readonly #process: ChildProcess;
  readonly #queue = new OutputQueue();
  readonly #aggregate = new RetainedOutput();
  readonly #startedAt = performance.now();
  readonly #deadline: Deadline | null;
  readonly #stdout: StreamReader;
  readonly #stderr: StreamReader;
  #stopped: "timedOut" | "aborted" | null = null;
  #exited = false;
  #killed = false;
  /** Runs while a watcher that was asked to end has not done so. */
  #lastResort: NodeJS.Timeout | null = null;

  constructor(
    process: ChildProcess,
    { launch, options, sources }: { launch: Launch; options: LaunchOptions; sources: readonly Readable[] },
  ) {
    const { deadlineMs, signal, listener = null } = options;
    this.#process = process;
    this.#launch = launch;
    this.pid = process.pid ?? -1;
    this.level = launch.level;
    const fitted = launch.hasTerminal && process.stdin !== null ? terminalInput(process.stdin) : null;
    this.stdin = fitted?.input ?? process.stdin;
    this.terminal = fitted?.terminal ?? null;
    // A command that ends without reading is no failure of ours.
    for (const stream of [this.stdin, process.stdin]) stream?.on("error", () => {});
    this.output = this.#queue;
    this.#deadline = deadlineMs === null ? null : new Deadline(deadlineMs, () => this.#stop("timedOut"));
    const [stdout = process.stdout, stderr = process.stderr] = sources;
    const into = { queue: this.#queue, aggregate: this.#aggregate, listener };
    this.#stdout = readStream("stdout", stdout, into);
    this.#stderr = readStream("stderr", stderr, into);
    this.exit = this.#follow(signal);
  }

  kill(): void {
    if (this.#exited) return;
    this.#killed = true;
    const group = this.#launch.output === "capture";
    switch (this.#launch.tree) {
      case "group":
        killTree(this.pid, { group });
        return;
      case "namespace":
        killProcess(this.pid, { group });
        return;
      case "watched":
        askToEnd(this.pid);
        this.#lastResort ??= setTimeout(() => killTree(this.pid, { group }), WATCHER_LIMIT_MS);
    }
  }

  suspendDeadline(): () => void {
    return this.#deadline?.suspend() ?? (() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.exit;
  }

  #stop(reason: "timedOut" | "aborted"): void {
    if (this.#exited) return;
    this.#stopped ??= reason;
    this.kill();
  }

  async #follow(signal: AbortSignal): Promise<ExitOutcome> {
    const onAbort = (): void => this.#stop("aborted");
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    const { code, signalName } = await new Promise<{ code: number | null; signalName: NodeJS.Signals | null }>(
      (resolve) => this.#process.once("exit", (code, signalName) => resolve({ code, signalName })),
    );
    this.#exited = true;
    const durationMs = performance.now() - this.#startedAt;
    this.#deadline?.clear();
    if (this.#lastResort !== null) clearTimeout(this.#lastResort);
    signal.removeEventListener("abort", onAbort);
    if (this.#launch.output === "capture") killProcess(this.pid, { group: true });
    await this.#drain();
    return this.#outcome(code, signalName, durationMs);
  }

  /** Waits for the ends of both streams, but not for ever; what has arrived by then is kept. */
  async #drain(): Promise<void> {
    const ended = Promise.all([this.#stdout.ended, this.#stderr.ended]).then(() => true as const);
    // A stream that waits for its listener has its end before it yet.
    while (!(await settledWithin(ended, DRAIN_LIMIT_MS)) && (this.#stdout.waits || this.#stderr.waits));
    this.#stdout.close();
    this.#stderr.close();
    this.#queue.end();
  }

  #outcome(code: number | null, signalName: NodeJS.Signals | null, durationMs: number): ExitOutcome {
    const retained = this.#aggregate.retained();
    const aggregated = decodeOutput(retained);
    const stdout = this.#textOf(this.#stdout, aggregated);
    const stderr = this.#textOf(this.#stderr, aggregated);
    const ownCode = code ?? 128 + (signalName === null ? 0 : constants.signals[signalName]);
    // In a terminal there is one stream for everything.
    const settled = this.#settle(ownCode, this.terminal === null ? stderr : stdout);
    return {
      exitCode: this.#exitCode(ownCode),
      timedOut: this.#stopped === "timedOut",
      aborted: this.#stopped === "aborted",
      signal: signalName,
      durationMs,
      aggregated,
      stdout,
      stderr,
      omittedBytes: retained.omittedBytes,
      omittedDeltas: this.#stdout.omittedDeltas + this.#stderr.omittedDeltas,
      tampered: settled.tampered,
      setupFailure: this.#killed ? null : settled.setupFailure,
    };
  }

  #settle(exitCode: number, stderr: string): Settled {
    try {
      return this.#launch.settle({ exitCode, stderr });
    } finally {
      this.#launch.release();
    }
  }

  /** A command that writes to one stream alone has said all there is: it is decoded once. */
  #textOf({ kept }: StreamReader, aggregated: string): string {
    return kept.totalBytes === this.#aggregate.totalBytes ? aggregated : decodeOutput(kept.retained());
  }

  /** However a tree is ended by us, it looks like SIGKILL. */
  #exitCode(ownCode: number): number {
    if (this.#stopped === "timedOut") return TIMEOUT_EXIT_CODE;
    return this.#killed ? KILLED_EXIT_CODE : ownCode;
  }
}

/** Whether it settles before the time is over. */
async function settledWithin(promise: Promise<true>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const settled = await Promise.race([promise, limit]);
  clearTimeout(timer);
  return settled;
}
