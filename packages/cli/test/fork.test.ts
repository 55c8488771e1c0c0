import type { ForkEnd, Thread } from "@heddle/core";
import { threadId, turnId } from "@heddle/protocol";
import { step, type Script } from "@heddle/testkit";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";

/** Says how often it was spoken to in what it is shown. */
const COUNTING: Script = ({ body }) => [step.text(`answer ${said(body).length}`)];

/** What the user said, as a request tells the model. */
function said(body: unknown): string[] {
  const { input } = body as { input: { role?: string; content?: { text: string }[] }[] };
  return input
    .filter(({ role }) => role === "user")
    .flatMap(({ content = [] }) => content.map(({ text }) => text))
    .filter((text) => !text.startsWith("<environment_context>"));
}

async function fork(heddle: TestHeddle, id: string, end: ForkEnd): Promise<Thread> {
  const { engine, host } = heddle.runtime;
  const config = await host.loadConfig({});
  const { settings } = engine.thread(threadId(id));
  return engine.forkThread({ type: "id", threadId: threadId(id) }, end, { config, settings, source: "vscode" });
}

async function turnsOf(heddle: TestHeddle, id: string) {
  const answer = (await heddle.client.request("thread/resume", { threadId: id })) as {
    thread: { turns: { id: string; status: string; items: { type: string }[] }[] };
  };
  return answer.thread.turns;
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

async function threeTurns(heddle: TestHeddle): Promise<string> {
  const id = await heddle.startThread();
  for (const text of ["one", "two", "three"]) await heddle.runTurn(id, text);
  return id;
}

test("a fork through a turn goes on from there under an id of its own, and the first thread is as it was", async () => {
  await using heddle = await startHeddle({ script: COUNTING });
  const id = await threeTurns(heddle);
  const before = await turnsOf(heddle, id);

  const thread = await fork(heddle, id, { type: "throughTurn", turnId: turnId("1") });

  expect(thread.identity).toMatchObject({ forkedFrom: id });
  expect(thread.identity.id).not.toBe(id);
  expect(await turnsOf(heddle, thread.identity.id)).toEqual(before.slice(0, 2));
  const { id: next } = await heddle.runTurn(thread.identity.id, "other");
  expect(next).toBe("2");
  expect(said(heddle.model.requests.at(-1)?.body)).toEqual(["one", "two", "other"]);
  expect(await turnsOf(heddle, id)).toEqual(before);
});

test("a fork before a turn has none of it; before the first message there is nothing of what was said", async () => {
  await using heddle = await startHeddle({ script: COUNTING });
  const id = await threeTurns(heddle);
  const beforeTurn = await fork(heddle, id, { type: "beforeTurn", turnId: turnId("1") });
  const beforeMessage = await fork(heddle, id, { type: "beforeMessage", index: 0 });
  expect((await turnsOf(heddle, beforeTurn.identity.id)).map((turn) => turn.id)).toEqual(["0"]);
  expect(await turnsOf(heddle, beforeMessage.identity.id)).toEqual([]);
  await heddle.runTurn(beforeMessage.identity.id, "anew");
  const request = heddle.model.requests.at(-1);
  expect(said(request?.body)).toEqual(["anew"]);
});

test("a fork survives the end of its process", async () => {
  await using heddle = await startHeddle({ script: COUNTING });
  const id = await threeTurns(heddle);
  const { identity } = await fork(heddle, id, { type: "whole" });
  expect(await turnsOf(heddle, identity.id)).toHaveLength(3);
  await heddle.runTurn(identity.id, "four");
  const turns = await turnsOf(heddle, identity.id);
  await heddle.runtime.close();
  const restored = await heddle.runtime.engine.readThread(identity.path);
  expect(restored).toMatchObject({ id: identity.id, forkedFrom: id, preview: "one", nextTurn: 4 });
  expect(restored.turns(null)).toEqual(turns);
});

test("a turn that runs ends in the copy as interrupted and goes on in its own thread", async () => {
  const { opened, open } = gate();
  await using heddle = await startHeddle({ script: [[step.text("half"), step.gate(opened)], [step.text("copy")]] });
  const id = await heddle.startThread();
  const running = heddle.runTurn(id, "go");
  await heddle.client.hear("item/completed", ({ item }) => (item as { type: string }).type === "userMessage");

  const { identity } = await fork(heddle, id, { type: "whole" });

  expect((await turnsOf(heddle, identity.id)).map(({ status }) => status)).toEqual(["interrupted"]);
  open();
  expect((await running).status).toBe("completed");
});

test("a turn that the thread does not have is refused by name", async () => {
  await using heddle = await startHeddle({ script: COUNTING });
  const id = await heddle.startThread();
  await expect(fork(heddle, id, { type: "beforeTurn", turnId: turnId("7") })).rejects.toMatchObject({
    failure: { kind: "unknownTurn", threadId: id, turnId: "7" },
  });
});

test("a revert takes turns back for the model and for clients, and leaves files", async () => {
  const patch = "*** Begin Patch\n*** Add File: made.txt\n+made\n*** End Patch";
  const script: Script = (request, index) => (index === 1 ? [step.customPatch("call_1", patch)] : COUNTING(request, 0));
  await using heddle = await startHeddle({ script });
  const id = await heddle.startThread({ approvalPolicy: "never", sandbox: "workspaceWrite" });
  for (const text of ["one", "two", "three"]) await heddle.runTurn(id, text);
  const before = await turnsOf(heddle, id);

  const answer = await heddle.client.request("thread/revert", { threadId: id, beforeTurnId: "1" });

  expect(answer).toMatchObject({ thread: { id, turns: before.slice(0, 1) } });
  expect(heddle.client.heard.at(-1)).toEqual({ method: "thread/reverted", params: { threadId: id } });
  expect(await turnsOf(heddle, id)).toEqual(before.slice(0, 1));
  expect(await readFile(join(heddle.cwd, "made.txt"), "utf8")).toBe("made\n");
  expect((await heddle.runTurn(id, "else")).id).toBe("3");
  expect(said(heddle.model.requests.at(-1)?.body)).toEqual(["one", "else"]);
  const after = await turnsOf(heddle, id);
  expect(after.map((turn) => turn.id)).toEqual(["0", "3"]);
  const { path } = heddle.runtime.engine.thread(threadId(id)).identity;
  expect((await heddle.runtime.engine.readThread(path)).turns(null)).toEqual(after);
});

test("a running turn cannot be taken back, and no turn begins while others are", async () => {
  const { opened, open } = gate();
  await using heddle = await startHeddle({ script: [[step.text("hm"), step.gate(opened)], [step.text("ok")]] });
  const id = await heddle.startThread();
  const thread = heddle.runtime.engine.thread(threadId(id));
  const running = heddle.runTurn(id, "go");
  await heddle.client.hear("turn/started");
  await expect(thread.revert(turnId("0"))).rejects.toMatchObject({ failure: { kind: "busy" } });
  open();
  await running;

  const reverted = thread.revert(turnId("0"));
  expect(() => thread.startTurn([{ type: "text", text: "no" }], {})).toThrow("being reverted");
  await reverted;
  await expect(thread.revert(turnId("0"))).rejects.toMatchObject({ failure: { kind: "unknownTurn" } });
  expect((await heddle.runTurn(id, "again")).status).toBe("completed");
});
