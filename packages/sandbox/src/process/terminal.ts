import { Writable } from "node:stream";

/** In characters; each at least 1. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** The pseudo terminal of a running command. What the command reads from it is written to `Child.stdin`. */
export interface Terminal {
  /** Tells the command that its window has another size. No effect once it has ended. */
  resize(size: TerminalSize): void;
}

/** The largest number that a message has room for. */
const MAX_NUMBER = 0xffff;

/**
 * The writing end of the helper's terminal: data and sizes in the order in which they come. See the messages in
 * `helper/heddle-sandbox-exec.c`.
 *
 * @param pipe standard input of the helper; ended with `input`.
 */
export function terminalInput(pipe: Writable): { readonly input: Writable; readonly terminal: Terminal } {
  const input = new Writable({
    write(data: Buffer, _encoding, done) {
      pipe.write(Buffer.concat(dataMessages(data)), done);
    },
    final(done) {
      pipe.end(done);
    },
  });
  return {
    input,
    terminal: {
      resize({ rows, columns }) {
        if (pipe.writable) pipe.write(message("s", rows, columns));
      },
    },
  };
}

function dataMessages(data: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < data.length; at += MAX_NUMBER) {
    const part = data.subarray(at, at + MAX_NUMBER);
    messages.push(message("d", part.length, 0), part);
  }
  return messages;
}

function message(kind: "d" | "s", first: number, second: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.write(kind, "latin1");
  bytes.writeUInt16LE(Math.min(first, MAX_NUMBER), 1);
  bytes.writeUInt16LE(Math.min(second, MAX_NUMBER), 3);
  return bytes;
}
