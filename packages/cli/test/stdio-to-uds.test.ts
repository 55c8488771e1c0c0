import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HEDDLE, startProcess } from "./support/built-command.ts";
import { createRig, type CommandRig } from "./support/command-rig.ts";

/** A socket server for one client. */
async function listenIn({ workspace }: CommandRig) {
  const path = join(workspace.base, "s");
  const server = createServer({ allowHalfOpen: true });
  const clients: Socket[] = [];
  const client = new Promise<Socket>((resolve) => {
    server.on("connection", (socket) => {
      clients.push(socket);
      resolve(socket);
    });
  });
  server.listen(path);
  await once(server, "listening");
  return {
    path,
    client,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of clients) socket.destroy();
      await closed;
    },
  };
}

async function textOf(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket.setEncoding("utf8").iterator({ destroyOnReturn: false })) text += String(chunk);
  return text;
}

test("what comes in goes to the socket, and the end of it too; what comes back after that still comes out", async () => {
  await using rig = await createRig();
  await using server = await listenIn(rig);
  const running = rig.start(["stdio-to-uds", server.path], { stdin: "one\ntwo" });
  const client = await server.client;
  expect(await textOf(client)).toBe("one\ntwo");
  client.end("three\n");
  expect(await running.ended).toEqual({ code: 0, signal: null, stdout: "three\n", stderr: "" });
});

test("it ends with the other end, while its own input is still open", async () => {
  await using rig = await createRig();
  await using server = await listenIn(rig);
  const running = rig.start(["stdio-to-uds", server.path], { stdin: null });
  (await server.client).end("bye\n");
  expect(await running.ended).toEqual({ code: 0, signal: null, stdout: "bye\n", stderr: "" });
  expect(await rig.lingering()).toEqual([]);
});

test("it ends when nobody reads its output any more", async () => {
  await using rig = await createRig();
  await using server = await listenIn(rig);
  const running = rig.start(["stdio-to-uds", server.path], { stdin: null });
  const client = await server.client;
  client.on("error", () => {});
  running.child.stdout?.destroy();
  const gone = once(client, "close");
  client.write("to nobody\n");
  client.resume().once("end", () => client.end());
  await gone;
  expect(await running.ended).toMatchObject({ code: 0, stderr: "" });
});

test("32 MB pass byte by byte as they are, in both directions at once", async () => {
  await using rig = await createRig();
  await using server = await listenIn(rig);
  const { base, cwd, env } = rig.workspace;
  const sent = randomBytes(32 * 1024 * 1024);
  await writeFile(join(base, "in"), sent);
  const script = `exec "${process.execPath}" "${HEDDLE}" stdio-to-uds "${server.path}" < "${base}/in" > "${base}/out"`;
  await using running = startProcess(["/bin/sh", "-c", script], { cwd, env });
  const client = await server.client;
  client.pipe(client); // an echo
  expect(await running.ended).toMatchObject({ code: 0, stderr: "" });
  expect((await readFile(join(base, "out"))).equals(sent)).toBe(true);
});

test.skipIf(process.platform !== "linux")("a reader that takes nothing holds back the input", async () => {
  await using rig = await createRig();
  await using server = await listenIn(rig);
  const { base, cwd, env } = rig.workspace;
  const size = 256 * 1024 * 1024;
  await writeFile(join(base, "in"), "");
  await truncate(join(base, "in"), size);
  const script = `exec "${process.execPath}" "${HEDDLE}" stdio-to-uds "${server.path}" < "${base}/in"`;
  await using running = startProcess(["/bin/sh", "-c", script], { cwd, env });
  const client = await server.client;
  client.on("error", () => {}).pause();
  // The way back stays open; each answer is a round of the relay in which it could have read on.
  for (let round = 0; round < 1_000; round += 1) {
    client.write(`${round}.\n`);
    await running.says(`${round}.`);
  }
  const [, position = ""] = /^pos:\s*(\d+)/.exec(await readFile(`/proc/${running.pid}/fdinfo/0`, "utf8")) ?? [];
  expect(Number(position)).toBeGreaterThan(0);
  expect(Number(position)).toBeLessThan(size / 16);
});

test("a client of the app server reaches its socket through it", async () => {
  await using rig = await createRig();
  const path = join(rig.workspace.base, "s");
  const server = rig.start(["app-server", "--listen", `unix://${path}`], { stdin: null });
  await server.says("unix://");
  const running = rig.start(["stdio-to-uds", path], { stdin: null });
  const params = { clientInfo: { name: "test", version: "1" } };
  running.child.stdin?.write(`${JSON.stringify({ id: 1, method: "initialize", params })}\n`);
  await running.says('"id":1');
  running.child.stdin?.end();
  expect(await running.ended).toMatchObject({ code: 0, stderr: "" });
});

test.each([
  { what: "no socket", args: ["nowhere"], code: 1, reason: "the socket nowhere cannot be reached: connect ENOENT" },
  { what: "a file", args: ["a.txt"], code: 1, reason: "the socket a.txt cannot be reached: connect ECONNREFUSED" },
  { what: "no path", args: [], code: 2, reason: "missing required argument 'socket'" },
])("$what is an error", async ({ args, code, reason }) => {
  await using rig = await createRig({ files: { "a.txt": "" } });
  const ended = await rig.run(["stdio-to-uds", ...args], { stdin: null });
  expect(ended).toMatchObject({ code, stdout: "", stderr: expect.stringContaining(reason) });
});

test("a server that goes without taking its input is an error", async () => {
  await using rig = await createRig();
  await using server = await listenIn(rig);
  const running = rig.start(["stdio-to-uds", server.path], { stdin: null });
  const client = await server.client;
  const held = once(client.pause(), "readable");
  running.child.stdin?.on("error", () => {}).write(Buffer.alloc(8 * 1024 * 1024));
  await held;
  client.destroy();
  expect(await running.ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Error: the socket \S+ broke off, input may be lost: .*\n$/),
  });
});
