// What deciding on a command costs: the package itself, in this process, as the engine calls it.
import { performance } from "node:perf_hooks";
import { loadPackage } from "./package.mjs";

const RULES = 1_000;
const SCRIPT_BYTES = 40_000;

/** A peer has no part in it: null. */
export async function measurePolicy(target, { decisions, dir }) {
  if (target.name !== "heddle") return {};
  const { decide, parsePolicy } = await loadPackage("execpolicy", dir);
  const text = Array.from({ length: RULES }, (_, n) => `prefix_rule(pattern=["tool${n}", "run"], decision="allow")\n`);
  const rules = [{ path: "bench.codexpolicy", text: text.join("") }];
  const call = (argv) => ({
    argv,
    approvalPolicy: "on-request",
    sandbox: "workspace-write",
    escalated: false,
    justification: null,
  });

  const policy = parsePolicy(rules);
  const plain = call(["tool500", "run", "--fast"]);
  const line = "git status && ls -l src | head -n 5\n";
  const script = call(["bash", "-lc", line.repeat(Math.ceil(SCRIPT_BYTES / line.length))]);
  for (let n = 0; n < 1_000; n += 1) decide(policy, plain); // warm, as in a server that runs
  for (let n = 0; n < 20; n += 1) decide(policy, script);
  return {
    decision: (timed(() => repeat(decisions, () => decide(policy, plain))) / decisions) * 1_000,
    rulesLoad: median(series(9, () => parsePolicy(rules))),
    longScript: median(series(9, () => decide(policy, script))),
  };
}

function series(count, run) {
  return Array.from({ length: count }, () => timed(run));
}

function repeat(count, run) {
  for (let n = 0; n < count; n += 1) run();
}

function timed(run) {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
