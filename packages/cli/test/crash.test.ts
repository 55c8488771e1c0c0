import { step, type RecordedRequest, type Reply } from "@heddle/testkit";
import type { ThreadItem, Turn } from "@heddle/protocol";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { createRig, type CommandRig } from "./support/command-rig.ts";
import { createRandom, type Random } from "./support/random.ts";
import { startServer, type ServerProcess } from "./support/server-process.ts";
import { seenTurns, startTurn, turnEnd, type SeenTurn } from "./support/threads.ts";

/** How often a server is killed, each time with a turn running on each of its threads: 108 moments of a turn. */
const KILLS = Number(process.env["HEDDLE_CRASH_KILLS"] ?? 36);
const SEED = Number(process.env["HEDDLE_CRASH_SEED"] ?? 1);
/** Servers that run at the same time, each with a home of its own. */
const LANES = 2;
const THREADS = 3;
/** Then new threads are taken: reading long ones again and again tells nothing new. */
const KILLS_PER_THREAD = 8;
/** The moment is after so many messages at most, or after so long: some turns wait for a command that sleeps. */
const MESSAGES = 80;
const LATEST_MS = 300;
const SETTINGS = 'approval_policy = "never"\nsandbox_mode = "workspace-write"';

test(`whatever the moment of a SIGKILL, the next server has all that clients saw (${KILLS} kills, seed ${SEED})`, async () => {
  const kills = Math.ceil(KILLS / LANES);
  const lanes = Array.from({ length: LANES }, (_, lane) => runLane(createRandom(SEED * 1_000 + lane), kills));
  expect(await Promise.all(lanes)).toEqual(lanes.map(() => []));
}, 300_000);

test("a sandboxed command ends with a server that is killed", async () => {
  const script = [[step.shellCommand("call_1", "echo ready; sleep 300 & sleep 300", { login: false })]];
  await using rig = await createRig({ script, settings: SETTINGS });
  await using server = await startServer(rig.workspace);
  const { client } = server;
  const { thread } = (await client.request("thread/start", {})) as { thread: { id: string } };
  await startTurn(client, thread.id, "sleep");
  await client.hear("item/commandExecution/outputDelta", ({ delta }) => delta === "ready\n");
  server.signal("SIGKILL");
  await server.ended;
  expect(await rig.lingering()).toEqual([]);
});

/** @returns what was wrong with the requests to the model. What was wrong with a resumed thread is thrown. */
async function runLane(random: Random, kills: number): Promise<string[]> {
  const problems: string[] = [];
  await using rig = await createRig({ script: (request) => work(request, problems), settings: SETTINGS });
  let known: KnownThread[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    if (kill % KILLS_PER_THREAD === 0) known = [];
    known = await runUntilKilled(rig, random, known);
    expect(await rig.lingering()).toEqual([]);
  }
  expect(await leftovers(rig)).toEqual([]);
  return problems;
}

/** What the killed servers have left in the workspace, once another one has run a command and a patch in it. */
async function leftovers({ workspace }: CommandRig): Promise<string[]> {
  await using server = await startServer(workspace);
  const { client } = server;
  const { thread } = (await client.request("thread/start", {})) as { thread: { id: string } };
  for (const job of ["commands", "patches"] as const) {
    await turnEnd(client, thread.id, await startTurn(client, thread.id, order(job)));
  }
  server.endInput();
  await server.ended;
  return (await readdir(workspace.cwd)).filter((name) => !/^(\.git|w\d+\.txt)$/.test(name));
}

/** A thread, and what clients have heard about it from all the servers it had. */
interface KnownThread {
  readonly id: string;
  readonly turns: readonly SeenTurn[];
}

/** One server: it takes up the known threads, runs a turn to its end, then one on each thread until it is killed. */
async function runUntilKilled(rig: CommandRig, random: Random, known: readonly KnownThread[]): Promise<KnownThread[]> {
  await using server = await startServer(rig.workspace);
  const { client } = server;
  const ids: string[] = [];
  const { data } = (await client.request("thread/list", { limit: 100 })) as { data: { id: string }[] };
  const spoken = known.filter(({ turns }) => turns.some(({ items }) => items.length > 0));
  expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(spoken.map(({ id }) => id)));
  for (const thread of known) {
    await expectComplete(server, thread);
    ids.push(thread.id);
  }
  while (ids.length < THREADS) {
    ids.push(((await client.request("thread/start", {})) as { thread: { id: string } }).thread.id);
  }
  const first = ids[random.below(THREADS)] ?? "";
  const short = await startTurn(client, first, order("talk"));
  expect(await turnEnd(client, first, short)).toMatchObject({ status: "completed" });

  const heardBefore = client.heard.length;
  const turns = ids.map(async (id) => turnEnd(client, id, await startTurn(client, id, order(random.pick(JOBS)))));
  const latest = delay(random.below(LATEST_MS));
  await Promise.race([server.hasSaid(heardBefore + 1 + random.below(MESSAGES)), latest, Promise.all(turns)]);
  await delay(random.below(8)); // so that it is not always right behind a message
  server.signal("SIGKILL");
  await server.ended;
  for (const turn of turns) turn.catch(() => {}); // its answer died with the server

  return ids.map((id) => ({
    id,
    turns: [...(known.find((thread) => thread.id === id)?.turns ?? []), ...seenTurns(client, id)],
  }));
}

/** Resumes a thread and compares it with what was heard about it. */
async function expectComplete({ client }: ServerProcess, known: KnownThread): Promise<void> {
  const answer = (await client.request("thread/resume", { threadId: known.id })) as {
    thread: { id: string; path: string; turns: Turn[] };
  };
  const { id, path, turns } = answer.thread;
  expect(id).toBe(known.id);
  expect(new Set(turns.map((turn) => turn.id)).size).toBe(turns.length);
  const recorded = await recordedEnds(path);
  for (const seen of known.turns) {
    const turn = turns.find((each) => each.id === seen.id);
    // What was written and not heard any more may be there as well.
    const stored = turn?.items.filter((item) => seen.items.some((each) => isSame(each, item)));
    expect({ id: turn?.id, items: stored }).toEqual({ id: seen.id, items: seen.items });
    expect(turn?.status).toBe(seen.end?.status ?? recorded.get(seen.id) ?? "interrupted");
    expect(turn?.error).toEqual(seen.end?.error ?? null);
    expect(turn?.items.filter((item) => "status" in item && item.status === "inProgress")).toEqual([]);
    for (const item of seen.items) await expectDone(item);
  }
}

/** A patch that a client was told of is on the disk. */
async function expectDone(item: ThreadItem): Promise<void> {
  if (item.type !== "fileChange" || item.status !== "completed") return;
  for (const { path } of item.changes) {
    expect(await readFile(path, "utf8")).toMatch(/^one\ntwo\n(three\n)?$/);
  }
}

/** How turns ended according to the log: a server may die between writing an end and telling it. */
async function recordedEnds(path: string): Promise<Map<string, string>> {
  const events = (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .flatMap((line) => parseEvent(line));
  return new Map(
    events.flatMap(({ type, turnId, outcome }) =>
      type === "turnCompleted" && turnId !== undefined && outcome !== undefined ? [[turnId, outcome.status]] : [],
    ),
  );
}

interface RecordedEvent {
  readonly type: string;
  readonly turnId?: string;
  readonly outcome?: { readonly status: string };
}

function parseEvent(line: string): RecordedEvent[] {
  try {
    const { type, payload } = JSON.parse(line) as { type: string; payload: { event: RecordedEvent } };
    return type === "event" ? [payload.event] : [];
  } catch {
    return []; // torn by the kill
  }
}

function isSame(a: ThreadItem, b: ThreadItem): boolean {
  return a.type === b.type && a.id === b.id;
}

/** What the model does in a turn, from one tool output to the next. `name` is another one in each turn. */
const WORK = {
  talk: () => [[step.reasoning("hm"), step.text("one two three four", { chunks: 8 })]],
  commands: (name) => [
    [step.text("looking"), step.shellCommand(`${name}_1`, "echo one; echo two >&2; exit 3", { login: false })],
    [step.shell(`${name}_2`, ["seq", "2000"]), step.shell(`${name}_3`, ["true"])],
    [step.text("looked", { chunks: 3 })],
  ],
  patches: (name) => [
    [step.customPatch(`${name}_1`, `*** Begin Patch\n*** Add File: ${name}.txt\n+one\n+two\n*** End Patch`)],
    [step.customPatch(`${name}_2`, `*** Begin Patch\n*** Update File: ${name}.txt\n two\n+three\n*** End Patch`)],
    [step.customPatch(`${name}_3`, `*** Begin Patch\n*** Update File: nowhere.txt\n-a\n+b\n*** End Patch`)],
    [step.text("patched")],
  ],
  planning: (name) => [
    [
      step.updatePlan(`${name}_1`, [{ step: "wait", status: "in_progress" }]),
      step.shell(`${name}_2`, ["sleep", "300"]),
    ],
    [step.text("rested")],
  ],
} satisfies Record<string, (name: string) => readonly Reply[]>;

type Job = keyof typeof WORK;
const JOBS = ["talk", "commands", "patches", "planning"] as const satisfies readonly Job[];

let orders = 0;

/** The text of a turn, which tells the model its work. */
function order(job: Job): string {
  orders += 1;
  return JSON.stringify({ job, name: `w${orders}` });
}

/** Plays the work of the latest order in the request. Reports requests that no endpoint would take. */
function work({ body }: RecordedRequest, problems: string[]): Reply {
  const { input } = body as { input: readonly InputItem[] };
  reportUnpaired(input, problems);
  const at = input.findLastIndex((item) => item.content?.[0]?.text?.startsWith('{"job"') === true);
  const { job, name } = JSON.parse(input[at]?.content?.[0]?.text ?? "") as { job: Job; name: string };
  const outputs = input.slice(at).filter(({ type }) => type.endsWith("_call_output")).length;
  const replies: readonly Reply[] = WORK[job](name);
  // A reply with two calls moves the work on by one reply.
  let answered = 0;
  return (
    replies.find((reply) => {
      const calls = reply.filter(({ type }) => type === "functionCall" || type === "customCall").length;
      const isNext = answered >= outputs;
      answered += calls;
      return isNext;
    }) ?? [step.text("nothing left")]
  );
}

interface InputItem {
  readonly type: string;
  readonly call_id?: string;
  readonly content?: readonly { readonly text?: string }[];
}

/** Each call has one output behind it, and no output is without a call. */
function reportUnpaired(input: readonly InputItem[], problems: string[]): void {
  const open = new Set<string>();
  for (const { type, call_id: id = "" } of input) {
    if (type.endsWith("_call_output")) {
      if (!open.delete(id)) problems.push(`output without a call: ${id}`);
    } else if (type.endsWith("_call")) {
      open.add(id);
    }
  }
  for (const id of open) problems.push(`call without an output: ${id}`);
}
