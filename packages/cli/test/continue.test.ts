import type { ThreadItem, Turn } from "@heddle/protocol";
import { step, type Reply } from "@heddle/testkit";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRig, type CommandRig, type RigSetup } from "./support/command-rig.ts";
import { startServer, type ServerProcess } from "./support/server-process.ts";
import { startTurn, turnEnd } from "./support/threads.ts";
import type { WireClient } from "./support/wire.ts";

const SETTINGS = 'approval_policy = "never"\nsandbox_mode = "workspace-write"';
const SLEEP = step.shellCommand("call_2", "echo begun > begun.txt; echo ready; sleep 300", {
  login: false,
  timeout_ms: 300_000,
});

const rigWith = (script: RigSetup["script"]): Promise<CommandRig> =>
  createRig({ settings: SETTINGS, ...(script === undefined ? {} : { script }) });

async function startThread(client: WireClient): Promise<string> {
  return ((await client.request("thread/start", {})) as { thread: { id: string } }).thread.id;
}

async function resume({ client }: ServerProcess, threadId: string): Promise<readonly Turn[]> {
  return ((await client.request("thread/resume", { threadId })) as { thread: { turns: Turn[] } }).thread.turns;
}

async function kill(server: ServerProcess): Promise<void> {
  server.signal("SIGKILL");
  await server.ended;
}

/** A server that is killed while the second command of its first turn runs. @returns the thread. */
async function killedInCommand(rig: CommandRig): Promise<string> {
  await using server = await startServer(rig.workspace);
  const threadId = await startThread(server.client);
  await startTurn(server.client, threadId, "go");
  await server.client.hear("item/commandExecution/outputDelta", ({ delta }) => delta === "ready\n");
  await kill(server);
  return threadId;
}

const WORK: readonly Reply[] = [
  [step.shellCommand("call_1", "echo one >> steps.txt", { login: false })],
  [step.text("now the long one"), SLEEP],
  [step.text("done")],
];

interface InputItem {
  readonly type: string;
  readonly call_id?: string;
  readonly output?: string;
  readonly content?: readonly { readonly text: string }[];
}

/** What the model was asked last. */
function lastInput({ model }: CommandRig): readonly InputItem[] {
  const { body = { input: [] } } = model.requests.at(-1) ?? {};
  return (body as { input: InputItem[] }).input;
}

function outputsIn(rig: CommandRig): Record<string, string> {
  const input = lastInput(rig);
  return Object.fromEntries(
    input.flatMap(({ type, call_id: id, output }) => (type === "function_call_output" ? [[id, output]] : [])),
  ) as Record<string, string>;
}

test("a turn that kill -9 cut off goes on under its id, from its last complete step", async () => {
  await using rig = await rigWith(WORK);
  const threadId = await killedInCommand(rig);

  await using server = await startServer(rig.workspace);
  const [cutOff] = await resume(server, threadId);
  expect(cutOff).toMatchObject({ id: "0", status: "interrupted", continuable: true, error: null });
  expect(await server.client.request("turn/continue", { threadId })).toEqual({
    turn: { id: "0", items: [], status: "inProgress", error: null },
  });
  expect(await turnEnd(server.client, threadId, "0")).toMatchObject({ id: "0", status: "completed" });

  // The first command was not run again, and of the second the model knows what is known.
  expect(await readFile(join(rig.workspace.cwd, "steps.txt"), "utf8")).toBe("one\n");
  expect(outputsIn(rig)).toMatchObject({
    call_1: expect.stringContaining("Exit code: 0"),
    call_2: expect.stringMatching(/^indeterminate: /),
  });
  const turns = await resume(server, threadId);
  expect(turns).toMatchObject([{ id: "0", status: "completed" }]);
  expect(turns[0]).not.toHaveProperty("continuable");
  const ids = turns[0]?.items.map(({ type, id }) => `${type} ${type === "commandExecution" ? id : ""}`);
  expect(ids).toEqual([
    "userMessage ",
    "commandExecution call_1",
    "agentMessage ",
    "commandExecution call_2",
    "agentMessage ",
  ]);
});

test("a call under an id that came before is told of as itself", async () => {
  const again = step.shellCommand("call_1", "echo ready; sleep 300", { login: false, timeout_ms: 300_000 });
  const [first = []] = WORK;
  await using rig = await rigWith([first, [again], [step.text("done")]]);
  const threadId = await killedInCommand(rig);
  await using server = await startServer(rig.workspace);
  await resume(server, threadId);
  await server.client.request("turn/continue", { threadId });
  await turnEnd(server.client, threadId, "0");
  const [one, two, ...more] = lastInput(rig).flatMap(({ type, output }) =>
    type === "function_call_output" ? [output] : [],
  );
  expect([one, two, more]).toEqual([
    expect.stringMatching(/^Exit code: 0/),
    expect.stringMatching(/^indeterminate/),
    [],
  ]);
});

test("each item of a continued turn completes once in the log, whatever was open when the server was killed", async () => {
  await using rig = await rigWith(WORK);
  const threadId = await killedInCommand(rig);
  await using server = await startServer(rig.workspace);
  const { thread } = (await server.client.request("thread/resume", { threadId })) as { thread: { path: string } };
  await server.client.request("turn/continue", { threadId });
  await turnEnd(server.client, threadId, "0");
  const events = (await readFile(thread.path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; payload: { event: { type: string; item?: ThreadItem } } })
    .flatMap(({ type, payload }) => (type === "event" ? [payload.event] : []));
  const completed = events.flatMap(({ type, item }) =>
    type === "itemCompleted" && item ? [`${item.type}:${item.id}`] : [],
  );
  expect(new Set(completed).size).toBe(completed.length);
  expect(completed).toContain("commandExecution:call_2");
  expect(events.filter(({ type }) => type === "turnCompleted")).toHaveLength(1);
});

test("a turn whose model had not answered yet asks it again", async () => {
  const { opened, open } = gate();
  let asked = 0;
  await using rig = await rigWith(() => {
    asked += 1;
    return asked === 1 ? [step.text("ha"), step.gate(opened)] : [step.text("whole")];
  });
  await using first = await startServer(rig.workspace);
  const threadId = await startThread(first.client);
  await startTurn(first.client, threadId, "go");
  await first.client.hear("item/agentMessage/delta");
  await kill(first);
  open();
  await using server = await startServer(rig.workspace);
  await resume(server, threadId);
  await server.client.request("turn/continue", { threadId });
  expect((await turnEnd(server.client, threadId, "0")).status).toBe("completed");
  const input = lastInput(rig);
  expect(input.flatMap(({ content = [] }) => content.map(({ text }) => text)).filter((text) => text === "go")).toEqual([
    "go",
  ]);
});

test("a turn of which only the end is missing ends without another request", async () => {
  await using rig = await rigWith([[step.text("all said")]]);
  await using first = await startServer(rig.workspace);
  const answer = (await first.client.request("thread/start", {})) as { thread: { id: string; path: string } };
  const { id: threadId, path } = answer.thread;
  await turnEnd(first.client, threadId, await startTurn(first.client, threadId, "go"));
  await kill(first);
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  expect(lines.pop()).toContain('"turnCompleted"');
  await writeFile(path, `${lines.join("\n")}\n`);

  await using server = await startServer(rig.workspace);
  expect(await resume(server, threadId)).toMatchObject([{ id: "0", continuable: true }]);
  await server.client.request("turn/continue", { threadId });
  expect((await turnEnd(server.client, threadId, "0")).status).toBe("completed");
  expect(rig.model.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
});

test("another turn in its place leaves the cut-off one interrupted, and the model knows of its command", async () => {
  await using rig = await rigWith([...WORK.slice(0, 2), [step.text("what next?")]]);
  const threadId = await killedInCommand(rig);
  await using server = await startServer(rig.workspace);
  await resume(server, threadId);
  const next = await startTurn(server.client, threadId, "something else");
  expect((await turnEnd(server.client, threadId, next)).status).toBe("completed");
  expect(outputsIn(rig)["call_2"]).toMatch(/^indeterminate: /);
  const turns = await resume(server, threadId);
  expect(turns.map(({ id, status }) => `${id} ${status}`)).toEqual(["0 interrupted", "1 completed"]);
  expect(turns[0]).not.toHaveProperty("continuable");
  await expect(server.client.request("turn/continue", { threadId })).rejects.toThrow("no turn that was cut off");
});

test("a continued turn can be cut off and continued again, and takes input meanwhile", async () => {
  await using rig = await rigWith([
    ...WORK.slice(0, 2),
    [{ ...SLEEP, callId: "call_3" }],
    [step.text("done")],
  ] as Reply[]);
  const threadId = await killedInCommand(rig);
  {
    await using second = await startServer(rig.workspace);
    await resume(second, threadId);
    await second.client.request("turn/continue", { threadId });
    await second.client.hear("item/commandExecution/outputDelta", ({ delta }) => delta === "ready\n");
    const live = await resume(second, threadId);
    expect(live.at(-1)).toMatchObject({ id: "0", status: "inProgress" });
    expect(live.at(-1)?.items.map(({ type }) => type)).toContain("userMessage");
    await kill(second);
  }
  await using third = await startServer(rig.workspace);
  expect((await resume(third, threadId)).at(-1)).toMatchObject({ id: "0", continuable: true });
  await third.client.request("turn/continue", { threadId });
  await startTurn(third.client, threadId, "and be quick");
  expect((await turnEnd(third.client, threadId, "0")).status).toBe("completed");
  expect(outputsIn(rig)).toMatchObject({
    call_2: expect.stringMatching(/^ind/),
    call_3: expect.stringMatching(/^ind/),
  });
});

test("a thread without a cut-off turn has nothing to continue, and a running one neither", async () => {
  const { opened, open } = gate();
  await using rig = await rigWith([[step.text("hm"), step.gate(opened)]]);
  await using server = await startServer(rig.workspace);
  const threadId = await startThread(server.client);
  const refused = () => expect(server.client.request("turn/continue", { threadId })).rejects.toThrow("turn/start");
  await refused();
  const turn = await startTurn(server.client, threadId, "go");
  await refused();
  open();
  await turnEnd(server.client, threadId, turn);
  await refused();
});

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

test("a review that was cut off is interrupted and not continuable: it is started anew", async () => {
  await using rig = await rigWith([[SLEEP], [step.text("fine")]]);
  let threadId = "";
  {
    await using server = await startServer(rig.workspace);
    threadId = await startThread(server.client);
    await server.client.request("review/start", { threadId, target: { type: "custom", instructions: "look" } });
    await server.client.hear("item/commandExecution/outputDelta", ({ delta }) => String(delta).includes("ready"));
    await kill(server);
  }
  await using next = await startServer(rig.workspace);
  const [turn] = await resume(next, threadId);
  expect(turn).toMatchObject({ status: "interrupted" });
  expect(turn).not.toHaveProperty("continuable");
  await expect(next.client.request("turn/continue", { threadId })).rejects.toThrow(
    "no turn that was cut off and can go on",
  );
  await next.client.request("review/start", { threadId, target: { type: "custom", instructions: "look" } });
  expect(await turnEnd(next.client, threadId, "1")).toMatchObject({ status: "completed" });
});
