import { expect, test } from "vitest";
import { RpcError } from "@heddle/protocol";
import { connect, type Thread } from "../src/index.ts";
import { messagesOfTurn, startFakeServer, tokenUsage, turnOf, type FakeServer } from "./fake-server.ts";

const clientInfo = { name: "test", version: "1" };

interface OpenedThread {
  readonly server: FakeServer;
  readonly thread: Thread;
  /** Resolves when an item of the thread has started. */
  readonly itemStarted: Promise<void>;
}

async function openThread(answers: Parameters<typeof startFakeServer>[0]): Promise<OpenedThread> {
  const server = startFakeServer(answers);
  const heddle = await connect(server.transport, { clientInfo });
  const itemStarted = new Promise<void>((resolve) => heddle.onNotification("item/started", () => resolve()));
  return { server, thread: await heddle.startThread({ cwd: "/repo" }), itemStarted };
}

test("run gives the turn, its items, the last answer and the usage", async () => {
  const { server, thread } = await openThread({
    "turn/start": ({ afterAnswer }, server) => {
      afterAnswer(() => server.tell(...messagesOfTurn("0", "done")));
      return { turn: turnOf("0", "inProgress") };
    },
  });
  expect(await thread.run("do it", { effort: "low" })).toEqual({
    turn: turnOf("0", "completed"),
    items: [{ type: "agentMessage", id: "0-message", text: "done" }],
    finalResponse: "done",
    usage: tokenUsage,
  });
  expect(server.heard.at(-1)).toEqual({
    method: "turn/start",
    params: { threadId: "T", input: [{ type: "text", text: "do it" }], effort: "low" },
  });
});

test("a turn that fails is a result", async () => {
  const failed = { ...turnOf("0", "failed"), error: { message: "no", codexErrorInfo: "other" } };
  const { thread } = await openThread({
    "turn/start": ({ afterAnswer }, server) => {
      afterAnswer(() => server.tell({ method: "turn/completed", params: { threadId: "T", turn: failed } }));
      return { turn: turnOf("0", "inProgress") };
    },
  });
  expect(await thread.run("x")).toEqual({ turn: failed, items: [], finalResponse: "", usage: null });
});

test("a stream has every notification of its own turn, those that came before the answer too", async () => {
  const { thread } = await openThread({
    "turn/start": (_call, server) => {
      server.tell(...messagesOfTurn("other", "x"), ...messagesOfTurn("0", "hello"));
      return { turn: turnOf("0", "inProgress") };
    },
  });
  const methods: string[] = [];
  for await (const { method } of thread.runStreamed([{ type: "text", text: "x" }])) methods.push(method);
  expect(methods).toEqual(messagesOfTurn("0", "hello").map(({ method }) => method));
});

test("two turns at once each get what is theirs", async () => {
  let next = 0;
  const { thread } = await openThread({
    "turn/start": ({ afterAnswer }, server) => {
      const id = String(next++);
      afterAnswer(() => {
        if (id === "1") server.tell(...messagesOfTurn("1", "second"), ...messagesOfTurn("0", "first"));
      });
      return { turn: turnOf(id, "inProgress") };
    },
  });
  const [first, second] = await Promise.all([thread.run("a"), thread.run("b")]);
  expect([first.finalResponse, second.finalResponse]).toEqual(["first", "second"]);
});

/** A turn that runs until it is interrupted. */
const endless: Parameters<typeof startFakeServer>[0] = {
  "turn/start": ({ afterAnswer }, server) => {
    afterAnswer(() => server.tell(...messagesOfTurn("0", "on and on").slice(0, 3)));
    return { turn: turnOf("0", "inProgress") };
  },
  "turn/interrupt": ({ afterAnswer }, server) => {
    const turn = turnOf("0", "interrupted");
    afterAnswer(() => server.tell({ method: "turn/completed", params: { threadId: "T", turn } }));
    return {};
  },
};

test("leaving the loop interrupts the turn", async () => {
  const { server, thread } = await openThread(endless);
  for await (const { method } of thread.runStreamed("x")) if (method === "item/started") break;
  expect(server.heard.at(-1)).toEqual({ method: "turn/interrupt", params: { threadId: "T", turnId: "0" } });
});

test("interrupt ends the turn that runs, and run says so", async () => {
  const { thread, itemStarted } = await openThread(endless);
  const result = thread.run("x");
  await itemStarted;
  await thread.interrupt();
  expect((await result).turn.status).toBe("interrupted");
});

test("a signal interrupts the turn, and its reason is thrown once the turn has stopped", async () => {
  const { server, thread, itemStarted } = await openThread(endless);
  const controller = new AbortController();
  const run = thread.run("x", { signal: controller.signal });
  await itemStarted;
  controller.abort(new Error("changed my mind"));
  await expect(run).rejects.toThrow("changed my mind");
  expect(server.heard.filter(({ method }) => method === "turn/interrupt")).toHaveLength(1);
  await expect(thread.run("y", { signal: controller.signal })).rejects.toThrow("changed my mind");
});

test("a turn that the server refuses is its error; one whose connection ends is lost", async () => {
  const refusing = await openThread({
    "turn/start": () => {
      throw new RpcError(-32600, "conversation not found: T");
    },
  });
  await expect(refusing.thread.run("x")).rejects.toThrow("conversation not found: T");

  const { server, thread, itemStarted } = await openThread(endless);
  const lost = thread.run("x").catch((error: unknown) => error);
  await itemStarted;
  await server.peer.close();
  expect(await lost).toMatchObject({ failure: { kind: "connectionLost", reason: "closed by the other side" } });
});
