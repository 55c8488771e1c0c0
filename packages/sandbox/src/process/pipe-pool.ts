import { execFile } from "node:child_process";
import { closeSync, constants, openSync, unlinkSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { isMainThread } from "node:worker_threads";
import { isAlive, ownerName } from "../owner.ts";

/** A pipe for one run of a command. */
export interface Pipe {
  readonly source: Readable;
  /** The end for the child; to be closed as soon as the child has it, or will not get it. */
  readonly writeDescriptor: number;
}

/** How many are made at once: making them costs a process. */
const BATCH = 4;
const MAX_IDLE = 16;
/** In front of the owner's name, while a FIFO has one. */
const PREFIX = "pipe-";

/**
 * Pipes to read the output of commands from. What Node itself makes are socket pairs, which cannot be opened again:
 * `echo oops > /dev/stderr` and `tee /dev/stdout` fail on them with ENXIO. Node has no call for a pipe, but a FIFO whose
 * name is gone is one; it is used again once all its writers have closed it.
 */
export class PipePool {
  readonly #folder: string;
  /** Each a reading descriptor that keeps a pipe in being. */
  #idle: number[] = [];
  #growing: Promise<boolean> | null = null;
  #closed = false;
  #swept = false;

  /** `folder` is made when it is missing; only we may write to it. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** As many pipes as asked for; null when none can be made here. */
  async take(count: number): Promise<Pipe[] | null> {
    // A worker thread keeps a list of what `open` gave it, and does not notice that a socket closes it: at its end it
    // would close whatever has the same number by then.
    if (!isMainThread) return null;
    while (this.#idle.length < count) {
      this.#growing ??= this.#grow().finally(() => {
        this.#growing = null;
      });
      if (!(await this.#growing)) return null;
    }
    return this.#idle.splice(-count).map((anchor) => this.#open(anchor));
  }

  close(): void {
    this.#closed = true;
    for (const anchor of this.#idle.splice(0)) closeSync(anchor);
  }

  #open(anchor: number): Pipe {
    const path = `/proc/self/fd/${anchor}`;
    const readDescriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeDescriptor = openSync(path, constants.O_WRONLY);
    const source = new Socket({ fd: readDescriptor, readable: true, writable: false });
    let isDrained = false;
    source.once("end", () => {
      isDrained = true;
    });
    source.once("close", () => {
      // One that still has writers would mix their output into that of the next command.
      if (isDrained && !this.#closed && this.#idle.length < MAX_IDLE) this.#idle.push(anchor);
      else closeSync(anchor);
    });
    return { source, writeDescriptor };
  }

  async #grow(): Promise<boolean> {
    const owner = ownerName();
    const paths = Array.from({ length: BATCH }, (_, index) => join(this.#folder, `${PREFIX}${owner}.${index}`));
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      if (!this.#swept) await this.#sweep();
      await promisify(execFile)("mkfifo", ["-m", "600", ...paths]);
      for (const path of paths) {
        this.#idle.push(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
        unlinkSync(path);
      }
      return true;
    } catch {
      return false; // no mkfifo, or a file system without FIFOs: Node's own pipes have to do
    }
  }

  /** Removes what processes have left that were killed before they could take the names away. */
  async #sweep(): Promise<void> {
    this.#swept = true;
    for (const name of await readdir(this.#folder)) {
      if (name.startsWith(PREFIX) && !isAlive(name.slice(PREFIX.length)))
        await rm(join(this.#folder, name), { force: true });
    }
  }
}
