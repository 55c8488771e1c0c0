import { isJsonObject, type Transport } from "@heddle/protocol";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listen, parseListenAddress, type LinkLimits } from "../src/index.ts";

test("an address is stdio, a path, or a port of this machine", () => {
  const read = ["stdio://", "unix:///run/s", "unix://s", "ws://127.0.0.1:80", "ws://[::1]:0", "ws://localhost:1/"];
  expect(read.map(parseListenAddress)).toEqual([
    { type: "stdio" },
    { type: "unix", path: "/run/s" },
    { type: "unix", path: "s" },
    { type: "ws", host: "127.0.0.1", port: 80 },
    { type: "ws", host: "::1", port: 0 },
    { type: "ws", host: "localhost", port: 1 },
  ]);
  const refused = [
    "",
    "stdio",
    "unix://",
    "ws://0.0.0.0:80",
    "ws://10.0.0.1:80",
    "ws://127.0.0.1",
    "tcp://127.0.0.1:1",
  ];
  expect(refused.map(parseListenAddress)).toEqual(refused.map(() => null));
});

/** Connects a client that reads nothing yet to a server with these limits. */
async function connected(limits: LinkLimits, use: (server: Transport, read: () => Promise<string>) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), "heddle-listen-"));
  const path = join(folder, "s");
  let connect: (transport: Transport) => void = () => {};
  const connection = new Promise<Transport>((resolve) => (connect = resolve));
  const listener = await listen(
    { type: "unix", path },
    {
      onConnection(transport) {
        connect(transport);
        return { closed: Promise.resolve(""), lastAnswers: () => null, close: () => transport.close() };
      },
      warn: () => {},
      tokens: { client: "", observer: null },
      allowedOrigins: [],
      limits,
      maxConnections: 10,
    },
  );
  const socket = createConnection(path);
  socket.write("\n");
  const read = async (): Promise<string> => {
    let text = "";
    for await (const chunk of socket.setEncoding("utf8")) text += String(chunk);
    return text;
  };
  try {
    await use(await connection, read);
  } finally {
    socket.destroy();
    await listener.close();
    await rm(folder, { recursive: true });
  }
}

test("a reader that has stopped gets all that was sent and then the reason, when it goes on", async () => {
  const limits = { maxMessageBytes: 1_000, maxBacklogBytes: 1e9, stallMs: 20 };
  await connected(limits, async (server, read) => {
    const closed = new Promise((resolve) => server.onClose(resolve));
    const text = "x".repeat(100_000);
    for (let count = 0; count < 20; count += 1) server.send({ method: "say", params: text });
    expect(await closed).toBe("nothing was read for 0.02 seconds");
    const messages = (await read())
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(messages).toHaveLength(21);
    const last = messages.at(-1);
    expect(isJsonObject(last) && last["method"]).toBe("connection/closing");
  });
});
