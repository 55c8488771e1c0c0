import type { ModelEvent } from "./model-event.ts";
import { createSseDecoder } from "./transport/sse.ts";
import type { StreamDecoder } from "./wire/adapter.ts";

/** What one network chunk came to. */
export interface Batch {
  /** Good even when there is a failure: it came before. */
  readonly events: readonly ModelEvent[];
  /** Whether the server said anything but comments. */
  readonly isSignOfLife: boolean;
  /** What ends the stream after these events. */
  readonly failure: { readonly error: unknown } | null;
}

/** Decodes the chunks of a body one after the other; null stands for its end, after which there is a `completed`. */
export function createBatchDecoder(decoder: StreamDecoder): (chunk: Uint8Array | null) => Batch {
  let events: ModelEvent[] = [];
  const sse = createSseDecoder((data) => decoder.decode(data, events));
  return (chunk) => {
    events = [];
    const before = sse.count;
    try {
      if (chunk === null) end();
      else sse.push(chunk);
      return { events, isSignOfLife: sse.count > before, failure: null };
    } catch (error) {
      return { events, isSignOfLife: sse.count > before, failure: { error } };
    }
  };

  function end(): void {
    sse.end();
    if (!events.some(isTerminal)) decoder.end(events);
    if (!events.some(isTerminal)) throw new Error("a decoder has to complete the answer at its end, or to throw");
  }
}

export function isTerminal({ type }: ModelEvent): boolean {
  return type === "completed";
}
