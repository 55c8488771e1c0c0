import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import { Duplex, type Readable } from "node:stream";
import {
  childDescriptors,
  inheritedDescriptors,
  type InheritedDescriptors,
  type LaunchDescriptor,
} from "../descriptors.ts";
import { readStatus } from "../status.ts";
import { openUnnamedFile, reopenForReading, unnamedFileWith } from "../unnamed-file.ts";
import { signalQuietly } from "./descendants.ts";
import {
  DESCRIPTORS,
  type Launch,
  type LaunchedProgram,
  type OutputSource,
  type ProcessEnd,
  type ProcessStarter,
  type StartedProcess,
} from "./launch.ts";
import { errorCode, spawnFailed } from "./program.ts";

/** The first descriptor that is no standard one. */
const FIRST_BEYOND = 3;

export interface NodeStarterOptions {
  /** An open file with the helper; stays the caller's. Null: there is none. */
  readonly helper: number | null;
  /** Where files without a name are made. */
  readonly stateDir: string;
}

/**
 * Starts processes with Node's own spawn: what shares our terminal, and everything where there is no helper. Its pipes are
 * socket pairs, which commands cannot open again by the names in `/dev`.
 */
export class NodeStarter implements ProcessStarter {
  readonly #options: NodeStarterOptions;
  /** Found out with the first process. */
  #inherited: InheritedDescriptors | null = null;

  constructor(options: NodeStarterOptions) {
    this.#options = options;
  }

  async start(launch: Launch): Promise<StartedProcess> {
    const files = new LaunchFiles();
    const { file, args } = this.#programOf(launch);
    try {
      const child = spawn(file, args, {
        cwd: launch.cwd,
        env: launch.env,
        stdio: this.#stdioOf(launch, files),
        detached: launch.output === "capture",
        windowsHide: true,
      });
      if (child.pid === undefined) await new Promise((_, reject) => child.once("error", reject));
      return follow(child, { files, leadsGroup: launch.output === "capture", hasChannel: launch.channel !== null });
    } catch (error) {
      files.close();
      const reason = error instanceof Error ? error.message : String(error);
      throw spawnFailed(errorCode(error), file, reason, { cause: error });
    }
  }

  close(): void {
    if (this.#inherited !== null) closeSync(this.#inherited.blank);
    this.#inherited = null;
  }

  #programOf({ program }: Launch): { file: string; args: readonly string[] } {
    if (program.type === "other") return program;
    return {
      file: `/proc/self/fd/${DESCRIPTORS.helper}`,
      args: ["--parent", `${process.pid}`, ...program.args],
    };
  }

  #stdioOf({ stdin, output, program, filter, channel }: Launch, files: LaunchFiles): StdioOptions {
    this.#inherited ??= { inherited: inheritedDescriptors(), blank: openSync("/dev/null", "r") };
    const { helper, stateDir } = this.#options;
    const out = output === "capture" ? "pipe" : "inherit";
    const own: LaunchDescriptor[] = files.open({ filter, helper, stateDir }, program);
    if (channel !== null) own[DESCRIPTORS.control - FIRST_BEYOND] = "pipe";
    const beyond = childDescriptors(own, this.#inherited).map((descriptor) => descriptor ?? ("ignore" as const));
    return [stdin === "null" ? "ignore" : stdin, out, out, ...beyond];
  }
}

/** The files that a process gets at the `DESCRIPTORS`, on files that nobody else can name. */
class LaunchFiles {
  #opened: number[] = [];
  #status: number | null = null;

  open(
    { filter, helper, stateDir }: NodeStarterOptions & Pick<Launch, "filter">,
    program: LaunchedProgram,
  ): (number | null)[] {
    if (program.type === "other" && !program.hasFiles) return [];
    this.#status = this.#keep(openUnnamedFile(stateDir));
    const status = this.#status;
    const files = [filter === null ? null : this.#fileWith(filter, stateDir), status];
    return program.type === "other" ? files : [...files, helper, status, status];
  }

  status(): string {
    return this.#status === null ? "" : readStatus(this.#status);
  }

  close(): void {
    for (const descriptor of this.#opened.splice(0)) closeSync(descriptor);
    this.#status = null;
  }

  #fileWith(bytes: Uint8Array, folder: string): number {
    const written = unnamedFileWith(folder, bytes);
    try {
      return this.#keep(reopenForReading(written));
    } finally {
      closeSync(written);
    }
  }

  #keep(descriptor: number): number {
    this.#opened.push(descriptor);
    return descriptor;
  }
}

function follow(
  child: ChildProcess,
  {
    files,
    leadsGroup,
    hasChannel,
  }: { readonly files: LaunchFiles; readonly leadsGroup: boolean; readonly hasChannel: boolean },
): StartedProcess {
  const pid = child.pid ?? -1;
  const stdio: readonly unknown[] = child.stdio;
  const channel = stdio[DESCRIPTORS.control];
  const exited = new Promise<ProcessEnd>((resolve) => {
    child.once("exit", (code, signal) => {
      if (leadsGroup) signalQuietly(-pid, "SIGKILL");
      const status = files.status();
      files.close();
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      resolve({ type: "exited", exitCode, signal, status });
    });
  });
  return {
    pid,
    stdin: child.stdin,
    stdout: sourceOf(child.stdout),
    stderr: sourceOf(child.stderr),
    channel: hasChannel && channel instanceof Duplex ? channel : null,
    exited,
    signal(signal, { group }) {
      signalQuietly(group && leadsGroup ? -pid : pid, signal);
    },
  };
}

function sourceOf(stream: Readable | null): OutputSource | null {
  if (stream === null) return null;
  return {
    read({ data, end }) {
      stream.on("data", data);
      stream.once("close", end);
      stream.once("error", () => {}); // a stream that breaks closes; the exit tells how the command did
    },
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    close: () => void stream.destroy(),
  };
}
