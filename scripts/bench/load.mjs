// A server at a Unix socket under many clients: what a fleet, or an editor with many windows, asks of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

const DELTA = '"method":"item/agentMessage/delta"';
/** Until the heap has its size. */
const WARM_ANSWERS = 4;
/** The memory after the first half of them is compared with that after the second. */
const ANSWERS = 12;
const COMPLETED = '"method":"turn/completed"';

/**
 * `clients` connect and start `loadThreads` among them; then `subscribers` follow one thread whose model says many deltas
 * at full speed, several times: the rate that each of them hears, and what memory the server gains.
 * A peer is not asked: it has no sockets.
 */
export async function measureLoad(target, { clients, subscribers, loadThreads: threads, loadDeltas, dir }) {
  if (target.name !== "heddle") return {};
  const path = join(dir, "load.sock");
  const server = spawn(target.appServer[0], [...target.appServer.slice(1), "--listen", `unix://${path}`], {
    env: target.env,
    cwd: target.cwd,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await once(server.stdout, "data"); // says where it listens
    const startedAt = performance.now();
    const all = await Promise.all(Array.from({ length: clients }, () => connectClient(path)));
    const ids = await Promise.all(Array.from({ length: threads }, (_, n) => startThread(all[n % clients])));
    const started = performance.now();
    const followers = all.slice(0, subscribers);
    const rates = [];
    const resident = [];
    // Each answer on a thread of its own: what a thread remembers of its past is no growth.
    for (const id of ids.slice(0, WARM_ANSWERS + ANSWERS)) {
      for (const client of followers) await client.request("thread/resume", { threadId: id });
      rates.push(await answerRate(id, { asking: all[0], followers, loadDeltas }));
      resident.push(residentMb(server.pid));
    }
    // The lowest of several: between two garbage collections anything may be there.
    const lowest = (from, to) => Math.min(...resident.slice(WARM_ANSWERS + from, WARM_ANSWERS + to));
    const figures = {
      loadStart: (started - startedAt) / 1000,
      loadRate: rates.slice(WARM_ANSWERS).toSorted((one, other) => one - other)[ANSWERS / 2],
      loadGrowth: lowest(ANSWERS / 2, ANSWERS) - lowest(0, ANSWERS / 2),
    };
    for (const client of all) client.close();
    return figures;
  } finally {
    server.kill("SIGTERM");
    if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
  }
}

/** Has one answer said, and gives how many of its notifications each follower heard in a second. */
async function answerRate(threadId, { asking, followers, loadDeltas }) {
  const before = followers.map(({ deltas }) => deltas());
  const startedAt = performance.now();
  const ends = followers.map((client) => client.turnEnd());
  await asking.request("turn/start", { threadId, input: [{ type: "text", text: `bench deltas ${loadDeltas}` }] });
  await Promise.all(ends);
  const seconds = (performance.now() - startedAt) / 1000;
  for (const [index, client] of followers.entries()) {
    const heard = client.deltas() - before[index];
    if (heard !== loadDeltas) throw new Error(`a subscriber heard ${heard} of ${loadDeltas} deltas`);
  }
  return loadDeltas / seconds;
}

/** A client that counts lines by a piece of their text: it must not be what is measured. */
async function connectClient(path) {
  const socket = createConnection(path);
  await once(socket, "connect");
  const pending = new Map();
  const ends = [];
  let nextId = 1;
  let deltas = 0;
  let rest = "";
  socket.setEncoding("latin1").on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line.includes(DELTA)) deltas += 1;
      else if (line.includes(COMPLETED)) for (const end of ends.splice(0)) end();
      else if (line.startsWith('{"id":')) settle(JSON.parse(line));
    }
  });
  function settle({ id, result, error }) {
    const request = pending.get(id);
    pending.delete(id);
    if (error === undefined) request?.resolve(result);
    else request?.reject(new Error(error.message));
  }
  const request = (method, params) => {
    const id = nextId++;
    socket.write(`${JSON.stringify({ id, method, params })}\n`);
    return new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
  };
  await request("initialize", { clientInfo: { name: "load", title: null, version: "1" } });
  return {
    request,
    deltas: () => deltas,
    turnEnd: () => new Promise((resolve) => ends.push(resolve)),
    close: () => socket.destroy(),
  };
}

async function startThread(client) {
  const { thread } = await client.request("thread/start", {});
  return thread.id;
}

function residentMb(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) / 1024;
}
