import type { Writable } from "node:stream";
import type { SandboxLevel } from "../policy.ts";
import { decodeOutput } from "./decode.ts";
import { descendantsOf, signalQuietly } from "./descendants.ts";
import type { Launch, LaunchEnd, ProcessEnd, ProcessStarter, Settled, StartedProcess } from "./launch.ts";
import type { ExecExpiration, Expired } from "./expiration.ts";
import type { ExitOutcome, OutputDelta } from "./outcome.ts";
import { OutputQueue } from "./output-queue.ts";
import { RetainedOutput } from "./retained-output.ts";
import { readStream, type OutputListener, type StreamReader } from "./stream-reader.ts";
import { terminalInput, type Terminal } from "./terminal.ts";

/** How long output is awaited after the exit: a grandchild that got away may hold the pipes for ever. */
const DRAIN_LIMIT_MS = 2_000;
/** How long a watcher gets to end everything before it is killed itself. */
const WATCHER_LIMIT_MS = 3_000;
const TIMEOUT_EXIT_CODE = 124;
const KILLED_EXIT_CODE = 128 + 9;
/** The end of a command that nobody has seen: it was killed with whoever followed it. */
const KILLED = { exitCode: KILLED_EXIT_CODE, signal: "SIGKILL", status: "" };

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
  [Symbol.asyncDispose](): Promise<void>;
}

export interface LaunchOptions {
  readonly expiration: ExecExpiration;
  /** Hears the output instead of a reader of `Child.output`; null: there is none. */
  readonly listener?: OutputListener | null;
  readonly starter: ProcessStarter;
}

/**
 * Starts the process of `launch` and follows it to its end.
 * @throws SandboxError `spawnFailed`
 */
export async function startChild(launch: Launch, options: LaunchOptions): Promise<Child> {
  try {
    const process = await options.starter.start(launch);
    const child = new RunningChild(process, { launch, options });
    if (process.channel !== null) launch.channel?.serve(process.channel);
    return child;
  } catch (error) {
    launch.release();
    throw error;
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
  readonly #process: StartedProcess;
  readonly #queue = new OutputQueue();
  readonly #aggregate = new RetainedOutput();
  readonly #startedAt = performance.now();
  readonly #stdout: StreamReader;
  readonly #stderr: StreamReader;
  #stopped: Expired | null = null;
  #exited = false;
  #killed = false;
  /** Runs while a watcher that was asked to end has not done so. */
  #lastResort: NodeJS.Timeout | null = null;

  constructor(process: StartedProcess, { launch, options }: { launch: Launch; options: LaunchOptions }) {
    const { expiration, listener = null } = options;
    this.#process = process;
    this.#launch = launch;
    this.pid = process.pid;
    this.level = launch.level;
    const fitted = launch.hasTerminal && process.stdin !== null ? terminalInput(process.stdin) : null;
    this.stdin = fitted?.input ?? process.stdin;
    this.terminal = fitted?.terminal ?? null;
    // A command that ends without reading is no failure of ours.
    for (const stream of [this.stdin, process.stdin]) stream?.on("error", () => {});
    this.output = this.#queue;
    const into = { queue: this.#queue, aggregate: this.#aggregate, listener };
    this.#stdout = readStream("stdout", process.stdout, into);
    this.#stderr = readStream("stderr", process.stderr, into);
    this.exit = this.#follow(expiration);
  }

  kill(): void {
    if (this.#exited) return;
    this.#killed = true;
    switch (this.#launch.tree) {
      case "group":
        this.#killTree();
        return;
      case "namespace":
        this.#process.signal("SIGKILL", { group: true });
        return;
      case "watched":
        this.#process.signal("SIGTERM", { group: false });
        this.#lastResort ??= setTimeout(() => this.#killTree(), WATCHER_LIMIT_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.exit;
  }

  #stop(why: Expired): void {
    if (this.#exited) return;
    this.#stopped ??= why;
    this.kill();
  }

  /** Ends the process, its group and everything below it, at once. */
  #killTree(): void {
    // Before the group ends: an orphan no longer names its parent.
    const descendants = descendantsOf(this.pid);
    this.#process.signal("SIGKILL", { group: true });
    for (const descendant of descendants) signalQuietly(descendant, "SIGKILL");
  }

  async #follow(expiration: ExecExpiration): Promise<ExitOutcome> {
    const noLonger = expiration.begin((why) => this.#stop(why));
    const end = await this.#process.exited;
    this.#exited = true;
    const durationMs = performance.now() - this.#startedAt;
    noLonger();
    if (this.#lastResort !== null) clearTimeout(this.#lastResort);
    if (end.type === "lost") this.#tellLoss(end.reason);
    await this.#drain();
    return this.#outcome(end, durationMs);
  }

  /** As a shell tells of what was killed: behind the output, where people and models see it. */
  #tellLoss(reason: string): void {
    const stream = this.terminal === null ? this.#stderr : this.#stdout;
    stream.add(Buffer.from(`heddle: ${reason}, and with it this command\n`));
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

  #outcome(end: ProcessEnd, durationMs: number): ExitOutcome {
    const retained = this.#aggregate.retained();
    const aggregated = decodeOutput(retained);
    const stdout = this.#textOf(this.#stdout, aggregated);
    const stderr = this.#textOf(this.#stderr, aggregated);
    const { exitCode, signal, status } = end.type === "lost" ? KILLED : end;
    // In a terminal there is one stream for everything.
    const settled = this.#settle({ exitCode, stderr: this.terminal === null ? stderr : stdout, status });
    return {
      exitCode: this.#exitCode(exitCode),
      timedOut: this.#stopped === "timedOut",
      aborted: this.#stopped === "aborted",
      signal,
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

  #settle(end: LaunchEnd): Settled {
    try {
      return this.#launch.settle(end);
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
