import { Writable } from "node:stream";
import { getSystemErrorName } from "node:util";
import type { OutputReader, OutputSource } from "../launch.ts";
import type { OutputDelta } from "../outcome.ts";
import { INPUT_BYTES, type Request } from "./messages.ts";

/** One output of a command that the spawner has started. */
export class SpawnedOutput implements OutputSource {
  readonly #stream: OutputDelta["stream"];
  readonly #send: (request: Request) => void;
  #reader: OutputReader | null = null;
  /** What came before there was a reader: as much as one turn of the event loop brings. */
  #early: Buffer[] = [];
  #isPaused = false;
  #state: "open" | "ended" | "closed" = "open";

  constructor(stream: OutputDelta["stream"], send: (request: Request) => void) {
    this.#stream = stream;
    this.#send = send;
  }

  /** Whether the spawner has nothing more to say of it. */
  get isClosed(): boolean {
    return this.#state !== "open";
  }

  read(reader: OutputReader): void {
    this.#reader = reader;
    for (const chunk of this.#early.splice(0)) reader.data(chunk);
    if (this.#state !== "open") reader.end();
  }

  pause(): void {
    this.#setPaused(true);
  }

  resume(): void {
    this.#setPaused(false);
  }

  close(): void {
    if (this.#state !== "open") return;
    this.#finish("closed");
    this.#send({ kind: "close", stream: this.#stream });
  }

  push(bytes: Buffer): void {
    if (this.#state === "closed") return;
    if (this.#reader === null) this.#early.push(bytes);
    else this.#reader.data(bytes);
  }

  end(): void {
    this.#finish("ended");
  }

  #finish(state: "ended" | "closed"): void {
    if (this.#state !== "open") return;
    this.#state = state;
    this.#reader?.end();
  }

  #setPaused(paused: boolean): void {
    if (this.#state !== "open" || this.#isPaused === paused) return;
    this.#isPaused = paused;
    this.#send({ kind: paused ? "pause" : "resume", stream: this.#stream });
  }
}

type Done = (error?: Error | null) => void;

/** The standard input of a command that the spawner has started: a piece is on its way until the command has taken it. */
export class SpawnedInput extends Writable {
  readonly #send: (request: Request) => void;
  #left: Uint8Array = Buffer.alloc(0);
  #done: Done | null = null;
  /** Whether the command has been told that there is no more, or is not there to be told. */
  #isOver = false;

  constructor(send: (request: Request) => void) {
    super();
    this.#send = send;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    if (this.#isOver) return done(brokenPipe());
    this.#done = done;
    this.#left = chunk;
    this.#sendNext();
  }

  override _final(done: Done): void {
    this.#close();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#close();
    done(error);
  }

  /** The spawner has written what it was sent last; `errno` is not 0 when the command does not read any more. */
  taken(errno: number): void {
    if (errno !== 0) this.#finish(brokenPipe(errno));
    else if (this.#left.length > 0) this.#sendNext();
    else this.#finish(null);
  }

  /** Nobody reads any more. */
  lose(): void {
    this.#isOver = true;
    this.#finish(brokenPipe());
    this.destroy();
  }

  #close(): void {
    if (!this.#isOver) this.#send({ kind: "input", bytes: Buffer.alloc(0) });
    this.#isOver = true;
  }

  #sendNext(): void {
    const bytes = this.#left.subarray(0, INPUT_BYTES);
    this.#left = this.#left.subarray(bytes.length);
    this.#send({ kind: "input", bytes });
  }

  #finish(error: Error | null): void {
    const done = this.#done;
    this.#done = null;
    this.#left = Buffer.alloc(0);
    done?.(error);
  }
}

const EPIPE = 32;

function brokenPipe(errno = EPIPE): Error {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`the command does not read any more (${code})`), { code });
}
