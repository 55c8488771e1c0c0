import type { Heddle } from "@heddle/client";
import { RpcError } from "@heddle/protocol";
import { saveLastMessage } from "./last-message.ts";
import type { LocalModel } from "./local-model.ts";
import { describeRefusal } from "./open-thread.ts";
import type { ExecOptions } from "./options.ts";
import type { PromptSource } from "./prompt.ts";
import { runTurn, type TurnEnd } from "./run-turn.ts";
import type { Sink } from "./sink.ts";
import { readWork, type WorkReading } from "./work.ts";
import { isInsideRepository, workingDirectory } from "./working-directory.ts";

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
  /** The model that `--oss` stands for; null without it. */
  readonly localModel: LocalModel | null;
  /** How reasoning is summarised, for the header; null where the provider has no such setting. */
  readonly reasoningSummary: string | null;
  /** Whether human output has the reasoning; JSON always has its summary. */
  readonly showReasoning: boolean;
  /** The newest thread of the provider, for `resume --last`; null when there is none. */
  readonly lastThread: () => Promise<string | null>;
  /** Fires when the person wants the turn to stop. */
  readonly interrupt: AbortSignal;
}

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_LIMIT = 3;
const EXIT_INTERRUPTED = 130;

/**
 * `heddle exec`: one turn without a person who could be asked.
 *
 * @returns the exit code, with everything written and flushed: 0 when the turn completed, 1 when it failed or could
 *   not begin or tell what it did, 3 when a limit ended it, 130 when it was interrupted. A reader of stdout that goes away ends the run quietly,
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
  const { stdout, stderr } = io;
  const fail = (message: string): number => {
    stderr.write(`${message}\n`);
    return EXIT_FAILED;
  };

  const cwd = await workingDirectory(options.cwd, io.cwd);
  if (cwd === null) return fail(`Error: ${options.cwd} is no directory; -C takes one that exists.`);
  if (options.target.type === "review" && options.limits !== null) {
    return fail("Error: --max-... limits a turn of a prompt; a review takes its limits from `limits.turn` (-c).");
  }
  if (!options.skipGitRepoCheck && !isInsideRepository(cwd)) {
    return fail("Not inside a trusted directory and --skip-git-repo-check was not specified.");
  }
  let reading: WorkReading;
  try {
    reading = await readWork(options, {
      stdin: io.stdin,
      cwd: io.cwd,
      note: (text) => stderr.write(text),
      signal: run.interrupt,
    });
  } catch (error) {
    if (run.interrupt.aborted) return EXIT_INTERRUPTED;
    throw error;
  }
  if (reading.type === "none") return fail(reading.message);

  let end: TurnEnd;
  try {
    const stop = AbortSignal.any([run.interrupt, stdout.closed]);
    end = await runTurn(run, { cwd, work: reading.work, stop });
  } catch (error) {
    if (error instanceof RpcError) return fail(`Error: ${describeRefusal(error, options)}`);
    throw error;
  }
  if (options.lastMessageFile !== null) {
    const saving = await saveLastMessage(options.lastMessageFile, end.lastMessage, io.cwd);
    if (saving.type === "failed") return fail(saving.message);
    if (saving.type === "empty") stderr.write(`${saving.warning}\n`);
  }
  switch (end.status) {
    case "completed":
      return EXIT_DONE;
    case "failed":
      return EXIT_FAILED;
    case "limitReached":
      return EXIT_LIMIT;
    case "interrupted":
      return stdout.closed.aborted ? EXIT_DONE : EXIT_INTERRUPTED;
  }
}
