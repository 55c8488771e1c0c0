import { step, type Script } from "@heddle/testkit";
import { threadId as asThreadId, type Turn } from "@heddle/protocol";
import { expect, test } from "vitest";
import { startHeddle } from "./support/start-heddle.ts";
import { startTurn, turnEnd } from "./support/threads.ts";
import type { Heard, WireClient } from "./support/wire.ts";

const ASK: Script = [[step.shell("call_1", ["touch", "made.txt"])], [step.text("done")]];
const APPROVAL = "item/commandExecution/requestApproval";
const untrusted = { config: 'approval_policy = "untrusted"' };

const ofThread = ({ heard }: WireClient, threadId: string): readonly Heard[] =>
  heard.filter(({ method, params }) => params["threadId"] === threadId && !method.startsWith("thread/status"));

test("every client that follows a thread hears every event in the same order", async () => {
  await using heddle = await startHeddle({ script: [[step.reasoning("hm"), step.text("one ", { chunks: 9 })]] });
  const others = [await heddle.connect(), await heddle.connect({})];
  const threadId = await heddle.startThread();
  for (const client of others) await client.request("thread/resume", { threadId });
  const turnId = await startTurn(heddle.client, threadId, "go");
  const clients = [heddle.client, ...others];
  for (const client of clients) await turnEnd(client, threadId, turnId);

  const [first, ...rest] = clients.map((client) => ofThread(client, threadId));
  expect(first?.length).toBeGreaterThan(10);
  for (const heard of rest) expect(heard).toEqual(first);
});

test("a client that joins in the middle of a turn is shown its items so far, then hears the rest", async () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const message = { type: "message", id: "m1", role: "assistant" };
  const script: Script = [
    [
      step.raw({ type: "response.output_item.added", item: { ...message, content: [] } }),
      step.raw({ type: "response.output_text.delta", delta: "so far" }),
      step.gate(opened),
      step.raw({ type: "response.output_text.delta", delta: ", and on" }),
      step.raw({
        type: "response.output_item.done",
        item: { ...message, content: [{ type: "output_text", text: "so far, and on" }] },
      }),
    ],
  ];
  await using heddle = await startHeddle({ script });
  const threadId = await heddle.startThread();
  const turnId = await startTurn(heddle.client, threadId, "go");
  await heddle.client.hear("item/agentMessage/delta");
  const joining = await heddle.connect();
  const { thread } = (await joining.request("thread/resume", { threadId })) as { thread: { turns: Turn[] } };
  expect(thread.turns).toEqual([
    {
      id: turnId,
      status: "inProgress",
      error: null,
      items: [
        { type: "userMessage", id: expect.any(String), content: [{ type: "text", text: "go" }] },
        { type: "agentMessage", id: "m1", text: "so far" },
      ],
    },
  ]);
  open();
  await turnEnd(joining, threadId, turnId);
  const all = ofThread(heddle.client, threadId);
  const after = all.slice(all.findIndex(({ method }) => method === "item/agentMessage/delta") + 1);
  expect(ofThread(joining, threadId)).toEqual(after);
});

test("a client that joins is asked the open questions; the first answer counts, and the others are told", async () => {
  await using heddle = await startHeddle({ script: ASK, ...untrusted });
  const { client } = heddle;
  const threadId = await heddle.startThread();
  const turnId = await startTurn(client, threadId, "go");
  await client.hear(APPROVAL);
  const second = await heddle.connect({});
  second.answer(APPROVAL, () => ({ decision: "accept" }));
  await second.request("thread/resume", { threadId });

  expect(await client.hear("serverRequest/resolved")).toEqual({ threadId, requestId: 0 });
  expect(await second.hear("serverRequest/resolved")).toEqual({ threadId, requestId: 1 });
  const ends = [await turnEnd(client, threadId, turnId), await turnEnd(second, threadId, turnId)];
  expect(ends.map(({ status }) => status)).toEqual(["completed", "completed"]);
  const item = { type: "commandExecution", id: "call_1", status: "completed" };
  expect(await client.hear("item/completed", (said) => JSON.stringify(said).includes("call_1"))).toMatchObject({
    item,
  });
});

test("an observer looks on: it is asked nothing, and may change nothing", async () => {
  await using heddle = await startHeddle({ script: ASK, ...untrusted });
  const { client } = heddle;
  client.answer(APPROVAL, () => ({ decision: "accept" }));
  const threadId = await heddle.startThread();
  const observer = await heddle.connect({ observer: true });
  await observer.request("thread/resume", { threadId });
  const turnId = await startTurn(client, threadId, "go");
  await turnEnd(observer, threadId, turnId);

  expect(observer.heard.filter(({ method }) => method === APPROVAL)).toEqual([]);
  for (const [method, params] of [
    ["turn/start", { threadId, input: [] }],
    ["thread/start", {}],
    ["thread/archive", { threadId }],
    ["command/exec", { command: ["true"] }],
    ["execOneOffCommand", { command: ["true"] }],
    ["sendUserMessage", { conversationId: threadId, items: [] }],
    ["fs/writeFile", { path: "/x", dataBase64: "" }],
    ["config/value/write", { keyPath: "model", value: "x", mergeStrategy: "replace" }],
  ] as const) {
    await expect(observer.request(method, params)).rejects.toThrow(`an observer may not ask for ${method}`);
  }
  expect(await observer.request("thread/loaded/list", {})).toEqual({ data: [threadId], nextCursor: null });
});

test("an observer may not load a thread", async () => {
  await using heddle = await startHeddle({ script: [[step.text("hello")]] });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "hi");
  await heddle.runtime.engine.unloadThread(asThreadId(threadId));
  const observer = await heddle.connect({ observer: true });
  await expect(observer.request("thread/resume", { threadId })).rejects.toThrow("not loaded");
});

test("with nobody left who may answer, an open question is declined", async () => {
  await using heddle = await startHeddle({ script: ASK, ...untrusted });
  const threadId = await heddle.startThread();
  const turnId = await startTurn(heddle.client, threadId, "go");
  await heddle.client.hear(APPROVAL);
  const observer = await heddle.connect({ observer: true });
  await observer.request("thread/resume", { threadId });
  await heddle.client.peer.close();
  const { status } = await turnEnd(observer, threadId, turnId);
  expect(status).toBe("completed");
  const item = { status: "declined" };
  expect(await observer.hear("item/completed", (said) => JSON.stringify(said).includes("call_1"))).toMatchObject({
    item,
  });
});

test("where clients may come back, an open question waits for the next one", async () => {
  await using heddle = await startHeddle({ script: ASK, ...untrusted, feeds: { answerGraceMs: 60_000 } });
  const threadId = await heddle.startThread();
  const turnId = await startTurn(heddle.client, threadId, "go");
  await heddle.client.hear(APPROVAL);
  await heddle.client.peer.close();
  const next = await heddle.connect();
  next.answer(APPROVAL, () => ({ decision: "accept" }));
  const { thread } = (await next.request("thread/resume", { threadId })) as { thread: { turns: Turn[] } };
  expect(thread.turns.map(({ id, status }) => [id, status])).toEqual([[turnId, "inProgress"]]);
  await turnEnd(next, threadId, turnId);
  expect(await next.hear("item/completed")).toMatchObject({ item: { id: "call_1", status: "completed" } });
});

test("a client that lost its connection catches up behind the last event that it saw", async () => {
  await using heddle = await startHeddle({ script: [[step.text("one two three ", { chunks: 7 })]] });
  const first = await heddle.connect({ eventCursor: true });
  const witness = await heddle.connect({ eventCursor: true });
  const { thread, events } = (await first.request("thread/start", { cwd: heddle.cwd })) as {
    thread: { id: string };
    events: { cursor: string; replayed: null };
  };
  expect(events.replayed).toBeNull();
  await witness.request("thread/resume", { threadId: thread.id });
  const turnId = await startTurn(first, thread.id, "go");
  const seen = await first.hear("item/agentMessage/delta");
  await first.peer.close();
  await turnEnd(witness, thread.id, turnId);

  const again = await heddle.connect({ eventCursor: true });
  const answer = await again.request("thread/resume", { threadId: thread.id, afterEvent: String(seen["eventCursor"]) });
  await turnEnd(again, thread.id, turnId);
  const all = ofThread(witness, thread.id);
  const missed = all.slice(all.findIndex(({ params }) => params["eventCursor"] === seen["eventCursor"]) + 1);
  expect(ofThread(again, thread.id)).toEqual(missed);
  expect(answer).toMatchObject({
    thread: { turns: [] },
    events: { replayed: missed.length, cursor: all.at(-1)?.params["eventCursor"] },
  });
});

test("a client whose cursor is gone, as after a restart, reads what came behind the last item that it knows", async () => {
  await using heddle = await startHeddle({ script: [[step.text("one")], [step.text("two")]] });
  const client = await heddle.connect({ eventCursor: true });
  const { thread } = (await client.request("thread/start", { cwd: heddle.cwd })) as { thread: { id: string } };
  await turnEnd(client, thread.id, await startTurn(client, thread.id, "a"));
  const known = client.heard.filter(({ method }) => method === "item/completed").map(({ params }) => params["item"]);
  const { id: itemId } = known.at(-1) as { id: string };
  const { eventCursor } = client.heard.at(-1)?.params ?? {};
  await client.peer.close();
  await heddle.client.request("thread/resume", { threadId: thread.id });
  await heddle.runTurn(thread.id, "b");
  await heddle.runtime.engine.unloadThread(asThreadId(thread.id));

  const again = await heddle.connect({ eventCursor: true });
  const resumed = { threadId: thread.id, afterEvent: String(eventCursor), excludeTurns: true };
  expect(await again.request("thread/resume", resumed)).toMatchObject({
    thread: { turns: [] },
    events: { replayed: null },
  });
  const from = { threadId: thread.id, cursor: { type: "item", itemId }, sortDirection: "asc" };
  const { data } = (await again.request("thread/items/list", from)) as { data: { item: unknown }[] };
  expect(data.map(({ item }) => item)).toMatchObject([
    known.at(-1),
    { type: "userMessage", content: [{ text: "b" }] },
    { type: "agentMessage", text: "two" },
  ]);
});

test("a cursor that means nothing here is answered with the turns", async () => {
  await using heddle = await startHeddle({ script: [[step.text("hello")]] });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "hi");
  const client = await heddle.connect({ eventCursor: true });
  for (const afterEvent of ["elsewhere.3", "nonsense", ""]) {
    expect(await client.request("thread/resume", { threadId, afterEvent })).toMatchObject({
      thread: { turns: [{ status: "completed" }] },
      events: { replayed: null },
    });
  }
});
