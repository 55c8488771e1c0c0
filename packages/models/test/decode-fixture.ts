import { createBatchDecoder } from "../src/decode-batch.ts";
import { ModelError, type ModelFailure } from "../src/failure.ts";
import type { ModelEvent } from "../src/model-event.ts";
import type { StreamDecoder } from "../src/wire/adapter.ts";

export interface Decoded {
  readonly events: readonly ModelEvent[];
  readonly failure: ModelFailure | null;
}

/** What a body comes to that arrives in these chunks: as a client would see it, so nothing after `completed`. */
export function decodeChunks(decoder: StreamDecoder, chunks: readonly Uint8Array[]): Decoded {
  const decode = createBatchDecoder(decoder);
  const events: ModelEvent[] = [];
  for (const chunk of [...chunks, null]) {
    const batch = decode(chunk);
    for (const event of batch.events) {
      events.push(event);
      if (event.type === "completed") return { events, failure: null };
    }
    if (batch.failure === null) continue;
    const { error } = batch.failure;
    if (error instanceof ModelError) return { events, failure: error.failure };
    throw error;
  }
  throw new Error("the stream ended without a word");
}

/** The body of a stream with these messages. */
export function sseText(messages: readonly (object | string)[]): string {
  return messages.map((data) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`).join("");
}

/** What a whole body comes to. */
export function decodeText(decoder: StreamDecoder, text: string): Decoded {
  return decodeChunks(decoder, [Buffer.from(text)]);
}

/** The ways to cut a body: in two at each byte, and into single bytes. */
export function* cuts(text: string): Generator<readonly Uint8Array[]> {
  const bytes = Buffer.from(text);
  for (let at = 1; at < bytes.length; at += 1) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield [...bytes].map((byte) => Uint8Array.of(byte));
}
