import { step } from "@heddle/testkit";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHeddle } from "./support/start-heddle.ts";
import { sandboxHere } from "./support/sandbox-here.ts";

test("a plain message: the items of a turn come in order and carry thread and turn", async () => {
  await using heddle = await startHeddle({ script: [[step.text("hello")]] });
  const threadId = await heddle.startThread();
  const { id: turnId } = await heddle.runTurn(threadId, "hi");
  const own = heddle.client.heard.filter(({ params }) => params["threadId"] === threadId);
  expect(own.map(({ method }) => method)).toEqual([
    "turn/started",
    "item/started",
    "item/completed",
    "item/started",
    "item/agentMessage/delta",
    "item/completed",
    "thread/tokenUsage/updated",
    "turn/completed",
  ]);
  expect(own.at(-1)?.params).toEqual({
    threadId,
    turn: { id: turnId, items: [], status: "completed", error: null },
  });
});

test("a declined command completes its item once, as declined, and starts no process", async () => {
  await using heddle = await startHeddle({
    script: [[step.shellCommand("call_1", "touch made.txt")], [step.text("left alone")]],
  });
  heddle.client.answer("item/commandExecution/requestApproval", () => ({ decision: "decline" }));
  const threadId = await heddle.startThread({ approvalPolicy: "unlessTrusted", sandbox: "workspaceWrite" });

  const turn = await heddle.runTurn(threadId, "make it");

  expect(turn.items.filter((item) => (item as { type: string }).type === "commandExecution")).toEqual([
    {
      type: "commandExecution",
      id: "call_1",
      command: "/bin/bash -lc 'touch made.txt'",
      cwd: heddle.cwd,
      processId: null,
      status: "declined",
      commandActions: [{ type: "unknown", command: "touch made.txt" }],
      aggregatedOutput: null,
      exitCode: null,
      durationMs: null,
      sandbox: null,
    },
  ]);
  await expect(readFile(join(heddle.cwd, "made.txt"))).rejects.toThrow("ENOENT");
  expect(heddle.model.requests.at(-1)?.body).toMatchObject({
    input: expect.arrayContaining([
      { type: "function_call_output", call_id: "call_1", output: "exec command rejected by user" },
    ]),
  });
});

test("cancelling in an approval ends the turn as interrupted, and the next turn works", async () => {
  await using heddle = await startHeddle({
    script: [[step.shellCommand("call_1", "touch made.txt")], [step.text("ok")]],
  });
  heddle.client.answer("item/commandExecution/requestApproval", () => ({ decision: "cancel" }));
  const threadId = await heddle.startThread({ approvalPolicy: "unlessTrusted", sandbox: "workspaceWrite" });
  expect((await heddle.runTurn(threadId, "make it")).status).toBe("interrupted");
  expect((await heddle.runTurn(threadId, "again")).status).toBe("completed");
});

test("a command runs in the sandbox: it writes in the workspace and nowhere else", async () => {
  await using heddle = await startHeddle({
    script: [[step.shellCommand("call_1", "echo in > in.txt; echo out > ../out.txt")], [step.text("done")]],
  });
  const threadId = await heddle.startThread({ approvalPolicy: "never", sandbox: "workspaceWrite" });
  const { items } = await heddle.runTurn(threadId, "write");
  expect(await readFile(join(heddle.cwd, "in.txt"), "utf8")).toBe("in\n");
  await expect(readFile(join(heddle.cwd, "..", "out.txt"))).rejects.toThrow("ENOENT");
  expect(items[1]).toMatchObject({ type: "commandExecution", status: "failed", sandbox: sandboxHere });
});

test("calls whose endpoint gives the same ids in each response are calls of their own, also in one response", async () => {
  const call = (command: string) => step.shellCommand("call_0", command, { login: false });
  await using heddle = await startHeddle({
    script: [
      [call("echo one")],
      [call("echo two"), call("echo three")],
      [step.text("done")],
      [call("echo four")],
      [step.text("done")],
    ],
  });
  const threadId = await heddle.startThread({ approvalPolicy: "never", sandbox: "dangerFullAccess" });
  const turns = [await heddle.runTurn(threadId, "go"), await heddle.runTurn(threadId, "again")];
  const commands = turns.flatMap(({ items }) => items as { type: string; id: string; aggregatedOutput?: string }[]);
  expect(
    commands.flatMap(({ type, id, aggregatedOutput }) => (type === "commandExecution" ? [[id, aggregatedOutput]] : [])),
  ).toEqual([
    ["call_0", "one\n"],
    ["call_0-2", "two\n"],
    ["call_0-3", "three\n"],
    ["call_0-4", "four\n"],
  ]);
  const { input } = (heddle.model.requests.at(-1) ?? { body: { input: [] } }).body as {
    input: { type: string; call_id?: string }[];
  };
  expect(input.flatMap(({ type, call_id: id }) => (id === undefined ? [] : [`${type} ${id}`]))).toEqual([
    "function_call call_0",
    "function_call_output call_0",
    "function_call call_0-2",
    "function_call call_0-3",
    "function_call_output call_0-2",
    "function_call_output call_0-3",
    "function_call call_0-4",
    "function_call_output call_0-4",
  ]);
});

test("input that comes while a turn runs joins it, and its own turn ends with the running one", async () => {
  await using heddle = await startHeddle({
    script: [[step.shellCommand("call_1", "cat fifo")], [step.text("first answer")], [step.text("second answer")]],
  });
  const threadId = await heddle.startThread({ approvalPolicy: "never", sandbox: "dangerFullAccess" });
  const { client } = heddle;
  const start = async (text: string): Promise<string> => {
    const answer = await client.request("turn/start", { threadId, input: [{ type: "text", text }] });
    return (answer as { turn: { id: string } }).turn.id;
  };
  const first = await start("one");
  await client.hear("item/started", ({ item }) => (item as { type: string }).type === "commandExecution");
  const second = await start("two");
  await client.hear("turn/completed", ({ turn }) => (turn as { id: string }).id === second);

  const ended = client.heard
    .filter(({ method }) => method === "turn/completed")
    .map(({ params }) => (params["turn"] as { id: string }).id);
  expect(ended).toEqual([first, second]);
  const said = client.heard
    .filter(
      ({ method, params }) =>
        method === "item/completed" && (params["item"] as { type: string }).type === "userMessage",
    )
    .map(({ params }) => [params["turnId"], (params["item"] as { content: unknown }).content]);
  expect(said).toEqual([
    [first, [{ type: "text", text: "one" }]],
    [first, [{ type: "text", text: "two" }]],
  ]);
});

test("a resumed thread has every turn and item under the same ids, and goes on counting", async () => {
  const script = [
    [step.reasoning("hm"), step.shellCommand("call_1", "echo one")],
    [step.text("done")],
    [step.text("more")],
  ];
  await using heddle = await startHeddle({ script });
  const threadId = await heddle.startThread({ sandbox: "workspaceWrite" });
  const before = await heddle.runTurn(threadId, "first");
  const path = (await heddle.runtime.engine.store.find(threadId)) ?? "";

  const restored = await heddle.runtime.engine.readThread(path);

  expect(restored.turns(null)).toEqual([{ id: before.id, items: before.items, status: "completed", error: null }]);
  expect(restored.preview).toBe("first");
  expect(restored.nextTurn).toBe(Number(before.id) + 1);
});

test("an override of a turn cannot be looser than what an administrator has set", async () => {
  await using heddle = await startHeddle({
    script: [[step.text("ok")]],
    managed: 'sandbox_mode = "read-only"\n',
  });
  const threadId = await heddle.startThread();
  const start = heddle.client.request("turn/start", {
    threadId,
    input: [{ type: "text", text: "go" }],
    sandboxPolicy: { type: "dangerFullAccess" },
  });
  await expect(start).rejects.toThrow("managed.toml");
  expect((await heddle.runTurn(threadId, "go")).status).toBe("completed");
});

test("input that steers a turn joins it before the next request, under no id of its own", async () => {
  await using heddle = await startHeddle({
    script: [
      [step.shellCommand("call_1", "until [ -e go ]; do sleep 0.01; done")],
      [step.text("first answer")],
      [step.text("second answer")],
    ],
  });
  const threadId = await heddle.startThread({ approvalPolicy: "never", sandbox: "dangerFullAccess" });
  const { client } = heddle;
  const running = heddle.runTurn(threadId, "one");
  const { turnId } = await client.hear(
    "item/started",
    ({ item }) => (item as { type: string }).type === "commandExecution",
  );
  const input = [{ type: "text", text: "two" }];
  expect(await client.request("turn/steer", { threadId, expectedTurnId: String(turnId), input })).toEqual({ turnId });
  await writeFile(join(heddle.cwd, "go"), "");
  const { items } = await running;
  expect(items.map((item) => (item as { type: string }).type)).toEqual([
    "userMessage",
    "commandExecution",
    "userMessage",
    "agentMessage",
  ]);
  expect(client.heard.filter(({ method }) => method === "turn/started")).toHaveLength(1);
});

test("input that steers no turn, another one or one that takes none is refused, and says why", async () => {
  let tell = (): void => {};
  const asked = new Promise<void>((resolve) => {
    tell = resolve;
  });
  await using heddle = await startHeddle({
    script(_request, index) {
      if (index === 1) tell();
      return index === 0 ? [step.text("hi")] : [step.gate(new Promise(() => {}))];
    },
  });
  const { client } = heddle;
  const threadId = await heddle.startThread();
  const steer = (expectedTurnId: string): Promise<unknown> =>
    client.request("turn/steer", { threadId, expectedTurnId, input: [{ type: "text", text: "more" }] });
  await expect(steer("0")).rejects.toMatchObject({ code: -32600, message: expect.stringContaining("no active turn") });
  await heddle.runTurn(threadId, "go");
  await client.request("thread/compact", { threadId });
  await asked;
  await expect(steer("0")).rejects.toMatchObject({
    message: "expected active turn id `0` but found `1`",
  });
  await expect(steer("1")).rejects.toMatchObject({
    code: -32600,
    data: { codexErrorInfo: { activeTurnNotSteerable: { turnKind: "compact" } } },
  });
});

test("input that a turn has not read when it is interrupted is kept for the next one", async () => {
  let tell = (): void => {};
  const asked = new Promise<void>((resolve) => {
    tell = resolve;
  });
  await using heddle = await startHeddle({
    script(_request, index) {
      if (index === 0) tell();
      return index === 0 ? [step.gate(new Promise(() => {}))] : [step.text("ok")];
    },
  });
  const { client } = heddle;
  const threadId = await heddle.startThread();
  const running = heddle.runTurn(threadId, "one");
  await asked;
  await client.request("turn/steer", { threadId, expectedTurnId: "0", input: [{ type: "text", text: "two" }] });
  await client.request("turn/interrupt", { threadId, turnId: "0" });
  expect((await running).items.map((item) => (item as { type: string }).type)).toEqual(["userMessage", "userMessage"]);
  await heddle.runTurn(threadId, "three");
  const last = heddle.model.requests[1]?.body as { input: { content: { text: string }[] }[] } | undefined;
  expect(last?.input.slice(1).map(({ content }) => content[0]?.text)).toEqual(["one", "two", "three"]);
});

test("a hosted search is an item; a page that was opened on the way is none", async () => {
  const call = (id: string, action: object): ReturnType<typeof step.raw> =>
    step.raw({
      type: "response.output_item.done",
      output_index: 0,
      item: { type: "web_search_call", id, status: "completed", action },
    });
  await using heddle = await startHeddle({
    script: [
      [
        call("ws_1", { type: "search", query: "rust docs" }),
        call("ws_2", { type: "open_page", url: "https://example.invalid" }),
        call("ws_3", { type: "find_in_page", url: "https://example.invalid", pattern: "p" }),
        step.text("found"),
      ],
    ],
  });
  const { items } = await heddle.runTurn(await heddle.startThread(), "go");
  expect(items).toMatchObject([
    { type: "userMessage" },
    { type: "webSearch", id: "ws_1", query: "rust docs" },
    { type: "agentMessage", text: "found" },
  ]);
});
