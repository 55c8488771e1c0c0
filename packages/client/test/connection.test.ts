import { expect, test } from "vitest";
import { RpcError } from "@heddle/protocol";
import { ClientError, connect } from "../src/index.ts";
import { startFakeServer, threadAnswer, tokenUsage } from "./fake-server.ts";

const clientInfo = { name: "test", version: "1" };

test("connecting introduces the client, then says that it has read the answer", async () => {
  const server = startFakeServer();
  await using heddle = await connect(server.transport, { clientInfo });
  await heddle.request("model/list", {}).catch(() => undefined);
  expect(server.heard.slice(0, 2)).toEqual([
    { method: "initialize", params: { clientInfo } },
    { method: "initialized", params: undefined },
  ]);
});

test("capabilities are sent when they are given", async () => {
  const server = startFakeServer();
  await using _heddle = await connect(server.transport, { clientInfo, capabilities: { experimentalApi: true } });
  expect(server.heard[0]?.params).toEqual({ clientInfo, capabilities: { experimentalApi: true } });
});

test("a server that refuses the client ends the connection", async () => {
  const server = startFakeServer({
    initialize: () => {
      throw new RpcError(-32600, "not you");
    },
  });
  await expect(connect(server.transport, { clientInfo })).rejects.toThrow("not you");
  expect(await server.peer.closed).toBe("closed by the other side");
});

test("a request gives the decoded result, or the server's error, or says what is wrong with the answer", async () => {
  const { gitInfo: _absent, ...thread } = threadAnswer.thread;
  const server = startFakeServer({
    "thread/start": () => ({ ...threadAnswer, thread, laterMember: 1 }),
    "thread/archive": () => {
      throw new RpcError(-32600, "no rollout found");
    },
    "thread/list": () => ({ data: [{ id: 5 }] }),
  });
  await using heddle = await connect(server.transport, { clientInfo });
  expect(await heddle.request("thread/start", {})).toEqual({ ...threadAnswer, laterMember: 1 });
  const { id } = (await heddle.startThread()).info.thread;
  await expect(heddle.request("thread/archive", { threadId: id })).rejects.toEqual(
    expect.objectContaining({ name: "RpcError", code: -32600, message: "no rollout found" }),
  );
  await expect(heddle.request("thread/list", {})).rejects.toMatchObject({
    failure: {
      kind: "unexpectedAnswer",
      method: "thread/list",
      reason: "invalid type: integer `5`, expected a string",
      path: "data[0].id",
    },
  });
});

test("listeners get what they asked for, in order, until they stop; what cannot be read is reported", async () => {
  const seen: unknown[] = [];
  const server = startFakeServer({
    "model/list": () => {
      server.tell(
        { method: "turn/diff/updated", params: { threadId: "T", turnId: "0", diff: "d" } },
        { method: "turn/diff/updated", params: { threadId: "T", turnId: 0, diff: "d" } },
        { method: "from/later", params: {} },
        { method: "thread/tokenUsage/updated", params: { threadId: "other", turnId: "0", tokenUsage } },
      );
      return { data: [] };
    },
  });
  const onUnreadable = ({ method }: { readonly method: string }, reason: string): unknown =>
    seen.push([method, reason]);
  await using heddle = await connect(server.transport, { clientInfo, onUnreadable });
  heddle.onNotification("*", ({ method }) => seen.push(["*", method]));
  heddle.onNotification("turn/diff/updated", ({ diff }) => seen.push(["diff", diff]));
  const { id } = await heddle.startThread();
  const stop = heddle.onThread(id, ({ method }) => seen.push(["thread", method]));
  await heddle.request("model/list", {});
  expect(seen).toEqual([
    ["*", "turn/diff/updated"],
    ["diff", "d"],
    ["thread", "turn/diff/updated"],
    ["turn/diff/updated", "invalid type: integer `0`, expected a string"],
    ["from/later", "unknown notification `from/later`"],
    ["*", "thread/tokenUsage/updated"],
  ]);
  stop();
  seen.length = 0;
  await heddle.request("model/list", {});
  expect(seen).not.toContainEqual(["thread", "turn/diff/updated"]);
});

test("approvals are declined unless a handler answers; what a handler throws is an error answer", async () => {
  const server = startFakeServer();
  await using heddle = await connect(server.transport, { clientInfo });
  const ask = (): Promise<unknown> =>
    server.peer.request("item/commandExecution/requestApproval", { threadId: "T", turnId: "0", itemId: "call_1" });

  expect(await ask()).toEqual({ decision: "decline" });
  const stop = heddle.onRequest("item/commandExecution/requestApproval", ({ reason, risk, itemId }) => {
    expect({ reason, risk, itemId }).toEqual({ reason: null, risk: null, itemId: "call_1" });
    return { decision: "accept" };
  });
  expect(() => heddle.onRequest("item/commandExecution/requestApproval", () => ({ decision: "cancel" }))).toThrow(
    "have a handler already",
  );
  expect(await ask()).toEqual({ decision: "accept" });
  stop();
  heddle.onRequest("item/commandExecution/requestApproval", () => Promise.reject(new Error("window closed")));
  await expect(ask()).rejects.toMatchObject({ code: -32603, message: "window closed" });
  await expect(server.peer.request("item/tool/call", {})).rejects.toMatchObject({ code: -32600 });
});

test("close ends open requests and waits for those who want to know of the end", async () => {
  const server = startFakeServer({ "model/list": () => new Promise(() => undefined) });
  const heddle = await connect(server.transport, { clientInfo });
  const told: string[] = [];
  heddle.onClosed(async (reason) => {
    await Promise.resolve();
    told.push(reason);
  });
  const open = heddle.request("model/list", {}).catch((error: unknown) => error);
  await heddle.close();
  expect(await open).toMatchObject({ name: "RpcError", origin: "connectionClosed" });
  await heddle.close();
  expect(told).toEqual(["closed by this side"]);
  expect(await heddle.closed).toBe("closed by this side");
});

test("an error says what happened and what to do", () => {
  const lost = new ClientError({ kind: "connectionLost", reason: "the app server exited with code 1" });
  expect(lost.message).toBe(
    "the connection ended before the turn did: the app server exited with code 1; resume the thread by its id",
  );
});
