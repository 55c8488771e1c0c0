import { fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { createLineTransport, type Transport } from "@heddle/protocol";

/** How long the last output may take to leave: a client that has stopped reading must not keep the server alive. */
const LAST_OUTPUT_MS = 500;

export interface StdioOptions {
  /** Told of each line that is no message and was dropped. */
  readonly onMalformed: (line: string) => void;
  /** Asked when the input ends: null, or what there is to wait for and to write before the transport closes. */
  readonly beforeEnd: () => Promise<void> | null;
}

/** JSON lines over this process's stdin and stdout. Closes with the end of the input, or when nobody reads the output. */
export function stdioTransport(options: StdioOptions): Transport {
  return overStreams({ input: process.stdin, output: standardOutput(), ...options });
}

function overStreams(options: StdioOptions & { readonly input: Readable; readonly output: Writable }): Transport {
  const { input, output, onMalformed, beforeEnd } = options;
  const transport = createLineTransport({
    write: (text) => output.write(text),
    schedule: setImmediate,
    onMalformed,
    close: () => finish(output),
  });
  input.on("data", (chunk: Uint8Array) => transport.receive(chunk));
  input.on("end", () => {
    const lastAnswers = beforeEnd();
    if (lastAnswers !== null) {
      // An answer is sent a moment after it is there.
      void lastAnswers.then(() => setImmediate(() => void transport.close()));
      return;
    }
    // Answers of this tick are on their way out: they leave first.
    setImmediate(() => {
      transport.end("end of input");
      void finish(output);
    });
  });
  input.on("error", (error) => transport.end(`reading failed: ${error.message}`));
  output.on("error", (error) => transport.end(`writing failed: ${error.message}`));
  output.on("drain", () => transport.resumeWriting());
  return transport;
}

/** Resolves when what was written has left, or has been given up. */
function finish(output: Writable): Promise<void> {
  return new Promise((resolve) => {
    const givingUp = setTimeout(() => {
      output.destroy();
      resolve();
    }, LAST_OUTPUT_MS);
    output.write("", () => {
      clearTimeout(givingUp);
      resolve();
    });
  });
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
