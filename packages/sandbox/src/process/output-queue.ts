import type { OutputDelta } from "./outcome.ts";

/** Unread text beyond this is not queued: a reader that sleeps must not cost memory without a bound. */
const MAX_UNREAD_CHARS = 8 * 1024 * 1024;

type Waiting = (result: IteratorResult<OutputDelta, undefined>) => void;

/** The live output of a command: filled as it arrives, read by one loop. Filling never waits for reading. */
export class OutputQueue implements AsyncIterable<OutputDelta> {
  #unread: OutputDelta[] = [];
  #next = 0;
  #unreadChars = 0;
  #waiting: Waiting | null = null;
  #state: "open" | "ended" | "left" = "open";

  /** False when the delta was dropped: after the end, or because too much is unread. */
  push(delta: OutputDelta): boolean {
    if (this.#state !== "open") return this.#state === "left";
    if (this.#waiting !== null) {
      const resolve = this.#waiting;
      this.#waiting = null;
      resolve({ done: false, value: delta });
      return true;
    }
    if (this.#unreadChars + delta.text.length > MAX_UNREAD_CHARS) return false;
    this.#unread.push(delta);
    this.#unreadChars += delta.text.length;
    return true;
  }

  /** What is unread can still be read. */
  end(): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    this.#waiting?.({ done: true, value: undefined });
    this.#waiting = null;
  }

  [Symbol.asyncIterator](): AsyncIterator<OutputDelta, undefined> {
    return { next: () => this.#read(), return: () => this.#leave() };
  }

  #read(): Promise<IteratorResult<OutputDelta, undefined>> {
    const delta = this.#unread[this.#next];
    if (delta !== undefined) {
      this.#next += 1;
      this.#unreadChars -= delta.text.length;
      if (this.#next === this.#unread.length) {
        this.#unread = [];
        this.#next = 0;
      }
      return Promise.resolve({ done: false, value: delta });
    }
    if (this.#state !== "open") return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** The loop was left: nobody will read, so nothing is kept. */
  #leave(): Promise<IteratorResult<OutputDelta, undefined>> {
    this.#state = "left";
    this.#unread = [];
    this.#next = 0;
    this.#unreadChars = 0;
    return Promise.resolve({ done: true, value: undefined });
  }
}
