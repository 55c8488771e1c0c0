import type { Socket } from "node:net";
import { createLink } from "./link.ts";
import type { ListenOptions } from "./listen.ts";

const LINE_FEED = 0x0a;

/** Serves a client over a socket that has connected, in JSON lines. */
export function acceptSocket(socket: Socket, { limits, warn, onConnection }: ListenOptions): void {
  const link = createLink(
    {
      write: (lines) => socket.write(lines),
      backlog: () => socket.writableLength,
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
      end: () => endSocket(socket),
      destroy: () => void socket.destroy(),
    },
    {
      limits,
      onMalformed: (line) => warn(`dropped a line that is no message: ${line.slice(0, 200)}`),
      onDropped: (reason) => warn(`dropped a client: ${reason}`),
    },
  );
  /** Length of the line that is still coming. */
  let unfinished = 0;
  socket.on("data", (chunk: Buffer) => {
    const end = chunk.lastIndexOf(LINE_FEED);
    unfinished = end === -1 ? unfinished + chunk.length : chunk.length - end - 1;
    if (unfinished > limits.maxMessageBytes) link.drop(`a message is longer than ${limits.maxMessageBytes} bytes`);
    else link.transport.receive(chunk);
  });
  socket.on("drain", () => link.resumeWriting());
  socket.on("end", () => {
    // A client that has said everything may still read: the commands that it has ordered are answered first.
    const answers = connection.lastAnswers() ?? Promise.resolve();
    void answers.then(() => setImmediate(() => void link.transport.close()));
  });
  socket.on("error", (error) => link.end(`the socket failed: ${error.message}`));
  socket.on("close", () => link.end("the client is gone"));
  const connection = onConnection(link.transport, { observer: false });
  socket.resume();
}

function endSocket(socket: Socket): Promise<void> {
  return new Promise((ended) => {
    if (socket.destroyed) return ended();
    socket.once("close", () => ended());
    socket.end(() => socket.destroy());
  });
}
