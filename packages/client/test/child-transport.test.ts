import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { childTransport, connect, type ChildOptions } from "../src/index.ts";

const clientInfo = { name: "test", version: "1" };
const server = fileURLToPath(new URL("./fixtures/app-server.mjs", import.meta.url));

function startServer(options: Partial<ChildOptions> = {}) {
  return childTransport({ command: process.execPath, args: [server], stderr: "ignore", ...options });
}

test("an app server as a child: requests, environment and folder, and lines that are no messages", async () => {
  const malformed: string[] = [];
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const transport = await startServer({ env: { FAKE_AGENT: "x" }, cwd, onMalformed: (line) => malformed.push(line) });
  await using heddle = await connect(transport, { clientInfo });
  const { data } = await heddle.request("thread/list", {});
  expect(`${data[0]?.cwd}/`).toBe(cwd);
  expect(malformed).toEqual(["this line is no message"]);
});

test("closing ends the server by the end of its input, and kills it when it stays", async () => {
  const heddle = await connect(await startServer(), { clientInfo });
  await heddle.close();
  expect(await heddle.closed).toBe("the app server exited with code 0");

  const env = { ...process.env, FAKE_STAYS: "1" };
  const stubborn = await connect(await startServer({ env, closeTimeoutMs: 50 }), { clientInfo });
  await stubborn.close();
  expect(await stubborn.closed).toBe("the app server was ended by SIGKILL");
});

test("a server that dies ends the connection with how it died", async () => {
  const heddle = await connect(await startServer(), { clientInfo });
  await expect(heddle.request("model/list", {})).rejects.toMatchObject({ origin: "connectionClosed" });
  expect(await heddle.closed).toBe("the app server exited with code 3");
});

test("a command that cannot be started is named", async () => {
  await expect(startServer({ command: "/no/such/heddle", args: ["app-server"] })).rejects.toMatchObject({
    name: "ClientError",
    failure: { kind: "notStarted", command: "/no/such/heddle app-server" },
    cause: { code: "ENOENT" },
  });
});

test("producers wait until the server has read", async () => {
  const transport = await startServer();
  await using heddle = await connect(transport, { clientInfo });
  const query = "x".repeat(5_000_000);
  const answers = [1, 2, 3].map(() => heddle.request("fuzzyFileSearch", { query, roots: [] }));
  const order: string[] = [];
  const drained = transport.drained().then(() => order.push("drained"));
  order.push("waiting");
  await drained;
  expect(order).toEqual(["waiting", "drained"]);
  for (const answer of answers) expect(await answer).toEqual({ files: [], characters: query.length });
});
