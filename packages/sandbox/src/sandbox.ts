import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { helperArguments } from "./helper/arguments.ts";
import { openHelper, ownHelperFolder } from "./helper/find.ts";
import { helperFailure } from "./status.ts";
import { openUnnamedFile } from "./unnamed-file.ts";
import { childDescriptors, inheritedDescriptors } from "./descriptors.ts";
import type { Environment, SandboxPolicy } from "./policy.ts";
import { probeSandbox, type Probed, type SandboxProbe } from "./probe.ts";
import { startChild, type Child, type Launch, type Settled } from "./process/child.ts";
import { PipePool } from "./process/pipe-pool.ts";
import { findProgram } from "./process/program.ts";
import type { Rung } from "./rung.ts";
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
  /** Where the helper lies that comes with this package (`linux-x64/`, `linux-arm64/`); null: do without. */
  readonly helperFolder?: string | null;
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
  #probing: Promise<Probed> | null = null;
  /** Descriptors that commands would inherit, and `/dev/null` to put in their place. */
  #inherited: { readonly inherited: readonly number[]; readonly blank: number } | null = null;
  /** The helper as an open file; undefined: not looked for yet. */
  #helper: number | null | undefined = undefined;
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
    const rung = spec.policy.type === "danger-full-access" ? null : await this.#rung();
    this.#checkOpen(signal);
    const program = findProgram(spec.argv, spec.cwd, spec.env);
    const launch = rung === null ? this.#plainLaunch(spec, program) : this.#confinedLaunch(spec, { rung, program });
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
    if (typeof this.#helper === "number") closeSync(this.#helper);
    this.#helper = null;
    this.#pipes.close();
    if (this.#inherited !== null) closeSync(this.#inherited.blank);
    this.#probing = null;
    this.#inherited = null;
  }

  #checkOpen(signal: AbortSignal): void {
    if (this.#closed) throw new SandboxError({ kind: "closed" });
    if (signal.aborted) throw new SandboxError({ kind: "aborted" }, { cause: signal.reason });
  }

  async #rung(): Promise<Rung> {
    const { probe, rung } = await this.#probed();
    if (rung !== null) return rung;
    const { cause, remedy } = probe.rung === "none" ? probe : { cause: "unknown", remedy: "" };
    throw new SandboxError({ kind: "unavailable", cause, remedy });
  }

  #probed(): Promise<Probed> {
    this.#probing ??= this.#startProbe();
    return this.#probing;
  }

  async #startProbe(): Promise<Probed> {
    const { credentials = [], denyRead = [], allowUnixSockets = false, requireFull = false } = this.#options;
    const { env, bubblewrapPath } = this.#options;
    const settings = { env, stateDir: this.#stateDir, credentials, denyRead, allowUnixSockets };
    return probeSandbox({ ...settings, bubblewrapPath, helper: this.#openHelper(), requireFull });
  }

  #confinedLaunch(spec: SpawnSpec, { rung, program }: { readonly rung: Rung; readonly program: string }): Launch {
    const confined = rung.confine({ ...spec, program });
    const descriptors = this.#descriptors(confined.descriptors);
    return { ...this.#common(spec), ...confined, level: rung.level, descriptors };
  }

  /** By way of the helper, where there is one: nothing else can tie the life of a command to ours. */
  #plainLaunch(spec: SpawnSpec, program: string): Launch {
    const helper = this.#openHelper();
    const common = { ...this.#common(spec), level: "none" as const, tree: "group" as const };
    if (helper === null) {
      const [file = "", ...args] = spec.argv;
      const settle = (): Settled => ({ setupFailure: null, tampered: [] });
      return { ...common, file, args, descriptors: this.#descriptors([]), settle, release: () => {} };
    }
    const status = openUnnamedFile(this.#stateDir);
    const plan = { watch: false, parent: process.pid, filter: null, status: 4, files: null, program, argv: spec.argv };
    return {
      ...common,
      file: "/proc/self/fd/3",
      args: helperArguments(plan),
      descriptors: this.#descriptors([helper, status]),
      settle: ({ exitCode }) => ({ setupFailure: helperFailure(exitCode, status), tampered: [] }),
      release: () => closeSync(status),
    };
  }

  /** Null where there is no helper, or it is not the one that belongs to this version. */
  #openHelper(): number | null {
    if (this.#helper === undefined) {
      const { helperFolder = ownHelperFolder() } = this.#options;
      const found = helperFolder === null ? null : openHelper(helperFolder, this.#stateDir);
      this.#helper = found !== null && "descriptor" in found ? found.descriptor : null;
    }
    return this.#helper;
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
