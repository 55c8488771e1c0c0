import { createConnection } from "node:net";
import { createLineTransport, type Transport } from "@heddle/protocol";
import { ClientError } from "./client-error.ts";
import { streamTransport } from "./stream-transport.ts";

export interface SocketOptions {
  /** `unix://PATH` or `ws://HOST:PORT`, as the server prints it. */
  readonly url: string;
  /** What a port asks for: the text of the file that the server names. */
  readonly token?: string;
  /** Told of each message of the server that is none and was dropped. */
  readonly onMalformed?: (line: string) => void;
}

/**
 * Connects to an app server that listens at a socket. `close` ends the connection; the server and its threads go on.
 * @throws ClientError `notReached`.
 */
export function socketTransport(options: SocketOptions): Promise<Transport> {
  return options.url.startsWith("unix://") ? unixTransport(options) : webSocketTransport(options);
}

function unixTransport({ url, onMalformed }: SocketOptions): Promise<Transport> {
  const socket = createConnection(url.slice("unix://".length));
  return new Promise((connected, failed) => {
    const fail = (cause: Error): void => failed(new ClientError({ kind: "notReached", url }, { cause }));
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.off("error", fail);
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      const transport = streamTransport({
        input: socket,
        output: socket,
        close: async () => {
          socket.end();
          await closed;
        },
        onMalformed,
      });
      socket.once("close", () => transport.end("the server has ended the connection"));
      connected(transport);
    });
  });
}

async function webSocketTransport({ url, token, onMalformed = () => {} }: SocketOptions): Promise<Transport> {
  const { WebSocket } = await import("ws");
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(url, { headers, perMessageDeflate: false });
  await new Promise<void>((opened, failed) => {
    socket.once("open", opened);
    socket.once("error", (cause) => failed(new ClientError({ kind: "notReached", url }, { cause })));
  });
  const closed = new Promise<string>((resolve) => {
    socket.once("close", (_code, reason) => resolve(reason.toString("utf8")));
  });
  const transport = createLineTransport({
    write(lines) {
      for (const line of lines.split("\n")) if (line !== "") socket.send(line, () => resumeWhenSent());
      return socket.bufferedAmount < HIGH_WATER_MARK;
    },
    schedule: setImmediate,
    onMalformed,
    async close() {
      socket.close();
      await closed;
    },
  });
  const resumeWhenSent = (): void => {
    if (socket.bufferedAmount < HIGH_WATER_MARK) transport.resumeWriting();
  };
  socket.on("message", (data) => transport.receive(`${textOf(data)}\n`));
  socket.on("error", (error) => transport.end(`the connection failed: ${error.message}`));
  void closed.then((reason) => transport.end(reason === "" ? "the server has ended the connection" : reason));
  return transport;
}

/** Bytes that wait in a WebSocket, above which more are held back. */
const HIGH_WATER_MARK = 1024 * 1024;

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return data instanceof ArrayBuffer ? Buffer.from(data).toString("utf8") : data.toString("utf8");
}
