import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import type { BubblewrapRung } from "./bubblewrap/rung.ts";
import { childDescriptors, inheritedDescriptors } from "./descriptors.ts";
import type { Environment, SandboxPolicy } from "./policy.ts";
import { probeSandbox, type ProbeResult, type SandboxProbe } from "./probe.ts";
import { startChild, type Child, type Launch } from "./process/child.ts";
import { PipePool } from "./process/pipe-pool.ts";
import { checkProgram } from "./process/program.ts";
import { SandboxError } from "./sandbox-error.ts";

export interface SandboxOptions {
  /** That of our own process: PATH to find bubblewrap, TMPDIR as a writable root. */
  readonly env: Environment;
  /** A folder for files of our own, made when it is missing; no command can write there. */
  readonly stateDir: string;
  /**
   * Files of ours that no sandboxed command may read, whether they are there yet or not (`<home>/auth.json`). All files
   * in their folders are hidden with them, and of its folders all but `bin`, `skills`, `prompts` and `shell_snapshots`:
   * a file that is replaced while a command runs could not be hidden by itself.
   */
  readonly credentials?: readonly string[];
  /** Files and folders that commands shall not see; those that do not exist are ignored. */
  readonly denyRead?: readonly string[];
  /** Lets commands without network make AF_UNIX sockets. Default false. */
  readonly allowUnixSockets?: boolean;
  /** Refuses rungs that enforce less than the whole policy. Default false. */
  readonly requireFull?: boolean;
  /** For tests: another bubblewrap, or null as if there were none. */
  readonly bubblewrapPath?: string | null;
}

/** A command to run, and under which policy. */
export interface SpawnSpec {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** All that the command gets; see `childEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  /** `danger-full-access` is a plain spawn. */
  readonly policy: SandboxPolicy;
  /** The folder of the turn: a root of `workspace-write`, whatever the command's own `cwd` is. */
  readonly sandboxCwd: string;
  /** Null: the command may run for ever. */
  readonly deadlineMs: number | null;
  /** Default "null": nothing to read. */
  readonly stdin?: "null" | "inherit" | "pipe";
  /** Default "capture". "inherit" writes to our own streams and stays in our terminal's session; `output` is then empty. */
  readonly output?: "capture" | "inherit";
}

/** Runs commands under policies. Made by `createSandbox`, closed by whoever made it. */
export interface Sandbox {
  /** Which sandbox this machine has; tried out once. */
  probe(): Promise<SandboxProbe>;
  /**
   * Starts a command. It never runs with less than its policy: where that cannot be enforced it does not run at all.
   * @throws SandboxError of every kind; `unavailable` when the policy needs a sandbox and there is none.
   */
  spawn(spec: SpawnSpec, options: { readonly signal: AbortSignal }): Promise<Child>;
  /** Ends what still runs. */
  close(): Promise<void>;
}

/** Nothing is looked up or started before the first command or probe. */
export function createSandbox(options: SandboxOptions): Sandbox {
  return new CommandSandbox(options);
}

class CommandSandbox implements Sandbox {
  readonly #options: SandboxOptions;
  readonly #stateDir: string;
  readonly #pipes: PipePool;
  readonly #running = new Set<Child>();
  #probing: Promise<ProbeResult> | null = null;
  /** Descriptors that commands would inherit, and `/dev/null` to put in their place. */
  #inherited: { readonly inherited: readonly number[]; readonly blank: number } | null = null;
  #closed = false;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#stateDir = resolve(options.stateDir);
    this.#pipes = new PipePool(this.#stateDir);
  }

  async probe(): Promise<SandboxProbe> {
    return (await this.#probed()).probe;
  }

  async spawn(spec: SpawnSpec, { signal }: { readonly signal: AbortSignal }): Promise<Child> {
    this.#checkOpen(signal);
    const isPlain = spec.policy.type === "danger-full-access";
    const rung = isPlain ? null : await this.#rung();
    this.#checkOpen(signal);
    checkProgram(spec.argv, spec.cwd, spec.env);
    const launch = rung === null ? this.#plainLaunch(spec) : this.#confinedLaunch(spec, rung);
    const child = await startChild(launch, { deadlineMs: spec.deadlineMs, signal, pipes: this.#pipes });
    this.#running.add(child);
    void child.exit.then(() => this.#running.delete(child));
    // `close` may have come while the process was starting.
    if (this.#closed) child.kill();
    return child;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#running].map((child) => child[Symbol.asyncDispose]()));
    const probed = await this.#probing;
    probed?.rung?.close();
    this.#pipes.close();
    if (this.#inherited !== null) closeSync(this.#inherited.blank);
    this.#probing = null;
    this.#inherited = null;
  }

  #checkOpen(signal: AbortSignal): void {
    if (this.#closed) throw new SandboxError({ kind: "closed" });
    if (signal.aborted) throw new SandboxError({ kind: "aborted" }, { cause: signal.reason });
  }

  async #rung(): Promise<BubblewrapRung> {
    const { probe, rung } = await this.#probed();
    if (rung !== null) return rung;
    const { cause, remedy } = probe.rung === "none" ? probe : { cause: "unknown", remedy: "" };
    throw new SandboxError({ kind: "unavailable", cause, remedy });
  }

  #probed(): Promise<ProbeResult> {
    this.#probing ??= this.#startProbe();
    return this.#probing;
  }

  async #startProbe(): Promise<ProbeResult> {
    const { env, credentials = [], denyRead = [], allowUnixSockets = false, bubblewrapPath } = this.#options;
    return probeSandbox({
      env,
      stateDir: this.#stateDir,
      credentials,
      denyRead,
      allowUnixSockets,
      bubblewrapPath,
    });
  }

  #confinedLaunch(spec: SpawnSpec, rung: BubblewrapRung): Launch {
    const confined = rung.confine(spec);
    return { ...this.#common(spec), ...confined, level: "full", descriptors: this.#descriptors(confined.descriptors) };
  }

  #plainLaunch(spec: SpawnSpec): Launch {
    const [file = "", ...args] = spec.argv;
    const launch = { file, args, level: "none" as const, setupFailure: () => null, release: () => {} };
    return { ...this.#common(spec), ...launch, descriptors: this.#descriptors([]) };
  }

  #common({
    cwd,
    env,
    stdin = "null",
    output = "capture",
  }: SpawnSpec): Pick<Launch, "cwd" | "env" | "stdin" | "output"> {
    return { cwd, env, stdin, output };
  }

  #descriptors(own: readonly (number | null)[]): readonly (number | null)[] {
    this.#inherited ??= { inherited: inheritedDescriptors(), blank: openSync("/dev/null", "r") };
    return childDescriptors(own, this.#inherited);
  }
}
