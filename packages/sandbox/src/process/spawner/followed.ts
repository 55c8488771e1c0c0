import { constants } from "node:os";
import { getSystemErrorName } from "node:util";
import type { ProcessEnd, StartedProcess } from "../launch.ts";
import type { OutputDelta } from "../outcome.ts";
import { spawnFailed } from "../program.ts";
import type { Request, SpawnerEvent } from "./messages.ts";
import { SpawnedInput, SpawnedOutput } from "./streams.ts";

export interface FollowedOptions {
  /** What is told when it cannot be started. */
  readonly file: string;
  readonly hasInput: boolean;
  readonly send: (request: Request) => void;
}

/** A command that the spawner was asked to start, from then on. */
export class Followed {
  /** @throws SandboxError `spawnFailed` */
  readonly started: Promise<StartedProcess>;
  readonly #options: FollowedOptions;
  readonly #input: SpawnedInput | null;
  readonly #outputs: Readonly<Record<OutputDelta["stream"], SpawnedOutput>>;
  readonly #exit = deferred<ProcessEnd>();
  readonly #start = deferred<StartedProcess>();
  #hasExited = false;

  constructor(options: FollowedOptions) {
    const { send, hasInput } = options;
    this.#options = options;
    this.#input = hasInput ? new SpawnedInput(send) : null;
    this.#outputs = { stdout: new SpawnedOutput("stdout", send), stderr: new SpawnedOutput("stderr", send) };
    this.started = this.#start.promise;
  }

  /** Whether nothing more is to be heard of it. */
  get isOver(): boolean {
    return this.#hasExited && this.#outputs.stdout.isClosed && this.#outputs.stderr.isClosed;
  }

  bytes(stream: OutputDelta["stream"], bytes: Buffer): void {
    this.#outputs[stream].push(bytes);
  }

  hear(event: Exclude<SpawnerEvent, { kind: "ready" }>): void {
    switch (event.kind) {
      case "started":
        this.#start.resolve(this.#processOf(event.pid));
        return;
      case "failed":
        this.#fail(getSystemErrorName(-event.errno), "no process could be started for it");
        return;
      case "output":
        this.#outputs[event.stream].end();
        return;
      case "taken":
        this.#input?.taken(event.errno);
        return;
      case "exited":
        this.#end(endOf(event));
    }
  }

  /** The spawner has ended, and whatever it has started with it. */
  lose({ code, reason }: { readonly code: string; readonly reason: string }): void {
    this.#fail(code, reason);
    this.#end({ type: "lost", reason });
    for (const output of Object.values(this.#outputs)) output.end();
  }

  #fail(code: string, reason: string): void {
    this.#start.reject(spawnFailed(code, this.#options.file, reason));
    this.#hasExited = true;
    for (const output of Object.values(this.#outputs)) output.end();
  }

  #end(end: ProcessEnd): void {
    this.#hasExited = true;
    this.#input?.lose();
    this.#exit.resolve(end);
  }

  #processOf(pid: number): StartedProcess {
    const { send } = this.#options;
    return {
      pid,
      stdin: this.#input,
      ...this.#outputs,
      channel: null,
      exited: this.#exit.promise,
      signal: (signal, { group }) => {
        if (!this.#hasExited) send({ kind: "signal", signal: constants.signals[signal], group });
      },
    };
  }
}

function endOf({ code, signal, status }: Extract<SpawnerEvent, { kind: "exited" }>): ProcessEnd {
  if (signal === 0) return { type: "exited", exitCode: code, signal: null, status };
  return { type: "exited", exitCode: 128 + signal, signal: nameOf(signal), status };
}

function nameOf(signal: number): string {
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? `signal ${signal}`;
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

/** A promise that somebody else settles. */
function deferred<T>(): Deferred<T> {
  let settle: Pick<Deferred<T>, "resolve" | "reject"> = { resolve() {}, reject() {} };
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}
