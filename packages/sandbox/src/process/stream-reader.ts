import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { OutputDelta } from "./outcome.ts";
import type { OutputQueue } from "./output-queue.ts";
import { RetainedOutput } from "./retained-output.ts";

const MAX_DELTAS_PER_STREAM = 10_000;

/** One output stream of a command while it is read. */
export interface StreamReader {
  /** Resolves when nothing more comes. */
  readonly ended: Promise<void>;
  readonly kept: RetainedOutput;
  /** Beyond the limit, or while nobody read. */
  omittedDeltas: number;
  /** Waits for a listener that has not kept up; the stream stands still meanwhile. */
  readonly waits: boolean;
  /** Takes no more, wherever the stream is. */
  close(): void;
}

/**
 * Hears every piece of output as it arrives, without a limit. While a promise that it gives is open the stream stands
 * still, and with it, soon, the command.
 */
export type OutputListener = (stream: OutputDelta["stream"], bytes: Uint8Array) => Promise<void> | undefined;

/** Where the output of a stream goes. */
export interface OutputTargets {
  readonly aggregate: RetainedOutput;
  /** Gets text, unless somebody listens. */
  readonly queue: OutputQueue;
  readonly listener: OutputListener | null;
}

/** Takes a stream in as it arrives: kept bytes for the outcome, text for the queue or bytes for the listener. */
export function readStream(
  stream: OutputDelta["stream"],
  source: Readable | null,
  { queue, aggregate, listener }: OutputTargets,
): StreamReader {
  const kept = new RetainedOutput();
  if (source === null) return { ended: Promise.resolve(), kept, omittedDeltas: 0, waits: false, close() {} };
  const decoder = new StringDecoder("utf8");
  let deltas = 0;
  /** Settles when the listener has heard what it was told last. */
  let hearing: Promise<void> | null = null;
  const push = (text: string): void => {
    if (text === "") return;
    if (deltas >= MAX_DELTAS_PER_STREAM || !queue.push({ stream, text })) reader.omittedDeltas += 1;
    else deltas += 1;
  };
  source.on("data", (chunk: Buffer) => {
    kept.append(chunk);
    aggregate.append(chunk);
    if (listener !== null) return hear(listener, chunk);
    if (deltas < MAX_DELTAS_PER_STREAM) push(decoder.write(chunk));
    else reader.omittedDeltas += 1;
  });
  const hear = (told: OutputListener, chunk: Buffer): void => {
    // Node lets a stream flow again when the process has ended, whoever has stopped it.
    const heard = hearing === null ? told(stream, chunk) : hearing.then(() => told(stream, chunk));
    if (heard === undefined) return;
    source.pause();
    const goOn = (): void => {
      if (hearing !== settled) return;
      hearing = null;
      source.resume();
    };
    const settled = heard.then(goOn, goOn); // a listener that fails is one that has heard enough
    hearing = settled;
  };
  const closed = new Promise<void>((resolve) => {
    source.once("close", resolve);
    source.once("error", () => resolve()); // a stream that breaks has ended; the exit tells how the command did
  });
  const ended = closed.then(() => hearing ?? undefined);
  const reader: StreamReader = {
    ended,
    kept,
    omittedDeltas: 0,
    get waits() {
      return hearing !== null;
    },
    close() {
      push(decoder.end());
      source.destroy();
    },
  };
  return reader;
}
