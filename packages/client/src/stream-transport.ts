import type { Readable, Writable } from "node:stream";
import { createLineTransport, type LineTransport } from "@heddle/protocol";

/** Lines of JSON over a pair of streams. The end of the input, or a failure of either, ends it. */
export function streamTransport(options: {
  readonly input: Readable;
  readonly output: Writable;
  /** Ends what is behind the streams, after everything that was sent. */
  readonly close: () => Promise<void>;
  readonly onMalformed?: ((line: string) => void) | undefined;
}): LineTransport {
  const { input, output, close, onMalformed } = options;
  const transport = createLineTransport({
    write: (text) => output.write(text),
    schedule: setImmediate,
    close,
    ...(onMalformed && { onMalformed }),
  });
  input.on("data", (chunk: Uint8Array) => transport.receive(chunk));
  input.on("error", (error) => transport.end(`reading failed: ${error.message}`));
  output.on("error", (error) => transport.end(`writing failed: ${error.message}`));
  output.on("drain", () => transport.resumeWriting());
  return transport;
}
