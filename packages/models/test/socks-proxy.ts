import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A SOCKS5 proxy on loopback. What it was asked for: `host:port`, and the login that came with it. */
export interface SocksProxy extends AsyncDisposable {
  readonly port: number;
  readonly asked: readonly { readonly target: string; readonly login: string | null }[];
}

/** Connects whatever it is asked for to `port` of this machine. Source: RFC 1928, RFC 1929. */
export async function startSocksProxy(port: number): Promise<SocksProxy> {
  const asked: { target: string; login: string | null }[] = [];
  const serve = async (socket: Socket): Promise<void> => {
    const [, ...methods] = await read(socket);
    const wantsLogin = methods.slice(1).includes(2);
    socket.write(Buffer.from([5, wantsLogin ? 2 : 0]));
    let login: string | null = null;
    if (wantsLogin) {
      const bytes = await read(socket);
      const nameEnd = 2 + (bytes[1] ?? 0);
      login = `${bytes.toString("utf8", 2, nameEnd)}:${bytes.toString("utf8", nameEnd + 1)}`;
      socket.write(Buffer.from([1, 0]));
    }
    const request = await read(socket);
    const end = 5 + (request[4] ?? 0); // addresses are names here: type 3
    asked.push({ target: `${request.toString("utf8", 5, end)}:${request.readUInt16BE(end)}`, login });
    const onward = connect(port, "127.0.0.1");
    onward.on("error", () => socket.destroy());
    socket.on("close", () => onward.destroy());
    await once(onward, "connect");
    socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
    onward.pipe(socket).pipe(onward);
  };
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on("close", () => open.delete(socket)).on("error", () => socket.destroy()));
    serve(socket).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    asked,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

async function read(socket: Socket): Promise<Buffer> {
  const [bytes] = (await once(socket, "data")) as [Buffer];
  return bytes;
}
