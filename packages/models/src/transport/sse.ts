import { createParser } from "eventsource-parser";
import { ModelError } from "../failure.ts";

/** An event this large is no event; it keeps a broken server from filling the memory. */
const MAX_EVENT_CHARS = 64 * 1024 * 1024;

/** Splits bytes into the data of server-sent events, incrementally. */
export interface SseDecoder {
  /** How many events there were so far, the one that is being received included. */
  readonly count: number;
  /** @throws what the receiver throws. */
  push(chunk: Uint8Array): void;
  /** The bytes have ended: an event that only lacks its blank line counts. */
  end(): void;
}

/** Event names are left out: every API that is read here repeats them inside the data, or has none. */
export function createSseDecoder(onData: (data: string) => void): SseDecoder {
  // Takes away a byte order mark and holds back characters that are cut by the end of a chunk.
  const text = new TextDecoder();
  let count = 0;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent: ({ data }) => {
      count += 1;
      onData(data);
    },
    onError: (error) => {
      if (error.type !== "max-buffer-size-exceeded") return; // other lines that make no sense are skipped
      const failure = { kind: "streamDisconnected", httpStatusCode: null, delayMs: null } as const;
      throw new ModelError({ ...failure, message: "an event of the stream is larger than 64 MiB" }, { cause: error });
    },
  });
  return {
    get count() {
      return count;
    },
    push(chunk) {
      parser.feed(text.decode(chunk, { stream: true }));
    },
    end() {
      parser.feed(`${text.decode()}\n\n`);
    },
  };
}
