import { resolve } from "node:path";
import { escalationEnvironment, type Escalation } from "./escalation/escalation.ts";
import { serveWrappers } from "./escalation/serve-wrappers.ts";
import { ownHelperFolder } from "./helper/find.ts";
import { PlainRung } from "./plain-rung.ts";
import type { Environment, SandboxPolicy } from "./policy.ts";
import {
  examineRungs,
  probeSandbox,
  type ProbeOptions,
  type Probed,
  type RungReport,
  type SandboxProbe,
} from "./probe.ts";
import { startChild, type Child } from "./process/child.ts";
import type { Channel } from "./process/launch.ts";
import type { ExecExpiration } from "./process/expiration.ts";
import type { OutputListener } from "./process/stream-reader.ts";
import type { TerminalSize } from "./process/terminal.ts";
import { errorCode, findProgram, spawnFailed } from "./process/program.ts";
import { Starters } from "./process/starters.ts";
import type { Confined, ConfinedLaunch, Rung } from "./rung.ts";
import { SandboxError } from "./sandbox-error.ts";

export interface SandboxOptions {
  /** That of our own process: PATH to find bubblewrap, TMPDIR as a writable root. */
  readonly env: Environment;
  /** A folder for files of our own, made when it is missing; no command can write there. */
  readonly stateDir: string;
  /**
   * Files of ours that no sandboxed command may read, whether they are there yet or not (`<home>/auth.json`). All that
   * lies beside them is hidden with them, but for a few folders and files by name (`bin`, `config.toml`, ...): a file
   * that is replaced while a command runs could not be hidden by itself.
   */
  readonly credentials?: readonly string[];
  /** Files and folders that commands shall not see; those that do not exist are ignored. */
  readonly denyRead?: readonly string[];
  /** Lets commands make AF_UNIX sockets; those with network only where Landlock can hide abstract ones. Default false. */
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
  /** Default "null": nothing to read. */
  readonly stdin?: "null" | "inherit" | "pipe";
  /** Default "capture". "inherit" writes to our own streams and stays in our terminal's session; `output` is then empty. */
  readonly output?: "capture" | "inherit";
  /**
   * Gives the command a terminal of its own: what is written to `Child.stdin` is typed there, all output is that of
   * stdout. Where none can be had, pipes serve instead and `Child.terminal` is null. `stdin` and `output` do not count.
   */
  readonly terminal?: TerminalSize;
  /** Hears the output, all of it; `Child.output` is then empty. */
  readonly onOutput?: OutputListener;
  /**
   * Decides about the programs that the command starts, where its shell honours `BASH_EXEC_WRAPPER`. Takes the helper, and
   * neither a terminal nor `output: "inherit"`.
   */
  readonly escalation?: Escalation;
}

/** Runs commands under policies. Made by `createSandbox`, closed by whoever made it. */
export interface Sandbox {
  /** Which sandbox this machine has; tried out once. */
  probe(): Promise<SandboxProbe>;
  /** What each rung can do here, best first, whichever is used; tries them out each time. */
  examine(): Promise<readonly RungReport[]>;
  /**
   * Starts a command. It never runs with less than its policy: where that cannot be enforced it does not run at all.
   * @param expiration when it is ended, if it has not ended by itself.
   * @throws SandboxError of every kind; `unavailable` when the policy needs a sandbox and there is none.
   */
  spawn(spec: SpawnSpec, expiration: ExecExpiration): Promise<Child>;
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
  readonly #starting = new Set<Promise<Child>>();
  readonly #running = new Set<Child>();
  /** Made with the first command. */
  #starters: Starters | null = null;
  #probing: Promise<Probed> | null = null;
  #closed = false;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#stateDir = resolve(options.stateDir);
  }

  async probe(): Promise<SandboxProbe> {
    return (await this.#probed()).probe;
  }

  async examine(): Promise<readonly RungReport[]> {
    return examineRungs(this.#probeOptions());
  }

  async spawn(spec: SpawnSpec, expiration: ExecExpiration): Promise<Child> {
    const starting = this.#start(spec, expiration);
    this.#starting.add(starting);
    try {
      const child = await starting;
      this.#running.add(child);
      void child.exit.then(() => this.#running.delete(child));
      return child;
    } finally {
      this.#starting.delete(starting);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const started = await Promise.allSettled(this.#starting);
    const children = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    await Promise.all([...children, ...this.#running].map((child) => child[Symbol.asyncDispose]()));
    await this.#probing?.catch(() => null);
    this.#probing = null;
    await this.#starters?.close();
    this.#starters = null;
  }

  async #start(spec: SpawnSpec, expiration: ExecExpiration): Promise<Child> {
    this.#checkOpen(expiration);
    const starters = this.#openStarters();
    const rung = spec.policy.type === "danger-full-access" ? new PlainRung(starters) : await this.#rung();
    this.#checkOpen(expiration);
    const program = findProgram(spec.argv, spec.cwd, spec.env);
    const { cwd, terminal = null, onOutput: listener = null, escalation = null } = spec;
    const { stdin, output } = streamsOf(spec);
    const channel = escalation === null ? null : this.#wrappers(escalation);
    const env = escalation === null ? spec.env : { ...spec.env, ...escalationEnvironment(escalation) };
    const how = { interactive: output === "inherit", terminal, asks: channel !== null };
    const confined = confine(rung, { ...spec, ...how, program });
    const launch = { ...confined, cwd, env, stdin, output, channel, level: rung.level };
    return startChild(launch, { expiration, listener, starter: starters });
  }

  #wrappers(escalation: Escalation): Channel {
    if (process.platform !== "linux" || !this.#openStarters().hasHelper) {
      const cause = "programs are decided about one by one by way of the sandbox helper, which is not there";
      throw new SandboxError({ kind: "unavailable", cause, remedy: "do without, or install Heddle anew, on Linux" });
    }
    return {
      serve: (stream) => serveWrappers(stream, escalation),
    };
  }

  #checkOpen({ signal }: ExecExpiration): void {
    if (this.#closed) throw new SandboxError({ kind: "closed" });
    if (signal?.aborted === true) throw new SandboxError({ kind: "aborted" }, { cause: signal.reason });
  }

  async #rung(): Promise<Rung> {
    const { probe, rung } = await this.#probed();
    if (rung !== null) return rung;
    const { cause, remedy } = probe.rung === "none" ? probe : { cause: "unknown", remedy: "" };
    throw new SandboxError({ kind: "unavailable", cause, remedy });
  }

  #probed(): Promise<Probed> {
    // A failure such as a full disk is not kept: the next command tries again.
    this.#probing ??= probeSandbox(this.#probeOptions()).catch((error: unknown) => {
      this.#probing = null;
      throw error;
    });
    return this.#probing;
  }

  #probeOptions(): ProbeOptions {
    const { credentials = [], denyRead = [], allowUnixSockets = false, requireFull = false } = this.#options;
    const { env, bubblewrapPath } = this.#options;
    const settings = { env, stateDir: this.#stateDir, credentials, denyRead, allowUnixSockets };
    return { ...settings, bubblewrapPath, starters: this.#openStarters(), requireFull };
  }

  #openStarters(): Starters {
    if (this.#closed) throw new SandboxError({ kind: "closed" });
    const { helperFolder = ownHelperFolder() } = this.#options;
    this.#starters ??= new Starters({ helperFolder, stateDir: this.#stateDir });
    return this.#starters;
  }
}

function streamsOf({ stdin, output, terminal }: SpawnSpec): Required<Pick<SpawnSpec, "stdin" | "output">> {
  if (terminal !== undefined) return { stdin: "pipe", output: "capture" };
  return { stdin: stdin ?? "null", output: output ?? "capture" };
}

/** A system that has no more descriptors or space left stops the command, not us. */
function confine(rung: Rung, command: Confined): ConfinedLaunch {
  try {
    return rung.confine(command);
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    const reason = `the sandbox cannot be set up: ${error instanceof Error ? error.message : String(error)}`;
    throw spawnFailed(errorCode(error), command.program, reason, { cause: error });
  }
}
