import { socketTransport } from "@heddle/client";
import { step, type Script } from "@heddle/testkit";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { WebSocket } from "ws";
import { describe, expect, test } from "vitest";
import { createRig, type CommandRig } from "./support/command-rig.ts";
import type { RunningProcess } from "./support/built-command.ts";
import { startTurn, turnEnd } from "./support/threads.ts";
import { createWireClient, type WireClient } from "./support/wire.ts";

interface Place {
  readonly url: string;
  readonly tokenFile?: string;
  readonly observerTokenFile?: string;
}

/** Starts a server and gives where it listens. */
async function listenAt(
  rig: CommandRig,
  urls: readonly string[],
  more: readonly string[] = [],
): Promise<{ server: RunningProcess; places: Place[] }> {
  const server = rig.start(["app-server", ...urls.flatMap((url) => ["--listen", url]), ...more], { stdin: null });
  let text = "";
  const places = await new Promise<Place[]>((resolve, reject) => {
    server.child.stdout?.on("data", (chunk: string) => {
      text += chunk;
      const lines = text.split("\n").slice(0, -1);
      if (lines.length === urls.length) resolve(lines.map((line) => JSON.parse(line) as Place));
    });
    void server.ended.then((end) => reject(new Error(JSON.stringify(end))));
  });
  return { server, places };
}

async function dial({ url, tokenFile }: Place, capabilities?: Record<string, boolean>): Promise<WireClient> {
  const token = tokenFile === undefined ? {} : { token: (await readFile(tokenFile, "utf8")).trim() };
  const client = createWireClient(await socketTransport({ url, ...token }));
  await client.request("initialize", {
    clientInfo: { name: "test", version: "1" },
    capabilities: capabilities ?? null,
  });
  return client;
}

const unixUrl = (rig: CommandRig): string => `unix://${join(rig.workspace.base, "s")}`;
const HELLO: Script = [[step.text("one ", { chunks: 3 })], [step.text("two")]];

test("clients at a Unix socket and at a port follow one thread, and it outlives them", async () => {
  await using rig = await createRig({ script: HELLO });
  const { server, places } = await listenAt(rig, [unixUrl(rig), "ws://127.0.0.1:0"]);
  const [unix, ws] = places;
  if (unix === undefined || ws === undefined) throw new Error("two places were asked for");
  const clients = [await dial(unix, {}), await dial(ws)];
  const [first, second] = clients;
  if (first === undefined || second === undefined) throw new Error("there are two");
  const { thread } = (await first.request("thread/start", {})) as { thread: { id: string } };
  await second.request("thread/resume", { threadId: thread.id });
  const turnId = await startTurn(second, thread.id, "go");
  for (const client of clients) expect(await turnEnd(client, thread.id, turnId)).toMatchObject({ status: "completed" });
  for (const client of clients) await client.peer.close();

  const third = await dial(ws);
  expect(await third.request("thread/loaded/list", {})).toEqual({ data: [thread.id], nextCursor: null });
  server.child.kill("SIGTERM");
  expect(await third.hear("connection/closing")).toEqual({ reason: "the server is shutting down" });
  await third.peer.closed;
  const { code, stderr } = await server.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  await expect(stat(unix.url.slice("unix://".length))).rejects.toThrow("ENOENT");
  expect(await rig.lingering()).toEqual([]);
});

describe("a Unix socket", () => {
  test("is open to its user alone", async () => {
    await using rig = await createRig();
    const { places } = await listenAt(rig, [unixUrl(rig)]);
    const { mode } = await stat(places[0]?.url.slice("unix://".length) ?? "");
    expect(mode & 0o777).toBe(0o600);
  });

  test("that a killed server has left behind is taken over; one in use, or a file, is not", async () => {
    await using rig = await createRig();
    const { server } = await listenAt(rig, [unixUrl(rig)]);
    const second = await rig.run(["app-server", "--listen", unixUrl(rig)]);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("another server does") });
    server.child.kill("SIGKILL");
    await server.ended;
    const third = await listenAt(rig, [unixUrl(rig)]);
    await (await dial(third.places[0] ?? { url: "" })).peer.close();

    const file = join(rig.workspace.base, "file");
    await writeFile(file, "mine");
    const fourth = await rig.run(["app-server", "--listen", `unix://${file}`]);
    expect(fourth).toMatchObject({ code: 1, stderr: expect.stringContaining("a file is there") });
    expect(await readFile(file, "utf8")).toBe("mine");
  });

  test("speaks WebSocket to a client that begins with HTTP", async () => {
    await using rig = await createRig();
    await listenAt(rig, [unixUrl(rig)]);
    const socket = new WebSocket(`ws+unix://${join(rig.workspace.base, "s")}:/`);
    const answer = new Promise((resolve) =>
      socket.once("message", (data: Buffer) => resolve(JSON.parse(String(data)))),
    );
    socket.once("open", () => {
      socket.send('{"id":1,"method":"initialize","params":{"clientInfo":{"name":"w","version":"1"}}}');
    });
    expect(await answer).toMatchObject({ id: 1, result: { userAgent: expect.any(String) } });
    socket.terminate();
  });

  test("a client that has said everything still gets the answers of its commands", async () => {
    await using rig = await createRig();
    await listenAt(rig, [unixUrl(rig)]);
    const socket = createConnection(join(rig.workspace.base, "s"));
    let heard = "";
    socket.setEncoding("utf8").on("data", (text: string) => (heard += text));
    socket.end(
      [
        '{"id":1,"method":"initialize","params":{"clientInfo":{"name":"raw","version":"1"}}}',
        '{"id":2,"method":"command/exec","params":{"command":["echo","hi"],"sandboxPolicy":{"type":"dangerFullAccess"}}}',
        "",
      ].join("\n"),
    );
    await new Promise((resolve) => socket.once("close", resolve));
    expect(heard.split("\n").at(-2)).toContain('{"id":2,"result":{"exitCode":0,"stdout":"hi\\n"');
  });
});

describe("a port", () => {
  /** The status that an upgrade is refused with, or `open`. */
  async function knock(url: string, headers: Record<string, string>): Promise<string> {
    const socket = new WebSocket(url, { headers });
    return new Promise((resolve) => {
      socket.once("open", () => {
        resolve("open");
        socket.terminate();
      });
      socket.once("error", (error) => resolve(error.message));
    });
  }

  test("lets in who shows the token, from no page that is not allowed, and under no other name", async () => {
    await using rig = await createRig();
    const { places } = await listenAt(rig, ["ws://127.0.0.1:0"], ["--allow-origin", "http://good.example"]);
    const { url, tokenFile = "" } = places[0] ?? { url: "" };
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
    const authorization = `Bearer ${(await readFile(tokenFile, "utf8")).trim()}`;
    expect(await knock(url, { authorization })).toBe("open");
    expect(await knock(url, { authorization, origin: "http://good.example" })).toBe("open");
    expect(await knock(url, {})).toContain("401");
    expect(await knock(url, { authorization: "Bearer wrong" })).toContain("401");
    expect(await knock(url, { authorization, origin: "http://evil.example" })).toContain("403");
    expect(await knock(url, { authorization, host: "evil.example" })).toContain("403");
    const health = await fetch(`${url.replace("ws:", "http:")}/healthz`);
    expect(health.status).toBe(200);
  });

  test("makes an observer of who shows the token of observers, whatever it says of itself", async () => {
    await using rig = await createRig();
    const { places } = await listenAt(rig, ["ws://127.0.0.1:0"]);
    const { url, observerTokenFile = "" } = places[0] ?? { url: "" };
    const client = await dial({ url, tokenFile: observerTokenFile }, { observer: false });
    await expect(client.request("thread/start", {})).rejects.toThrow("an observer may not");
    expect(await client.request("thread/list", {})).toEqual({ data: [], nextCursor: null });
    await client.peer.close();
  });

  test("is opened on this machine only", async () => {
    await using rig = await createRig();
    for (const url of [
      "ws://0.0.0.0:0",
      "ws://example.com:80",
      "ws://127.0.0.1:99999",
      "http://127.0.0.1:0",
      "unix://",
    ]) {
      const { code, stderr } = await rig.run(["app-server", "--listen", url]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`cannot listen at '${url}'`) });
    }
  });
});

test("no command finds the tokens", async () => {
  const script: Script = [[step.shellCommand("call_1", "cat $HEDDLE_HOME/.app-server*")], [step.text("done")]];
  await using rig = await createRig({
    script,
    settings: 'approval_policy = "never"\nsandbox_mode = "workspace-write"',
  });
  const { places } = await listenAt(rig, ["ws://127.0.0.1:0"]);
  const place = places[0] ?? { url: "" };
  const client = await dial(place);
  const { thread } = (await client.request("thread/start", {})) as { thread: { id: string } };
  const turnId = await startTurn(client, thread.id, "go");
  await turnEnd(client, thread.id, turnId);
  const said = await client.hear("item/completed", (params) => JSON.stringify(params).includes("call_1"));
  const token = (await readFile(place.tokenFile ?? "", "utf8")).trim();
  expect(JSON.stringify(said)).not.toContain(token);
  expect(said).toMatchObject({ item: { status: "failed", exitCode: 1 } });
  await client.peer.close();
});

test("a message longer than the limit ends the connection, and the client is told why", async () => {
  await using rig = await createRig();
  await listenAt(rig, [unixUrl(rig)]);
  const socket = createConnection(join(rig.workspace.base, "s"));
  let heard = "";
  socket.setEncoding("utf8").on("data", (text: string) => (heard += text));
  socket.on("error", () => {}); // the server is gone while we write
  socket.write(`{"id":1,"method":"${"x".repeat(33 * 1024 * 1024)}`);
  await new Promise((resolve) => socket.once("close", resolve));
  expect(heard).toContain('"method":"connection/closing"');
});
