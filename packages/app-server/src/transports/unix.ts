import { chmod, lstat, mkdtemp, rename, rm, unlink } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname, join, resolve } from "node:path";
import { acceptSocket } from "./socket.ts";
import { ListenError, type Listener, type ListenOptions } from "./listen.ts";
import { createUpgrader } from "./websocket.ts";

/** What a WebSocket client says first; JSON never begins like this. */
const HTTP_START = "GET ";

/**
 * Listens at a socket file that only this user may open: JSON lines, or a WebSocket for a client that begins with an
 * HTTP upgrade. A file that a server has left behind is taken over; one that is in use is not.
 * @throws ListenError
 */
export async function listenUnix(path: string, options: ListenOptions): Promise<Listener> {
  const at = resolve(path);
  await clearPlace(at);
  const upgrader = createUpgrader({ ...options, trusted: true });
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.maxConnections = options.maxConnections;
  server.on("connection", (socket) => {
    socket.on("error", () => {}); // told as an end
    socket.once("data", (start: Buffer) => {
      socket.pause();
      socket.unshift(start);
      if (start.subarray(0, HTTP_START.length).toString("latin1") === HTTP_START) return upgrader.accept(socket);
      acceptSocket(socket, options);
    });
    socket.resume();
  });
  await bind(server, at);
  return {
    url: `unix://${at}`,
    async close() {
      server.close(); // connections go on
      upgrader.close();
      await rm(at, { force: true });
    },
  };
}

/**
 * Makes the socket file in a folder that nobody else may enter and moves it to its place once its mode is set: there is
 * no moment in which somebody else could connect.
 */
async function bind(server: Server, path: string): Promise<void> {
  try {
    const folder = await mkdtemp(join(dirname(path), ".h-"));
    const made = join(folder, "s");
    try {
      await new Promise<void>((listening, failed) => {
        server.once("listening", listening).once("error", failed);
        server.listen(made);
      });
      await chmod(made, 0o600);
      await rename(made, path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ListenError(`cannot listen at ${path}: ${reason}`, { cause });
  }
}

/** @throws ListenError when something is there that is no socket left behind. */
async function clearPlace(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null) return;
  if (!stats.isSocket()) throw new ListenError(`cannot listen at ${path}: a file is there; name another place`);
  if (await isServed(path)) throw new ListenError(`cannot listen at ${path}: another server does; end it first`);
  await unlink(path);
}

function isServed(path: string): Promise<boolean> {
  return new Promise((answer) => {
    const socket: Socket = connect(path);
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
    socket.once("connect", () => socket.destroy());
  });
}
