import { existsSync } from "node:fs";
import { realpath, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Heddle } from "@heddle/client";
import { RpcError, threadId, type ThreadStartParams, type ThreadStartResponse, type UserInput } from "@heddle/protocol";
import { describeThread } from "./describe-thread.ts";
import { followThread } from "./follow-thread.ts";
import type { ExecOptions } from "./options.ts";
import { readPrompt, type PromptReading, type PromptSource } from "./prompt.ts";
import { humanScreen, jsonlScreen } from "./screen.ts";
import type { Sink } from "./sink.ts";

/** The process around a run. */
export interface ExecIo {
  readonly stdin: PromptSource;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory, absolute. */
  readonly cwd: string;
  /** A clock for durations, in milliseconds. */
  readonly nowMs: () => number;
}

export interface ExecRun {
  /** A connection that this run alone uses. Closing it is the caller's. */
  readonly client: Heddle;
  readonly options: ExecOptions;
  readonly io: ExecIo;
  readonly version: string;
  /** How reasoning is summarised, for the header; null where the provider has no such setting. */
  readonly reasoningSummary: string | null;
  /** The newest thread of the provider, for `resume --last`; null when there is none. */
  readonly lastThread: () => Promise<string | null>;
  /** Fires when the person wants the turn to stop. */
  readonly interrupt: AbortSignal;
}

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_INTERRUPTED = 130;

/** A turn that ended, with the exit code that follows from it. */
interface RunEnd {
  readonly code: number;
  readonly lastMessage: string | null;
}

/**
 * `heddle exec`: one turn without a person who could be asked.
 *
 * @returns the exit code, with everything written and flushed: 0 when the turn completed, 1 when it failed or could
 *   not begin or tell what it did, 130 when it was interrupted. A reader of stdout that goes away ends the run quietly,
 *   with 0.
 */
export async function runExec(run: ExecRun): Promise<number> {
  const { stdout, stderr } = run.io;
  const code = await exitCodeOf(run);
  await stdout.flushed();
  const failure = stdout.failure();
  if (failure !== null) stderr.write(`Error: the output could not be written: ${failure}\n`);
  await stderr.flushed();
  return failure === null ? code : EXIT_FAILED;
}

async function exitCodeOf(run: ExecRun): Promise<number> {
  const { options, io } = run;
  const fail = (message: string): number => {
    io.stderr.write(`${message}\n`);
    return EXIT_FAILED;
  };

  const cwd = await workingDirectory(options, io);
  if (cwd === null) return fail(`Error: ${options.cwd} is no directory; -C takes one that exists.`);
  if (!options.skipGitRepoCheck && !isInsideRepository(cwd)) {
    return fail("Not inside a trusted directory and --skip-git-repo-check was not specified.");
  }
  let reading: PromptReading;
  try {
    reading = await readPrompt({
      argument: options.prompt,
      withStdin: options.stdinContext,
      stdin: io.stdin,
      note: (text) => io.stderr.write(text),
      signal: run.interrupt,
    });
  } catch (error) {
    if (run.interrupt.aborted) return EXIT_INTERRUPTED;
    throw error;
  }
  if (reading.type === "none") return fail(reading.message);

  let end: RunEnd;
  try {
    end = await runTurn(run, { cwd, prompt: reading.text });
  } catch (error) {
    if (error instanceof RpcError) return fail(`Error: ${describeRefusal(error, options)}`);
    throw error;
  }
  if (options.lastMessageFile === null) return end.code;
  const problem = await saveLastMessage(options.lastMessageFile, end.lastMessage, io);
  return problem === null ? end.code : fail(problem);
}

/** Why the server did not take up the run. */
function describeRefusal({ message }: RpcError, { target }: ExecOptions): string {
  const isUnknown = target.type === "resume" && message.startsWith("no rollout found");
  return isUnknown ? `no rollout found for thread id ${target.threadId}` : message;
}

/** Opens the thread, starts the turn and shows everything until it has ended. */
async function runTurn(
  run: ExecRun,
  { cwd, prompt }: { readonly cwd: string; readonly prompt: string },
): Promise<RunEnd> {
  const { client, options, io, version, reasoningSummary } = run;
  const { stdout, stderr, env } = io;
  const show = options.json ? jsonlScreen(stdout) : humanScreen({ stdout, stderr, color: options.color, env, version });
  const follower = followThread({ show, nowMs: io.nowMs });
  client.onNotification("*", (message) => follower.receive(message));
  // Approvals have no handler, so the client declines them: nobody is there to answer.

  const stop = AbortSignal.any([run.interrupt, stdout.closed]);
  const stopped = (): RunEnd => ({
    code: stdout.closed.aborted ? EXIT_DONE : EXIT_INTERRUPTED,
    lastMessage: follower.lastMessage(),
  });

  const answer = await openThread(run, cwd);
  follower.open(describeThread(answer, { prompt, reasoningSummary }));
  if (stop.aborted) return stopped();

  const { id } = answer.thread;
  const { turn } = await client.request("turn/start", { threadId: id, input: userInput(run, prompt) });
  const interruptTurn = (): void => {
    // Its answer tells nothing that the end of the turn does not tell; without a connection there is no turn to stop.
    client.request("turn/interrupt", { threadId: id, turnId: turn.id }).catch(() => {});
  };
  if (stop.aborted) interruptTurn();
  else stop.addEventListener("abort", interruptTurn, { once: true });

  const end = await Promise.race([follower.turnEnded, client.closed.then((reason) => ({ reason }))]);
  if (end === "interrupted") return stopped();
  if (typeof end === "object") show({ type: "connectionLost", reason: `the connection ended: ${end.reason}` });
  return { code: end === "completed" ? EXIT_DONE : EXIT_FAILED, lastMessage: follower.lastMessage() };
}

/** Starts or resumes the thread. Nobody can be asked, whatever the configuration says about asking. */
async function openThread({ client, options, lastThread }: ExecRun, cwd: string): Promise<ThreadStartResponse> {
  const params: ThreadStartParams = {
    cwd,
    approvalPolicy: "never",
    ...(options.model === null ? {} : { model: options.model }),
    ...(options.sandbox === null ? {} : { sandbox: options.sandbox }),
  };
  const { target } = options;
  const id = target.type === "resumeLast" ? await lastThread() : target.type === "resume" ? target.threadId : null;
  if (id === null) return client.request("thread/start", params);
  return client.request("thread/resume", { ...params, threadId: threadId(id) });
}

/** Images come before the text; the server reads them, and says so to the model where it cannot. */
function userInput({ options, io }: ExecRun, prompt: string): UserInput[] {
  const images = options.images.map((path): UserInput => ({ type: "localImage", path: resolve(io.cwd, path) }));
  return [...images, { type: "text", text: prompt }];
}

/** @returns the directory to work in, links resolved; null when `-C` names none. */
async function workingDirectory({ cwd }: ExecOptions, io: ExecIo): Promise<string | null> {
  if (cwd === null) return io.cwd;
  try {
    const path = await realpath(resolve(io.cwd, cwd));
    return (await stat(path)).isDirectory() ? path : null;
  } catch {
    return null; // missing, or below something that this user may not enter
  }
}

/** Whether there is a `.git` here or above: a run that goes wrong can be taken back. */
function isInsideRepository(cwd: string): boolean {
  if (existsSync(join(cwd, ".git"))) return true;
  const parent = dirname(cwd);
  return parent !== cwd && isInsideRepository(parent);
}

/** @returns null, or why the file could not be written. */
async function saveLastMessage(file: string, message: string | null, io: ExecIo): Promise<string | null> {
  try {
    await writeFile(resolve(io.cwd, file), message ?? "");
  } catch (error) {
    return `Error: the last message could not be written to ${file}: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (message === null) io.stderr.write(`Warning: no last agent message; wrote empty content to ${file}\n`);
  return null;
}
