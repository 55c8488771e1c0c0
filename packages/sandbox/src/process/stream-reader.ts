import { StringDecoder } from "node:string_decoder";
import type { OutputSource } from "./launch.ts";
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
  readonly omittedDeltas: number;
  /** Waits for a listener that has not kept up; the stream stands still meanwhile. */
  readonly waits: boolean;
  /** Takes these bytes as if the command had written them. */
  add(bytes: Buffer): void;
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
  source: OutputSource | null,
  { queue, aggregate, listener }: OutputTargets,
): StreamReader {
  const kept = new RetainedOutput();
  const decoder = new StringDecoder("utf8");
  let deltas = 0;
  let omittedDeltas = 0;
  /** Settles when the listener has heard what it was told last. */
  let hearing: Promise<void> | null = null;
  const push = (text: string): void => {
    if (text === "") return;
    if (deltas >= MAX_DELTAS_PER_STREAM || !queue.push({ stream, text })) omittedDeltas += 1;
    else deltas += 1;
  };
  const add = (chunk: Buffer): void => {
    kept.append(chunk);
    aggregate.append(chunk);
    if (listener !== null) return hear(listener, chunk);
    if (deltas < MAX_DELTAS_PER_STREAM) push(decoder.write(chunk));
    else omittedDeltas += 1;
  };
  const hear = (told: OutputListener, chunk: Buffer): void => {
    // What was on its way when the source was paused comes all the same.
    const heard = hearing === null ? told(stream, chunk) : hearing.then(() => told(stream, chunk));
    if (heard === undefined) return;
    source?.pause();
    const goOn = (): void => {
      if (hearing !== settled) return;
      hearing = null;
      source?.resume();
    };
    const settled = heard.then(goOn, goOn); // a listener that fails is one that has heard enough
    hearing = settled;
  };
  const closed = new Promise<void>((resolve) => {
    if (source === null) resolve();
    else source.read({ data: add, end: resolve });
  });
  const ended = closed.then(() => hearing ?? undefined);
  return {
    ended,
    kept,
    get omittedDeltas() {
      return omittedDeltas;
    },
    get waits() {
      return hearing !== null;
    },
    add,
    close() {
      push(decoder.end());
      source?.close();
    },
  };
}
