import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, STATUS_CODES, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { createLink } from "./link.ts";
import type { Admission } from "../serve.ts";
import { ListenError, type ListenAddress, type Listener, type ListenOptions } from "./listen.ts";

/** Messages that one write hands to the socket are joined; each is a frame of its own. */
const TEXT = { binary: false, compress: false } as const;

export interface UpgraderOptions extends ListenOptions {
  /** The way in is guarded already: no token is asked for, and the client's idea of our name does not matter. */
  readonly trusted: boolean;
}

/** Turns HTTP connections into WebSockets. */
export interface Upgrader {
  /** Takes a connection over. */
  accept(socket: Socket): void;
  readonly server: Server;
  close(): void;
}

/**
 * Listens at a TCP port of this machine. A client shows a token; a web page has to come from an origin that is allowed,
 * and no page at all can reach us under a name of its own.
 * @throws ListenError
 */
export async function listenWebSocket(
  { host, port }: Extract<ListenAddress, { type: "ws" }>,
  options: ListenOptions,
): Promise<Listener> {
  const upgrader = createUpgrader({ ...options, trusted: false });
  const { server } = upgrader;
  await new Promise<void>((listening, failed) => {
    server.once("listening", listening);
    server.once("error", (error) => {
      failed(new ListenError(`cannot listen at ${host}:${port}: ${error.message}; port 0 takes a free one`));
    });
    server.listen({ host, port });
  });
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `ws://${name}:${portOf(server)}`,
    async close() {
      server.close();
      upgrader.close();
    },
  };
}

export function createUpgrader(options: UpgraderOptions): Upgrader {
  const { limits, maxConnections } = options;
  const server = createServer((request, response) => {
    const status = probeStatus(request);
    response.writeHead(status, { connection: "close" }).end();
  });
  server.headersTimeout = 5_000;
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    maxPayload: limits.maxMessageBytes,
  });
  server.on("upgrade", (request, socket: Socket, head) => {
    socket.on("error", () => {}); // told as an end
    const verdict = sockets.clients.size < maxConnections ? judge(request, options) : 503;
    if (typeof verdict === "number") return refuse(socket, verdict);
    sockets.handleUpgrade(request, socket, head, (client) => {
      acceptWebSocket(client, { ...options, socket, admission: verdict });
    });
  });
  return {
    server,
    accept(socket) {
      server.emit("connection", socket);
      process.nextTick(() => socket.resume()); // HTTP listens by then
    },
    close: () => server.closeIdleConnections(),
  };
}

/** `/healthz` and `/readyz` say that somebody listens; everything else wants a WebSocket. */
function probeStatus({ method, url, headers }: IncomingMessage): number {
  if (headers.origin !== undefined) return 403;
  if (method === "GET" && (url === "/healthz" || url === "/readyz")) return 200;
  return 426;
}

/** Whether a client is let in, and as what; otherwise the status that it gets. */
function judge({ headers }: IncomingMessage, options: UpgraderOptions): Admission | 401 | 403 {
  const { trusted, tokens, allowedOrigins } = options;
  const { origin, host, authorization } = headers;
  if (origin !== undefined && !allowedOrigins.includes(origin)) return 403;
  if (trusted) return { observer: false };
  if (!isOwnName(host)) return 403;
  const [, shown = ""] = /^Bearer (\S+)$/i.exec(authorization ?? "") ?? [];
  if (isSame(shown, tokens.client)) return { observer: false };
  if (tokens.observer !== null && isSame(shown, tokens.observer)) return { observer: true };
  return 401;
}

/** A page of somebody else's can get a name of its own to lead here; its requests then carry that name. */
function isOwnName(host: string | undefined): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host ?? "");
}

/** Takes the same time wherever the texts differ. */
function isSame(shown: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(shown), digest(token));
}

function refuse(socket: Socket, status: number): void {
  const challenge = status === 401 ? "WWW-Authenticate: Bearer\r\n" : "";
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\n${challenge}\r\n`);
}

/** One message a text frame, over the socket that the WebSocket has taken over. */
function acceptWebSocket(
  client: WebSocket,
  options: ListenOptions & { readonly socket: Socket; readonly admission: Admission },
): void {
  const { socket, admission, limits, warn, onConnection } = options;
  const link = createLink(
    {
      write(lines) {
        socket.cork();
        // Every message is a line, which has no line feed inside.
        for (const line of lines.split("\n")) if (line !== "") client.send(line, TEXT);
        socket.uncork();
        return !socket.writableNeedDrain;
      },
      backlog: () => client.bufferedAmount,
      pause: () => client.pause(),
      resume: () => client.resume(),
      end: (reason) => endWebSocket(client, reason),
      destroy: () => client.terminate(),
    },
    {
      limits,
      onMalformed: (line) => warn(`dropped a frame that is no message: ${line.slice(0, 200)}`),
      onDropped: (reason) => warn(`dropped a client: ${reason}`),
    },
  );
  client.on("message", (data: Buffer, isBinary: boolean) => {
    if (isBinary) return link.drop("a message has to be a text frame");
    // A frame holds one message, whatever its layout.
    link.transport.receive(`${data.toString("utf8").replaceAll("\n", " ")}\n`);
  });
  socket.on("drain", () => link.resumeWriting());
  client.on("error", (error) => link.end(`the connection failed: ${error.message}`));
  client.on("close", () => link.end("the client is gone"));
  onConnection(link.transport, admission);
}

/** The longest reason that a close frame can carry. */
const MAX_REASON_BYTES = 123;

function endWebSocket(client: WebSocket, reason: string): Promise<void> {
  return new Promise((ended) => {
    if (client.readyState === client.CLOSED) return ended();
    client.once("close", () => ended());
    client.close(1000, Buffer.from(reason).subarray(0, MAX_REASON_BYTES));
  });
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
