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
  /** Takes no more, wherever the stream is. */
  close(): void;
}

/** Takes a stream in as it arrives: kept bytes for the outcome, text for the queue. */
export function readStream(
  stream: OutputDelta["stream"],
  source: Readable | null,
  { queue, aggregate }: { readonly queue: OutputQueue; readonly aggregate: RetainedOutput },
): StreamReader {
  const kept = new RetainedOutput();
  if (source === null) return { ended: Promise.resolve(), kept, omittedDeltas: 0, close() {} };
  const decoder = new StringDecoder("utf8");
  let deltas = 0;
  const push = (text: string): void => {
    if (text === "") return;
    if (deltas >= MAX_DELTAS_PER_STREAM || !queue.push({ stream, text })) reader.omittedDeltas += 1;
    else deltas += 1;
  };
  source.on("data", (chunk: Buffer) => {
    kept.append(chunk);
    aggregate.append(chunk);
    if (deltas < MAX_DELTAS_PER_STREAM) push(decoder.write(chunk));
    else reader.omittedDeltas += 1;
  });
  const ended = new Promise<void>((resolve) => {
    source.once("close", resolve);
    source.once("error", () => resolve()); // a stream that breaks has ended; the exit tells how the command did
  });
  const reader: StreamReader = {
    ended,
    kept,
    omittedDeltas: 0,
    close() {
      push(decoder.end());
      source.destroy();
    },
  };
  return reader;
}
