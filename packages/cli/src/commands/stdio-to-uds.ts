import { createConnection, type Socket } from "node:net";
import type { Readable, Writable } from "node:stream";

/**
 * `heddle stdio-to-uds`: passes the input on to a Unix socket and what comes from there to the output, each at the pace
 * of its reader, until the other end is done or nobody reads the output any more. The end of the input is passed on as
 * the end of our half; input that comes once the other end is done is not passed on. Source: command line spec, section 1.
 * @returns the exit code, 0; the input is then closed.
 * @throws Error when the socket cannot be reached or closes on input under way, or the input cannot be read.
 */
export async function relayToSocket(
  path: string,
  { stdin, stdout }: { readonly stdin: Readable; readonly stdout: Writable },
): Promise<number> {
  const socket = await connect(path);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("end", resolve);
      socket.once("error", (cause) =>
        reject(new Error(`the socket ${path} broke off, input may be lost: ${cause.message}`, { cause })),
      );
      socket.once("close", () => resolve());
      stdout.once("error", () => resolve()); // the one who started us knows why; a full disk is a failure elsewhere
      stdin.once("error", (cause) => reject(new Error(`the input cannot be read: ${cause.message}`, { cause })));
      socket.pipe(stdout, { end: false });
      stdin.pipe(socket);
    });
    return 0;
  } finally {
    stdin.unpipe(socket).destroy();
    socket.destroy();
  }
}

function connect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // The end of one direction is not that of the other.
    const socket = createConnection({ path, allowHalfOpen: true });
    const fail = (cause: Error): void =>
      reject(new Error(`the socket ${path} cannot be reached: ${cause.message}; is its server running?`, { cause }));
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.off("error", fail);
      resolve(socket);
    });
  });
}
