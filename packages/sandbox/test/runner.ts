/**
 * A program that runs commands in a process of its own, so that tests can do it as another user and on a main thread:
 * takes a `RunnerInput` as JSON on its command line and prints a `RunnerReport`.
 */
import {
  createExpiration,
  createSandbox,
  type ExitOutcome,
  type SpawnSpec,
  SandboxError,
  type SandboxFailure,
  type SandboxOptions,
  type SandboxProbe,
} from "../src/index.ts";
import { readdirSync } from "node:fs";

export interface RunnerInput {
  readonly options: Omit<SandboxOptions, "env">;
  readonly specs: readonly Omit<SpawnSpec, "env">[];
  /** How often all of them run, one after another. Default 1. */
  readonly rounds?: number;
  /** Do not wait for the ends: report once all have started, and be killed without closing anything. */
  readonly abandon?: boolean;
}

export interface RunnerReport {
  readonly probe: SandboxProbe;
  readonly results: readonly (ExitOutcome | SandboxFailure | null)[];
  /** Descriptors of the process before and after the commands. */
  readonly descriptors: readonly [number, number];
}

const input = JSON.parse(process.argv[2] ?? "") as RunnerInput;
const sandbox = createSandbox({ env: process.env, ...input.options });
const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C.UTF-8" };
const probe = await sandbox.probe();
const results: (ExitOutcome | SandboxFailure | null)[] = [];
const countDescriptors = (): number => readdirSync("/proc/self/fd").length;
const specs = Array.from({ length: input.rounds ?? 1 }, () => input.specs).flat();
let before = countDescriptors();
for (const [index, spec] of specs.entries()) {
  // What is opened once, with the first command, is no leak.
  if (index === 1) before = countDescriptors();
  try {
    const child = await sandbox.spawn({ ...spec, env }, createExpiration({ timeoutMs: 20_000 }));
    results.push(input.abandon === true ? null : await child.exit);
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    results.push(error.failure);
  }
}
const report: RunnerReport = { probe, results, descriptors: [before, countDescriptors()] };
process.stdout.write(JSON.stringify(report), () => {
  if (input.abandon === true) process.kill(process.pid, "SIGKILL");
  else void sandbox.close();
});
