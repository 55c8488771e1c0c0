import type { Writable } from "node:stream";

/** One of the two output streams of a run. */
export interface Sink {
  readonly isTerminal: boolean;
  write(text: string): void;
  /** Resolves when all that was written has left the process, or nobody reads it any more. */
  flushed(): Promise<void>;
  /** Fires when the reader has gone. Writing goes on without effect. */
  readonly closed: AbortSignal;
}

/** A sink over a Node stream, which stays the caller's. */
export function createSink(stream: Writable & { readonly isTTY?: boolean }): Sink {
  const gone = new AbortController();
  // Every write that fails says so here too; without a listener it would end the process with a stack trace.
  stream.on("error", () => gone.abort());
  return {
    isTerminal: stream.isTTY === true,
    closed: gone.signal,
    write(text) {
      if (!gone.signal.aborted) stream.write(text);
    },
    flushed() {
      if (gone.signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        gone.signal.addEventListener("abort", () => resolve(), { once: true });
        stream.write("", () => resolve());
      });
    },
  };
}
