// `npm run bench`: starts the built command as a user would and compares what it takes with the budgets.
//
//   --quick            fewer repetitions: about ten seconds, for CI
//   --json             the figures as one JSON object
//   --peer "COMMAND"   measures another app server in the same run, for example --peer "other app-server"
//   --only NAME        one group of rows: version, start, turns, deltas, threads, idle, exec, sandbox, mcp, policy, diff, files, undo, rollouts, load
//
// Figures are medians. A budget that is missed is shown, not an error: machines differ.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  measureDeltas,
  measureExec,
  measureIdleThreads,
  measureStart,
  measureThreads,
  measureTurns,
  measureVersion,
} from "./bench/measures.mjs";
import { formatTable, toRows } from "./bench/report.mjs";
import { heddleTarget, peerTarget } from "./bench/targets.mjs";
import { measureDiff } from "./bench/diff.mjs";
import { measureFileSearch } from "./bench/files.mjs";
import { measureLoad } from "./bench/load.mjs";
import { measureMcp } from "./bench/mcp.mjs";
import { measurePolicy } from "./bench/policy.mjs";
import { measureRollouts } from "./bench/rollouts.mjs";
import { measureSandbox } from "./bench/sandbox.mjs";
import { measureUndo } from "./bench/undo.mjs";
import { startModel } from "./rig/scripted-model.mjs";

const FULL = {
  runs: 15,
  turns: 200,
  commands: 50,
  deltas: 50_000,
  threads: 100,
  idleThreads: 100,
  sandboxed: 200,
  mcpTurns: 50,
  decisions: 100_000,
  files: 100_000,
  storedThreads: 5_000,
  storedTurns: 1_000,
  clients: 200,
  loadThreads: 500,
  subscribers: 20,
  loadDeltas: 50_000,
};
const QUICK = {
  runs: 5,
  turns: 50,
  commands: 10,
  deltas: 20_000,
  threads: 20,
  idleThreads: 50,
  sandboxed: 40,
  mcpTurns: 10,
  decisions: 20_000,
  files: 10_000,
  storedThreads: 1_000,
  storedTurns: 200,
  clients: 50,
  loadThreads: 100,
  subscribers: 20,
  loadDeltas: 10_000,
};

const GROUPS = {
  version: measureVersion,
  start: measureStart,
  turns: measureTurns,
  deltas: measureDeltas,
  threads: measureThreads,
  idle: measureIdleThreads,
  exec: measureExec,
  sandbox: measureSandbox,
  mcp: measureMcp,
  policy: measurePolicy,
  diff: measureDiff,
  files: measureFileSearch,
  undo: measureUndo,
  rollouts: measureRollouts,
  load: measureLoad,
};

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    peer: { type: "string" },
    only: { type: "string" },
  },
});
const groups = Object.entries(GROUPS).filter(([name]) => flags.only === undefined || name === flags.only);
if (groups.length === 0) throw new Error(`--only takes one of ${Object.keys(GROUPS).join(", ")}`);

const dir = await mkdtemp(join(tmpdir(), "heddle-bench-"));
const model = await startModel(dir);
try {
  const options = { dir, baseUrl: model.baseUrl };
  const ours = await heddleTarget(options);
  const peer = flags.peer === undefined ? null : await peerTarget(flags.peer, options);
  const figures = { heddle: {}, peer: {} };
  const failures = [];
  for (const [name, measure] of groups) {
    // One after the other within a group, so that both see the machine in the same state.
    for (const target of peer === null ? [ours] : [ours, peer]) {
      try {
        Object.assign(figures[target.name], await measure(target, { ...(flags.quick ? QUICK : FULL), dir }));
      } catch (error) {
        failures.push(`${target.name}, ${name}: ${error.message}`);
      }
    }
  }
  print(toRows(figures.heddle, peer === null ? null : figures.peer), failures);
} finally {
  await model.close();
  await rm(dir, { recursive: true, force: true });
}

function print(rows, failures) {
  const missed = rows.filter((row) => row.met === false);
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpus: availableParallelism(),
  };
  if (flags.json) {
    console.log(JSON.stringify({ machine, quick: flags.quick, rows, failures }, null, 2));
  } else {
    console.log(`Node ${machine.node}, ${machine.platform}, ${machine.cpus} CPUs${flags.quick ? ", quick" : ""}`);
    console.log(formatTable(rows));
    console.log(missed.length === 0 ? "every budget is met" : `budgets missed: ${missed.length} of ${rows.length}`);
  }
  for (const failure of failures) console.error(`could not measure ${failure}`);
  process.exitCode = failures.some((failure) => failure.startsWith("heddle,")) ? 1 : 0;
}
