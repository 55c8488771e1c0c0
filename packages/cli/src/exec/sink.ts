import type { Writable } from "node:stream";

/** One of the two output streams of a run. */
export interface Sink {
  readonly isTerminal: boolean;
  write(text: string): void;
  /** Resolves when all that was written has left the process, or nobody reads it any more. */
  flushed(): Promise<void>;
  /** Fires when nothing can be written any more, mostly because the reader has gone. Writing goes on without effect. */
  readonly closed: AbortSignal;
  /** Why writing failed although somebody wants the output (a full disk, say); null when it did not. */
  failure(): string | null;
}

/** Errors of a stream whose reader has gone. */
const READER_GONE = new Set(["EPIPE", "ECONNRESET"]);

/** A sink over a Node stream, which stays the caller's. */
export function createSink(stream: Writable & { readonly isTTY?: boolean }): Sink {
  const gone = new AbortController();
  let failure: string | null = null;
  // Every write that fails says so here too; without a listener it would end the process with a stack trace.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (!READER_GONE.has(error.code ?? "")) failure ??= error.message;
    gone.abort();
  });
  return {
    failure: () => failure,
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
