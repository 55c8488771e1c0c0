import { step } from "@heddle/testkit";
import { threadId as asThreadId, type JsonValue, type Turn } from "@heddle/protocol";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";
import type { WireClient } from "./support/wire.ts";

const HELLO = [[step.text("one")], [step.text("two")], [step.text("three")]];
const UNKNOWN = "01a20220-5c31-7660-a701-cd130115a235";

interface ListedThread {
  readonly id: string;
  readonly [member: string]: JsonValue;
}

/** A thread with two turns, and a client that speaks the newer dialect. */
async function talkedThread(heddle: TestHeddle): Promise<{ client: WireClient; threadId: string }> {
  const client = await heddle.connect({});
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "first question");
  await heddle.runTurn(threadId, "second question");
  return { client, threadId };
}

const unload = (heddle: TestHeddle, threadId: string): Promise<boolean> =>
  heddle.runtime.engine.unloadThread(asThreadId(threadId));

describe("the newer dialect", () => {
  test("threads have a status, a name and the times that later clients know", async () => {
    await using heddle = await startHeddle({ script: HELLO });
    const { client, threadId } = await talkedThread(heddle);
    const { thread } = (await client.request("thread/read", { threadId })) as { thread: ListedThread };
    expect(thread).toMatchObject({
      id: threadId,
      preview: "first question",
      status: { type: "idle" },
      name: null,
      updatedAt: expect.any(Number),
      ephemeral: false,
      sessionId: threadId,
      projectId: null,
      forkedFromId: null,
      turns: [],
    });
  });

  test("a client of December 2025 gets the members of December 2025, and hears nothing of the rest", async () => {
    await using heddle = await startHeddle({ script: HELLO });
    const { threadId } = await talkedThread(heddle);
    const { data } = (await heddle.client.request("thread/list", {})) as { data: ListedThread[] };
    expect(Object.keys(data[0] ?? {})).toEqual([
      ...["id", "preview", "modelProvider", "createdAt", "path", "cwd", "cliVersion", "source", "gitInfo", "turns"],
    ]);
    await heddle.client.request("thread/name/set", { threadId, name: "mine" });
    await heddle.client.request("thread/archive", { threadId });
    const later = /^thread\/(status|name|archived|closed)/;
    expect(heddle.client.heard.filter(({ method }) => later.test(method))).toEqual([]);
  });
});

describe("thread/status/changed", () => {
  test("tells every newer client what a thread does, whether it follows it or not", async () => {
    const script = [[step.shell("call_1", ["touch", "made.txt"])], [step.text("done")]];
    await using heddle = await startHeddle({ script, config: 'approval_policy = "untrusted"' });
    const bystander = await heddle.connect({});
    heddle.client.answer("item/commandExecution/requestApproval", () => ({ decision: "decline" }));
    const threadId = await heddle.startThread();
    await heddle.runTurn(threadId, "go");
    await unload(heddle, threadId);
    await bystander.hear("thread/closed");
    expect(bystander.heard).toEqual([
      ...[
        { type: "active", activeFlags: [] },
        { type: "active", activeFlags: ["waitingOnApproval"] },
        { type: "active", activeFlags: [] },
        { type: "idle" },
        { type: "notLoaded" },
      ].map((status) => ({ method: "thread/status/changed", params: { threadId, status } })),
      { method: "thread/closed", params: { threadId } },
    ]);
  });
});

test("a thread whose turn failed has a system error until the next turn begins", async () => {
  const script = [[step.http(400, "no such thing")], [step.text("done")]];
  await using heddle = await startHeddle({ script });
  const bystander = await heddle.connect({});
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "one");
  const { thread } = (await bystander.request("thread/read", { threadId })) as { thread: ListedThread };
  expect(thread["status"]).toEqual({ type: "systemError" });
  await heddle.runTurn(threadId, "two");
  await bystander.hear("thread/status/changed", ({ status }) => JSON.stringify(status) === '{"type":"idle"}');
  expect(bystander.heard).toEqual(
    [
      { type: "active", activeFlags: [] },
      { type: "systemError" },
      { type: "active", activeFlags: [] },
      { type: "idle" },
    ].map((status) => ({ method: "thread/status/changed", params: { threadId, status } })),
  );
});

describe("thread/read", () => {
  test("gives the turns of a thread, loaded or not, archived or not, and loads nothing", async () => {
    await using heddle = await startHeddle({ script: HELLO });
    const { client, threadId } = await talkedThread(heddle);
    const read = async (): Promise<unknown> => {
      const { thread } = (await client.request("thread/read", { threadId, includeTurns: true })) as {
        thread: { turns: Turn[]; status: unknown };
      };
      return [thread.status, thread.turns.map(({ id, status, items }) => [id, status, items.length])];
    };
    const turns = [
      ["0", "completed", 2],
      ["1", "completed", 2],
    ];
    expect(await read()).toEqual([{ type: "idle" }, turns]);
    await unload(heddle, threadId);
    expect(await read()).toEqual([{ type: "notLoaded" }, turns]);
    await client.request("thread/archive", { threadId });
    expect(await read()).toEqual([{ type: "notLoaded" }, turns]);
    expect(await client.request("thread/loaded/list", {})).toEqual({ data: [], nextCursor: null });
  });

  test("of an unknown thread is an error", async () => {
    await using heddle = await startHeddle({ script: HELLO });
    const { client } = heddle;
    await expect(client.request("thread/read", { threadId: UNKNOWN })).rejects.toThrow(`no rollout found`);
    await expect(client.request("thread/read", { threadId: "x" })).rejects.toThrow("invalid thread id");
  });
});

test("thread/loaded/list pages through the ids of loaded threads", async () => {
  await using heddle = await startHeddle({ script: HELLO });
  const ids = [await heddle.startThread(), await heddle.startThread(), await heddle.startThread()];
  const { client } = heddle;
  expect(await client.request("thread/loaded/list", { limit: 2 })).toEqual({ data: ids.slice(0, 2), nextCursor: "2" });
  expect(await client.request("thread/loaded/list", { cursor: "2" })).toEqual({ data: ids.slice(2), nextCursor: null });
});

describe("thread/turns/list", () => {
  test("gives the newest first, with what was asked and answered", async () => {
    await using heddle = await startHeddle({ script: HELLO });
    const { client, threadId } = await talkedThread(heddle);
    const list = async (more: object): Promise<unknown> => {
      const page = (await client.request("thread/turns/list", { threadId, ...more })) as {
        data: Turn[];
        nextCursor: unknown;
      };
      return [page.data.map(({ id, items, itemsView }) => [id, items.length, itemsView]), page.nextCursor];
    };
    const two = (view: string, items: number): unknown[] => [
      ["1", items, view],
      ["0", items, view],
    ];
    expect(await list({})).toEqual([two("summary", 2), null]);
    expect(await list({ itemsView: "full" })).toEqual([two("full", 2), null]);
    expect(await list({ itemsView: "notLoaded" })).toEqual([two("notLoaded", 0), null]);
    expect(await list({ sortDirection: "asc", limit: 1 })).toEqual([[["0", 2, "summary"]], "1"]);
    expect(await list({ sortDirection: "asc", limit: 1, cursor: "1" })).toEqual([[["1", 2, "summary"]], null]);
  });
});

describe("thread/items/list", () => {
  test("gives the items of all turns or one, from a cursor or an item on", async () => {
    await using heddle = await startHeddle({ script: HELLO });
    const { client, threadId } = await talkedThread(heddle);
    interface Page {
      readonly data: readonly {
        readonly turnId: string;
        readonly item: { readonly id: string; readonly type: string };
      }[];
    }
    const list = async (more: object): Promise<Page["data"]> =>
      ((await client.request("thread/items/list", { threadId, ...more })) as Page).data;
    const shape = (data: Page["data"]): unknown => data.map(({ turnId, item }) => [turnId, item.type]);
    const all = await list({ sortDirection: "asc" });
    expect(shape(all)).toEqual([
      ["0", "userMessage"],
      ["0", "agentMessage"],
      ["1", "userMessage"],
      ["1", "agentMessage"],
    ]);
    expect(await list({})).toEqual(all.toReversed());
    expect(await list({ turnId: "1", sortDirection: "asc" })).toEqual(all.slice(2));
    const cursor = { type: "item", itemId: all[2]?.item.id ?? "" };
    expect(await list({ cursor, sortDirection: "asc" })).toEqual(all.slice(2));
    await expect(list({ cursor: { type: "item", itemId: "none" } })).rejects.toThrow("no item none here");
  });

  test("leaves out outputs where the client does not want them yet, and says so", async () => {
    const script = [[step.shell("call_1", ["echo", "hello"]), step.shell("call_2", ["true"])], [step.text("done")]];
    await using heddle = await startHeddle({ script, config: 'sandbox_mode = "danger-full-access"' });
    const client = await heddle.connect({});
    const threadId = await heddle.startThread();
    await heddle.runTurn(threadId, "go");
    const list = async (deferOutput: JsonValue): Promise<unknown> => {
      const page = await client.request("thread/items/list", { threadId, sortDirection: "asc", deferOutput });
      const { data } = page as {
        data: { item: { type: string; aggregatedOutput?: unknown }; outputDeferred?: boolean }[];
      };
      return data
        .filter(({ item }) => item.type === "commandExecution")
        .map(({ item, outputDeferred }) => [item.aggregatedOutput, outputDeferred]);
    };
    const whole = [
      ["hello\n", undefined],
      [null, undefined],
    ];
    expect(await list(null)).toEqual(whole);
    expect(await list({ mcpToolCall: true })).toEqual(whole);
    expect(await list({ commandExecution: true })).toEqual([
      [null, true],
      [null, undefined],
    ]);
  });
});

describe("thread/unsubscribe", () => {
  test("ends what this connection hears; others go on", async () => {
    await using heddle = await startHeddle({ script: HELLO });
    const { client } = heddle;
    const threadId = await heddle.startThread();
    const other = await heddle.connect();
    expect(await other.request("thread/unsubscribe", { threadId })).toEqual({ status: "notSubscribed" });
    await other.request("thread/resume", { threadId });
    expect(await other.request("thread/unsubscribe", { threadId })).toEqual({ status: "unsubscribed" });
    expect(await client.request("thread/unsubscribe", { threadId: UNKNOWN })).toEqual({ status: "notLoaded" });
    await heddle.runTurn(threadId, "hello");
    expect(other.heard).toEqual([]);
  });

  test("a thread that nobody hears and that does nothing is unloaded, and can be resumed", async () => {
    await using heddle = await startHeddle({ script: HELLO, feeds: { idleUnloadMs: 1 } });
    const client = await heddle.connect({});
    const threadId = await heddle.startThread();
    await heddle.runTurn(threadId, "hello");
    await heddle.client.request("thread/unsubscribe", { threadId });
    expect(await client.hear("thread/closed")).toEqual({ threadId });
    await heddle.client.request("thread/resume", { threadId });
    expect((await heddle.runTurn(threadId, "again")).status).toBe("completed");
  });
});

describe("thread/name/set", () => {
  test("names a thread in whatever state, and every newer client hears of it", async () => {
    await using heddle = await startHeddle({ script: HELLO });
    const { client, threadId } = await talkedThread(heddle);
    const nameIn = async (params: object): Promise<unknown> =>
      ((await client.request("thread/list", { ...params })) as { data: ListedThread[] }).data.map(({ name }) => name);
    await client.request("thread/name/set", { threadId, name: "  Loaded one " });
    expect(await client.hear("thread/name/updated")).toEqual({ threadId, threadName: "Loaded one" });
    expect(await nameIn({ searchTerm: "LOADED" })).toEqual(["Loaded one"]);
    expect(await nameIn({ searchTerm: "nobody says" })).toEqual([]);
    await client.request("thread/archive", { threadId });
    await client.request("thread/name/set", { threadId, name: "" });
    expect(await nameIn({ archived: true })).toEqual([null]);
    await expect(client.request("thread/name/set", { threadId: UNKNOWN, name: "x" })).rejects.toThrow("no rollout");
  });
});

describe("thread/unarchive", () => {
  test("brings a thread back, which can be resumed then", async () => {
    await using heddle = await startHeddle({ script: HELLO });
    const { client, threadId } = await talkedThread(heddle);
    const listed = async (params: object): Promise<unknown> =>
      ((await client.request("thread/list", { ...params })) as { data: ListedThread[] }).data.map(({ id }) => id);
    await client.request("thread/archive", { threadId });
    expect(await client.hear("thread/archived")).toEqual({ threadId });
    expect([await listed({}), await listed({ archived: true })]).toEqual([[], [threadId]]);
    const { thread } = (await client.request("thread/unarchive", { threadId })) as { thread: ListedThread };
    expect(thread).toMatchObject({ id: threadId, preview: "first question" });
    expect(await client.hear("thread/unarchived")).toEqual({ threadId });
    expect([await listed({}), await listed({ archived: true })]).toEqual([[threadId], []]);
    await client.request("thread/resume", { threadId });
    await expect(client.request("thread/unarchive", { threadId })).rejects.toThrow("no rollout found");
  });
});

describe("thread/list", () => {
  test("filters by folder and id, and sorts by either time in either direction", async () => {
    await using heddle = await startHeddle({ script: HELLO });
    const { client, threadId: older } = await talkedThread(heddle);
    const newer = await heddle.startThread();
    await heddle.runTurn(newer, "third");
    const list = async (params: object): Promise<unknown> =>
      ((await client.request("thread/list", { ...params })) as { data: ListedThread[] }).data.map(({ id }) => id);
    expect(await list({ cwd: heddle.cwd })).toEqual([newer, older]);
    expect(await list({ cwd: ["/elsewhere"] })).toEqual([]);
    expect(await list({ excludedThreadIds: [newer] })).toEqual([older]);
    expect(await list({ sortKey: "created_at", sortDirection: "asc" })).toEqual([older, newer]);
    expect(await list({ sortKey: "updated_at" })).toEqual([newer, older]);
    expect(await list({ sourceKinds: ["exec"] })).toEqual([]);
    const first = (await client.request("thread/list", { sortDirection: "asc", limit: 1 })) as { nextCursor: string };
    expect(await list({ sortDirection: "asc", cursor: first.nextCursor })).toEqual([newer]);
  });
});

describe("thread/fork", () => {
  test("makes a thread with the turns of another one up to a turn, and follows it", async () => {
    await using heddle = await startHeddle({ script: HELLO });
    const { client, threadId } = await talkedThread(heddle);
    const { thread } = (await client.request("thread/fork", { threadId, lastTurnId: "0" })) as {
      thread: ListedThread & { turns: Turn[] };
    };
    expect(thread.id).not.toBe(threadId);
    expect(thread).toMatchObject({ forkedFromId: threadId, status: { type: "idle" } });
    expect(thread.turns.map(({ id }) => id)).toEqual(["0"]);
    expect(await client.hear("thread/started")).toMatchObject({ thread: { id: thread.id, turns: [] } });
    await client.request("turn/start", { threadId: thread.id, input: [{ type: "text", text: "third" }] });
    await client.hear("turn/completed", (said) => said["threadId"] === thread.id);
    await expect(client.request("thread/fork", { threadId, lastTurnId: "9" })).rejects.toThrow("no turn 9");
    const both = { threadId, lastTurnId: "0", beforeTurnId: "1" };
    await expect(client.request("thread/fork", both)).rejects.toThrow("exclude each other");
  });
});

test("configWarning tells newer clients what is wrong with the configuration, found before or after they came", async () => {
  await using heddle = await startHeddle({ script: HELLO, config: "mistake = 1" });
  const early = await heddle.connect({});
  await early.request("thread/loaded/list", {});
  const told = await early.hear("configWarning");
  const line = expect.any(Number); // the settings of the scripted model come first
  expect(told).toEqual({
    summary: "unknown key `mistake`",
    details: null,
    path: join(heddle.home, "config.toml"),
    range: { start: { line, column: 1 }, end: { line, column: 7 } },
  });
  await writeFile(join(heddle.home, "config.toml"), "another_mistake = 2\n", { flag: "a" });
  await early.request("experimentalFeature/list", {});
  await early.hear("configWarning", ({ summary }) => String(summary).includes("another_mistake"));
  expect(heddle.client.heard).toEqual([]);
});

test("configWarning says that nothing can begin with the configuration, and why", async () => {
  await using heddle = await startHeddle({ script: HELLO, config: 'approval_policy = "sometimes"' });
  const client = await heddle.connect({});
  await client.request("thread/loaded/list", {});
  const line = expect.any(Number);
  expect(await client.hear("configWarning")).toEqual({
    summary: "The configuration cannot be used: no thread begins until it is mended.",
    details: expect.stringContaining("in `approval_policy`"),
    path: join(heddle.home, "config.toml"),
    range: { start: { line, column: 19 }, end: { line, column: 19 } },
  });
  await writeFile(join(heddle.home, "config.toml"), "");
  await client.request("experimentalFeature/list", {});
  const later = await heddle.connect({});
  await later.request("thread/loaded/list", {});
  expect(later.heard).toEqual([]);
});

test("deprecationNotice tells what the configuration says in an old way", async () => {
  await using heddle = await startHeddle({ script: HELLO, config: "experimental_use_freeform_apply_patch = true" });
  const client = await heddle.connect({});
  const { thread } = (await client.request("thread/start", {})) as { thread: { id: string } };
  await client.request("addConversationListener", { conversationId: thread.id });
  await client.request("turn/start", { threadId: thread.id, input: [{ type: "text", text: "go" }] });
  const notice = {
    summary: expect.stringMatching(/`experimental_use_freeform_apply_patch` is deprecated/),
    details: expect.any(String),
  };
  expect(await client.hear("deprecationNotice")).toEqual(notice);
  expect(await client.hear("codex/event/deprecation_notice")).toMatchObject({ msg: notice });
  await client.hear("turn/completed");
  expect(client.heard.filter(({ method }) => method === "deprecationNotice")).toHaveLength(1);
});

test("experimentalFeature/list shows every switch as new threads would have it", async () => {
  await using heddle = await startHeddle({ script: HELLO, config: "features.skills = true" });
  const { data } = (await heddle.client.request("experimentalFeature/list", {})) as { data: ListedThread[] };
  expect(data.find(({ name }) => name === "skills")).toEqual({
    name: "skills",
    stage: "underDevelopment",
    enabled: true,
    defaultEnabled: false,
    displayName: null,
    description: null,
    announcement: null,
  });
});

test("permissionProfile/list says what an administrator allows", async () => {
  const managed = 'sandbox_mode = "workspace-write"\n';
  await using heddle = await startHeddle({ script: HELLO, managed });
  const { data } = (await heddle.client.request("permissionProfile/list", {})) as { data: ListedThread[] };
  expect(data.map(({ id, allowed }) => [id, allowed])).toEqual([
    [":read-only", true],
    [":workspace", true],
    [":danger-full-access", false],
  ]);
});

test("thread/resume takes a history whose outputs are objects, as the protocol has them", async () => {
  await using heddle = await startHeddle({ script: HELLO });
  const call = { type: "function_call", name: "shell", arguments: "{}" };
  const output = (call_id: string, body: object): object => ({ type: "function_call_output", call_id, output: body });
  const history = [
    { type: "message", role: "user", content: [{ type: "input_text", text: "hi" }] },
    { ...call, call_id: "a" },
    output("a", { content: "text", success: true }),
    { ...call, call_id: "b" },
    output("b", { content: "", content_items: [{ type: "input_text", text: "part" }] }),
  ];
  const params = { threadId: "", history: JSON.parse(JSON.stringify(history)) };
  const { thread } = (await heddle.client.request("thread/resume", params)) as { thread: { id: string } };
  await heddle.runTurn(thread.id, "go on");
  const { input } = (heddle.model.requests[0]?.body ?? { input: [] }) as {
    input: { type: string; output?: unknown }[];
  };
  expect(input.flatMap(({ output: sent }) => (sent === undefined ? [] : [sent]))).toEqual([
    "text",
    [{ type: "input_text", text: "part" }],
  ]);
});
