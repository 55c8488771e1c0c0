// `npm run soak`: many turns over many threads, with streams that break, errors, interrupts, kills of the server and
// resumes, all at random. Every law that a client can see is held, and memory has to stay flat. Takes some minutes.
//
//   --turns N     default 2000       --threads N   default 50       --seed N   default 1: the same run again
//   --quick       200 turns over 10 threads
//
// The first half has kills; the second is one server's, whose memory is watched. Ends with 1 when a law was broken.
import { readdir, rm, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { heddleTarget } from "./bench/targets.mjs";
import { startModel } from "./rig/scripted-model.mjs";
import { startServer } from "./soak/client.mjs";

const { values: flags } = parseArgs({
  options: {
    turns: { type: "string" },
    threads: { type: "string" },
    seed: { type: "string", default: "1" },
    quick: { type: "boolean", default: false },
  },
});
const TURNS = Number(flags.turns ?? (flags.quick ? 200 : 2000));
const THREADS = Number(flags.threads ?? (flags.quick ? 10 : 50));
/** Turns that run at a time. */
const LANES = 4;
/** A server of the first half lives for so many turns, on average. */
const TURNS_PER_LIFE = 40;
/** How much the second half may add to the memory after its warm-up. */
const MAX_GROWTH = 1.1;

const random = createRandom(Number(flags.seed));
const below = (end) => Math.floor(random() * end);
const DEEDS = ["talk", "talk", "command", "write", "patch", "drop", "dropCall", "error", "fail", "long"];

const dir = await mkdtemp(join(tmpdir(), "heddle-soak-"));
const model = await startModel(dir, "soak-model.mjs");
const broken = [];
const report = (message) => {
  if (broken.length < 20) console.error(`BROKEN: ${message}`);
  broken.push(message);
};
const counts = { turns: 0, completed: 0, failed: 0, interrupted: 0, cutOff: 0, continued: 0, kills: 0, resumes: 0 };
try {
  const target = await heddleTarget({
    dir,
    baseUrl: model.baseUrl,
    provider: "request_max_retries = 1\nstream_max_retries = 2",
  });
  const threads = Array.from({ length: THREADS }, () => ({ id: null, turns: new Map(), busy: false, loadedBy: null }));
  const startedAt = performance.now();
  while (counts.turns < TURNS / 2) {
    await runLife(target, threads, { isKilled: true, turns: TURNS_PER_LIFE / 2 + below(TURNS_PER_LIFE) });
  }
  const memory = await runLife(target, threads, { isKilled: false, turns: TURNS - counts.turns });
  await checkLeftovers(target);
  checkMemory(memory);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`seed ${flags.seed}, ${seconds} s:`, JSON.stringify(counts));
  console.log(broken.length === 0 ? "every law was held" : `laws were broken ${broken.length} times`);
  process.exitCode = broken.length === 0 ? 0 : 1;
} finally {
  await model.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}

/** One server: lanes of turns until so many have begun, then its end, by a kill or in good order. @returns its memory. */
async function runLife(target, threads, { isKilled, turns }) {
  const server = await startServer(target.appServer, { ...target, report });
  const memory = [];
  let left = turns;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      const thread = takeThread(threads);
      await runTurn(server, thread).catch((error) => {
        if (error.message !== "the server has ended") report(error.message);
      });
      thread.busy = false;
      if (!isKilled) memory.push(server.residentMb());
    }
  };
  const lanes = Promise.all(Array.from({ length: LANES }, lane));
  if (isKilled) {
    await Promise.race([lanes, until(() => left <= LANES)]);
    await wait(below(60));
    counts.kills += 1;
    await server.kill();
    await lanes;
  } else {
    await lanes;
    await server.close();
  }
  for (const thread of threads) thread.loadedBy = null;
  return memory;
}

function takeThread(threads) {
  const free = threads.filter(({ busy }) => !busy);
  const thread = free[below(free.length)];
  thread.busy = true;
  return thread;
}

async function runTurn(server, thread) {
  if (thread.id === null) thread.id = (await server.request("thread/start", {})).thread.id;
  else if (thread.loadedBy !== server) await resume(server, thread);
  thread.loadedBy = server;
  counts.turns += 1;
  const deed = DEEDS[below(DEEDS.length)];
  const input = [{ type: "text", text: `soak n${counts.turns} ${deed}` }];
  const { turn } = await server.request("turn/start", { threadId: thread.id, input });
  await endTurn(server, thread, { id: turn.id, interrupts: deed === "long" || below(12) === 0 });
}

/** Sees a turn to its end, with an interrupt on the way if that is wanted, and remembers it. */
async function endTurn(server, thread, { id, interrupts }) {
  const seen = server.turn(thread.id, id);
  thread.turns.set(id, seen);
  if (interrupts) {
    await Promise.race([seen.ended, wait(below(80))]);
    server.request("turn/interrupt", { threadId: thread.id, turnId: id }).catch(() => {}); // the turn's end tells
  }
  const end = await seen.ended;
  if (end === null) counts.cutOff += 1;
  else counts[end.status] += 1;
  server.forget(thread.id, id);
}

/** Takes a thread up in another process, and compares what it has with what was heard about it. */
async function resume(server, thread) {
  const answer = await server.request("thread/resume", { threadId: thread.id });
  counts.resumes += 1;
  const { turns } = answer.thread;
  if (new Set(turns.map(({ id }) => id)).size !== turns.length) report(`${thread.id} has a turn twice`);
  for (const seen of thread.turns.values())
    compare(
      thread.id,
      seen,
      turns.find(({ id }) => id === seen.id),
    );
  // What has been compared once need not be kept: the file only grows.
  const last = turns.at(-1);
  for (const id of thread.turns.keys()) if (id !== last?.id) thread.turns.delete(id);
  if (last?.continuable === true && below(2) === 0) {
    const { turn } = await server.request("turn/continue", { threadId: thread.id });
    if (turn.id !== last.id) report(`${thread.id}: turn ${last.id} went on as ${turn.id}`);
    counts.continued += 1;
    await endTurn(server, thread, { id: turn.id, interrupts: below(6) === 0 });
  }
}

function compare(threadId, seen, stored) {
  const where = `${threadId}/${seen.id}`;
  if (stored === undefined) {
    if (seen.starts > 0) report(`${where} was heard and is not stored`);
    return;
  }
  for (const item of seen.items) {
    const same = stored.items.find(({ type, id }) => type === item.type && id === item.id);
    if (JSON.stringify(same) !== JSON.stringify(item))
      report(`${item.type} ${item.id} of ${where} is stored otherwise than it was heard`);
  }
  if (seen.end !== null && stored.status !== seen.end.status)
    report(`${where} ended ${seen.end.status} and is stored ${stored.status}`);
  if (stored.status === "inProgress") report(`${where} is in progress in a server that has just begun`);
  if (stored.items.some(({ status }) => status === "inProgress")) report(`${where} has an item in progress`);
}

/** Files of our own in the workspace, once the servers have ended. */
async function checkLeftovers({ cwd }) {
  const left = (await readdir(cwd)).filter((name) => !/^(n\d+|written)\.txt$/.test(name));
  if (left.length > 0) report(`left in the workspace: ${left.join(", ")}`);
}

/**
 * Behind the warm-up against the end; medians, for memory goes up and down. The warm-up is long: threads are taken up one
 * by one, and V8 lets its heap grow for some hundred turns before it looks through all of it.
 */
function checkMemory(samples) {
  const part = (from, to) => median(samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to)));
  const course = Array.from({ length: 10 }, (_, tenth) => part(tenth / 10, (tenth + 1) / 10).toFixed(0));
  console.log(`memory over the tenths of ${samples.length} turns: ${course.join(", ")} MB`);
  const [warm, end] = [part(0.6, 0.75), part(0.9, 1)];
  console.log(`memory: ${warm.toFixed(1)} MB after the warm-up, ${end.toFixed(1)} MB at the end`);
  if (end > warm * MAX_GROWTH) report(`memory has grown from ${warm.toFixed(1)} to ${end.toFixed(1)} MB`);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(isSo) {
  while (!isSo()) await wait(5);
}

/** Mulberry32: a run with the same seed makes the same choices, as far as the machine lets it. */
function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
