// What is measured, row by row. Each function takes a target (see targets.mjs) and gives one number per measure.
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { startAppServer } from "../rig/app-server.mjs";

/** Words in a prompt that tell the scripted model what to answer. */
const PLAIN = "bench plain";
const COMMAND = "bench command";
const deltasOf = (count) => `bench deltas ${count}`;

/** `--version`: wall time of the process. */
export async function measureVersion(target, { runs }) {
  const times = await repeat(runs, () => timed(() => runToEnd([...target.base, "--version"], target)));
  return { version: median(times) };
}

/** A fresh server each time: start to the answer of `initialize`, to the end of its first turn, memory after that. */
export async function measureStart(target, { runs }) {
  const samples = await repeat(runs, async () => {
    const startedAt = performance.now();
    return withServer(target, async (server) => {
      const initialized = performance.now() - startedAt;
      await server.runTurn(await server.startThread(), PLAIN);
      const firstTurn = performance.now() - startedAt;
      return { initialized, firstTurn, resident: server.residentMb() };
    });
  });
  const of = (name) => median(samples.map((sample) => sample[name]));
  return { initialize: of("initialized"), firstTurn: of("firstTurn"), residentMb: of("resident") };
}

/** Turns one after the other on a warm thread, without tools and with one command in the sandbox. */
export async function measureTurns(target, { turns, commands }) {
  return withServer(target, async (server) => {
    const thread = await server.startThread();
    const series = async (count, prompt) => {
      await repeat(Math.ceil(count / 10), () => server.runTurn(thread, prompt)); // warm
      const before = server.cpuMs();
      const times = await repeat(count, () => timed(() => server.runTurn(thread, prompt)));
      const after = server.cpuMs();
      return {
        wall: median(times),
        cpu: (after.own - before.own) / count,
        children: (after.children - before.children) / count,
      };
    };
    const plain = await series(turns, PLAIN);
    const command = await series(commands, COMMAND);
    return {
      turnWall: plain.wall,
      turnCpu: plain.cpu,
      commandWall: command.wall,
      commandCpu: command.cpu,
      commandChildrenCpu: command.children,
    };
  });
}

/** One answer in many deltas. */
export async function measureDeltas(target, { deltas }) {
  return withServer(target, async (server) => {
    const thread = await server.startThread();
    await server.runTurn(thread, PLAIN);
    const seen = server.deltas;
    const before = server.cpuMs();
    const ms = await timed(() => server.runTurn(thread, deltasOf(deltas)));
    const received = server.deltas - seen;
    if (received !== deltas) throw new Error(`${received} of ${deltas} deltas arrived`);
    const scale = 50_000 / deltas; // the budget is for 50,000
    return { deltasPerSecond: deltas / (ms / 1000), deltasCpu: ((server.cpuMs().own - before.own) / 1000) * scale };
  });
}

/** Many threads at once, three turns each, one command in each turn. */
export async function measureThreads(target, { threads }) {
  return withServer(target, async (server) => {
    const before = server.cpuMs();
    const ms = await timed(() =>
      Promise.all(
        Array.from({ length: threads }, async () => {
          const thread = await server.startThread();
          for (let turn = 0; turn < 3; turn += 1) await server.runTurn(thread, COMMAND);
        }),
      ),
    );
    const after = server.cpuMs();
    const scale = 100 / threads; // the budget is for 100
    return {
      threadsWall: (ms / 1000) * scale,
      threadsCpu: ((after.own - before.own) / 1000) * scale,
      threadsChildrenCpu: ((after.children - before.children) / 1000) * scale,
    };
  });
}

/** Memory that each thread costs which was started and is left alone. */
export async function measureIdleThreads(target, { idleThreads }) {
  return withServer(target, async (server) => {
    await server.runTurn(await server.startThread(), PLAIN);
    const before = server.residentMb();
    for (let count = 0; count < idleThreads; count += 1) await server.startThread();
    return { idleThreadMb: (server.residentMb() - before) / idleThreads };
  });
}

/** `exec` with one command in the sandbox: wall time of the process. */
export async function measureExec(target, { runs }) {
  const argv = [...target.base, "exec", "--skip-git-repo-check", COMMAND];
  const times = await repeat(runs, () => timed(() => runToEnd(argv, target)));
  return { exec: median(times) };
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export async function withServer(target, use) {
  const server = startAppServer(target.appServer, target);
  try {
    await server.initialize();
    return await use(server);
  } finally {
    await server.close();
  }
}

export async function repeat(count, run) {
  const results = [];
  for (let index = 0; index < count; index += 1) results.push(await run(index));
  return results;
}

export async function timed(run) {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

function runToEnd([command, ...args], { env, cwd }) {
  const child = spawn(command, args, { env, cwd, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr = (stderr + chunk).slice(-2000);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${[command, ...args].join(" ")} ended with ${code}: ${stderr}`));
    });
  });
}
