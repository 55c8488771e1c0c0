import type { Duplex, Writable } from "node:stream";
import type { SandboxLevel } from "../policy.ts";

/** A process to start: everything is decided, nothing is looked up any more. */
export interface Launch {
  readonly program: LaunchedProgram;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly level: SandboxLevel;
  readonly stdin: "null" | "inherit" | "pipe";
  readonly output: "capture" | "inherit";
  /** Whether the program gives the command a terminal and reads its messages from standard input, which has to be a pipe. */
  readonly hasTerminal: boolean;
  /** The system call filter that the program finds at `DESCRIPTORS.filter`; null: it uses none. */
  readonly filter: Uint8Array | null;
  /** A channel between us and the program, which has its end at `DESCRIPTORS.control`; null: none. */
  readonly channel: Channel | null;
  /** How everything ends that belongs to the command. */
  readonly tree: Tree;
  /** Called once the process has ended. */
  readonly settle: (end: LaunchEnd) => Settled;
  /** Called exactly once and last, when the process has ended or could not be started. */
  readonly release: () => void;
}

/**
 * What is started: the helper with these arguments, which ties itself to whoever starts it and finds files at the
 * `DESCRIPTORS`; or any other program, with the first two of those files where `hasFiles` says so.
 */
export type LaunchedProgram =
  | { readonly type: "helper"; readonly args: readonly string[] }
  | { readonly type: "other"; readonly file: string; readonly args: readonly string[]; readonly hasFiles: boolean };

/**
 * The numbers that files have in the process that is started. The three of `status` are one file, where the sandbox
 * says what it has come to: bubblewrap passes on neither its own nor that of the filter, and each helper closes its own.
 * `control` is the process's end of the channel.
 */
export const DESCRIPTORS = { filter: 3, status: 4, helper: 5, innerStatus: 6, outerStatus: 7, control: 8 } as const;

/** Whom our end of a channel goes to. */
export interface Channel {
  serve(stream: Duplex): void;
}

/**
 * A process `group`, of which more may have left; a `namespace` of processes that ends with the one that we started; or
 * one that is `watched` by the process that we started, which ends all the others when it is asked to end.
 */
export type Tree = "group" | "namespace" | "watched";

export interface LaunchEnd {
  readonly exitCode: number;
  readonly stderr: string;
  /** What was written to the status file. */
  readonly status: string;
}

/** What can be said about the sandbox after a command has ended. */
export interface Settled {
  readonly setupFailure: string | null;
  readonly tampered: readonly string[];
}

/** Starts processes; there are two ways, by Node and by the helper. */
export interface ProcessStarter {
  /**
   * Starts the process of `launch` in a session of its own, unless it shares our terminal.
   * @throws SandboxError `spawnFailed`
   */
  start(launch: Launch): Promise<StartedProcess>;
}

/** A process that runs, whoever has started it. */
export interface StartedProcess {
  readonly pid: number;
  /** Null where the process has none of ours; so are the other two. */
  readonly stdin: Writable | null;
  readonly stdout: OutputSource | null;
  readonly stderr: OutputSource | null;
  /** Our end of the channel, where there is one. */
  readonly channel: Duplex | null;
  /** Settles once the process has ended and what was left of its group has been killed; never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** No effect once it has ended. */
  signal(signal: "SIGKILL" | "SIGTERM", options: { readonly group: boolean }): void;
}

/** How a process ended; `lost` when nobody knows, as whoever followed it has ended, and the process with that. */
export type ProcessEnd =
  | {
      readonly type: "exited";
      /** 128 + n when signal n ended it. */
      readonly exitCode: number;
      readonly signal: string | null;
      /** What was written to its status file. */
      readonly status: string;
    }
  | { readonly type: "lost"; readonly reason: string };

/** One output of a process. */
export interface OutputSource {
  /** Called once. What has come before is told at once; after a pause some may be told that was on its way. */
  read(reader: OutputReader): void;
  pause(): void;
  resume(): void;
  /** Nothing more of it is wanted. */
  close(): void;
}

export interface OutputReader {
  readonly data: (chunk: Buffer) => void;
  /** Called once, when nothing more comes. */
  readonly end: () => void;
}
