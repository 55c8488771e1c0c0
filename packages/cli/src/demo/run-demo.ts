import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { unifiedDiff } from "@heddle/apply-patch";
import type { Heddle } from "@heddle/client";
import type { SandboxMode } from "@heddle/protocol";
import type { SandboxProbe } from "@heddle/sandbox";
import { diffText } from "../exec/human-text.ts";
import type { ExecOptions } from "../exec/options.ts";
import { createPaint, wantsColor, type Paint } from "../exec/paint.ts";
import { runExec } from "../exec/run-exec.ts";
import type { Sink } from "../exec/sink.ts";
import { changedFiles, SAMPLE_TASK, writeSample } from "./sample-repository.ts";
import { demoAnswers, type DemoOutput, type OfferedTool } from "./script.ts";

/** What an engine for the demo is made with; both folders are new and go away with the demo. */
export interface DemoSetup {
  /** The home: configuration, rollouts. Nothing of the person's own is read or written. */
  readonly home: string;
  /** The sample repository. */
  readonly cwd: string;
  /** What the scripted model answers to the requests of the turn, in order. */
  readonly answers: (tools: readonly OfferedTool[]) => readonly (readonly DemoOutput[])[];
}

/** An engine with its scripted model, connected. */
export interface DemoConnection {
  readonly client: Heddle;
  /** Ends the engine and the model. */
  close(): Promise<void>;
}

export interface DemoRun {
  readonly connect: (setup: DemoSetup) => Promise<DemoConnection>;
  readonly probeSandbox: () => Promise<SandboxProbe>;
  /** Asks a person a yes-or-no question; null where nobody is there. */
  readonly confirm: ((question: string) => Promise<boolean>) | null;
  readonly stdout: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where temporary folders go, absolute. */
  readonly tempDir: string;
  readonly nowMs: () => number;
  readonly version: string;
  readonly interrupt: AbortSignal;
}

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_NO_SANDBOX = 70;

/** What the commands of the script end with when all goes well: a look at the files, the failing test, the passing one. */
const EXPECTED_EXIT_CODES = [0, 1, 0];

/**
 * `heddle demo`: the main job, from a failing test to a passing one, in a fresh copy of a sample repository.
 *
 * @returns the exit code: 0 when the job is done, 70 when there is no usable sandbox and nobody agreed to go without,
 *   130 when it was interrupted, else 1. Nothing is left behind in any case.
 */
export async function runDemo(run: DemoRun): Promise<number> {
  const { stdout, env, tempDir, version } = run;
  const paint = createPaint({ color: wantsColor("auto", stdout, env) });
  const say = (text: string): void => stdout.write(`${text}\n`);

  say(`${paint.bold("Heddle demo")}: one task, from a failing test to a passing one.`);
  say("Only the model is scripted. The engine, the commands, the sandbox and the patch are real.\n");
  const sandbox = await chooseSandbox(run, say);
  if (sandbox === null) {
    await stdout.flushed();
    return EXIT_NO_SANDBOX;
  }

  const dir = await mkdtemp(join(tempDir, "heddle-demo-"));
  try {
    const cwd = join(dir, "till");
    const home = join(dir, "home");
    await Promise.all([mkdir(cwd), mkdir(home)]);
    await writeSample(cwd);
    await initRepository(cwd);

    const { code, exitCodes } = await runTask(run, { home, cwd, sandbox });
    if (code !== EXIT_DONE) return code;
    if (exitCodes.join() !== EXPECTED_EXIT_CODES.join()) {
      say(`ERROR: the commands ended with ${exitCodes.join(", ")} instead of ${EXPECTED_EXIT_CODES.join(", ")}.`);
      say("Whatever the script of the model says, the job is not done; `heddle doctor` says what may be in the way.");
      return EXIT_FAILED;
    }
    const diff = await describeChanges(cwd, paint);
    if (diff === null) {
      say("ERROR: the task ended, and no file has changed.");
      return EXIT_FAILED;
    }
    say(`\n${paint.bold("What changed on disk")}\n${diff}`);
    say(nextSteps(paint, version));
    return EXIT_DONE;
  } finally {
    await rm(dir, { recursive: true, force: true });
    await stdout.flushed();
  }
}

/** How the demo's commands are confined; null when they must not run at all. */
async function chooseSandbox(
  { probeSandbox, confirm }: DemoRun,
  say: (text: string) => void,
): Promise<SandboxMode | null> {
  const probe = await probeSandbox();
  if (probe.rung !== "none") return "workspaceWrite";
  say(`There is no usable sandbox on this machine: ${probe.cause}.`);
  say(`To get one: ${probe.remedy}.`);
  if (
    confirm !== null &&
    (await confirm("Run the demo without a sandbox? Its commands read files and run `node --test`."))
  ) {
    return "dangerFullAccess";
  }
  say("The demo stops here: it does not run commands without a sandbox unless a person agrees.");
  return null;
}

/** How the task went. */
interface TaskEnd {
  /** Of `exec`. */
  readonly code: number;
  /** Those of its commands, in order; null for one that did not run. */
  readonly exitCodes: readonly (number | null)[];
}

/** Runs the task as `heddle exec` does, with all of its output in one stream. */
async function runTask(
  run: DemoRun,
  { home, cwd, sandbox }: { readonly home: string; readonly cwd: string; readonly sandbox: SandboxMode },
): Promise<TaskEnd> {
  const { stdout, env, nowMs, version, interrupt } = run;
  const connection = await run.connect({ home, cwd, answers: demoAnswers });
  const exitCodes: (number | null)[] = [];
  connection.client.onNotification("item/completed", ({ item }) => {
    if (item.type === "commandExecution") exitCodes.push(item.exitCode);
  });
  try {
    const code = await runExec({
      client: connection.client,
      options: { ...EXEC_DEFAULTS, prompt: SAMPLE_TASK, cwd, sandbox },
      io: {
        stdin: { isTerminal: true, readAll: () => Promise.resolve("") },
        stdout: { ...stdout, write: () => {} }, // the final message stands in the other stream already
        stderr: stdout,
        env,
        cwd,
        nowMs,
      },
      version,
      reasoningSummary: "auto",
      showReasoning: true,
      localModel: null,
      lastThread: () => Promise.resolve(null),
      interrupt,
    });
    return { code, exitCodes };
  } finally {
    await connection.close();
  }
}

const EXEC_DEFAULTS: ExecOptions = {
  target: { type: "new" },
  prompt: null,
  stdinContext: false,
  images: [],
  model: null,
  localProvider: null,
  profile: null,
  sandbox: null,
  cwd: null,
  addDirs: [],
  skipGitRepoCheck: true, // a machine without git can run the demo too
  color: "auto",
  json: false,
  lastMessageFile: null,
  outputSchemaFile: null,
  limits: null,
};

/** Makes the copy a repository, as a person's project is one. Without git it stays a plain folder. */
async function initRepository(cwd: string): Promise<void> {
  await new Promise<void>((resolve) => {
    execFile("git", ["init", "--quiet"], { cwd }, () => resolve());
  });
}

/** The difference between the sample as it was written and the files as they are; null when there is none. */
async function describeChanges(cwd: string, paint: Paint): Promise<string | null> {
  const files = await changedFiles(cwd);
  if (files.length === 0) return null;
  const diffs = files.map(({ path, before, now }) => `--- a/${path}\n+++ b/${path}\n${unifiedDiff(before, now)}`);
  return diffText(diffs.join("\n"), paint);
}

function nextSteps(paint: Paint, version: string): string {
  return `
${paint.bold("What you saw")}
The model's answers came from a script inside Heddle ${version}; everything else happened: the test failed and passed in
the sandbox, and the patch was applied to the file above. The copy is gone now.

${paint.bold("Next: your repository, with a real model")}
  export OPENAI_API_KEY=...        or name another provider in ~/.heddle/config.toml
  npx heddle exec -C path/to/your/repository -s workspace-write "make the failing test pass"`;
}
