import { fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { createLineTransport, type Transport } from "@heddle/protocol";

/**
 * JSON lines over this process's stdin and stdout. Closes with the end of the input, or when nobody reads the output.
 * @param onMalformed told of each line that is no message and was dropped.
 */
export function stdioTransport(options: { readonly onMalformed: (line: string) => void }): Transport {
  return overStreams({ input: process.stdin, output: standardOutput(), ...options });
}

function overStreams(options: {
  readonly input: Readable;
  readonly output: Writable;
  readonly onMalformed: (line: string) => void;
}): Transport {
  const { input, output, onMalformed } = options;
  const transport = createLineTransport({
    write: (text) => output.write(text),
    schedule: setImmediate,
    onMalformed,
    close: () => new Promise((resolve) => output.write("", () => resolve())),
  });
  input.on("data", (chunk: Uint8Array) => transport.receive(chunk));
  input.on("end", () => transport.end("end of input"));
  input.on("error", (error) => transport.end(`reading failed: ${error.message}`));
  output.on("error", (error) => transport.end(`writing failed: ${error.message}`));
  output.on("drain", () => transport.resumeWriting());
  return transport;
}

/**
 * Standard output that does not block: Node writes to pipes synchronously, so that a client which stops reading
 * would stop the whole server. A file or a terminal cannot be opened as a socket and stays as it is.
 */
function standardOutput(): Writable {
  const info = fstatSync(1);
  if (!info.isFIFO() && !info.isSocket()) return process.stdout;
  return new Socket({ fd: 1, readable: false, writable: true });
}
