import { step } from "@heddle/testkit";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHeddle } from "./support/start-heddle.ts";

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
  expect(items[1]).toMatchObject({ type: "commandExecution", status: "failed", sandbox: "full" });
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
