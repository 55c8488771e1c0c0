import { RpcError, threadId, turnId, type ThreadRewindFilesResponse } from "@heddle/protocol";
import { connectInProcess } from "../runtime/in-process.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { createRuntime, type Runtime } from "../runtime/runtime.ts";
import { describeUndo } from "../undo/describe-undo.ts";

/** What `heddle undo` was told. */
export interface UndoOptions {
  /** Null: the newest thread of the working directory. */
  readonly thread: string | null;
  /** Null: the last turn that changed a file. */
  readonly turn: string | null;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly overrides: readonly string[];
}

/** @returns the exit code: 0 when the files were taken back, or would be; 1 for everything else. */
export async function runUndo(context: ProcessContext, options: UndoOptions): Promise<number> {
  const { overrides, dryRun, json, turn } = options;
  const warn = (message: string): void => void process.stderr.write(`warning: ${message}\n`);
  const runtime = await createRuntime({ context, originator: "codex_cli_rs", overrides, source: "cli", warn });
  try {
    const id = options.thread ?? (await newestThreadHere(runtime, context.cwd));
    if (id === null) {
      process.stderr.write(`Error: no thread has worked in ${context.cwd}; name one, or go to its folder\n`);
      return 1;
    }
    await using client = await connectInProcess(runtime, { name: "heddle-undo", version: context.version });
    const { thread } = await client.request("thread/resume", { threadId: threadId(id) });
    const answer = await client.request("thread/rewindFiles", {
      threadId: thread.id,
      dryRun,
      ...(turn === null ? {} : { firstTurnId: turnId(turn) }),
    });
    if (json) process.stdout.write(`${JSON.stringify(answer)}\n`);
    else (isGood(answer) ? process.stdout : process.stderr).write(describeUndo(answer, { cwd: context.cwd }));
    return isGood(answer) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    process.stderr.write(`Error: ${error.message}\n`);
    return 1;
  } finally {
    await runtime.close();
  }
}

function isGood({ status }: ThreadRewindFilesResponse): boolean {
  return status === "done" || status === "planned";
}

/** The newest thread that was started in a folder; null when there is none. */
async function newestThreadHere(runtime: Runtime, cwd: string): Promise<string | null> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof runtime.engine.store.list>> = await runtime.engine.store.list({
      cursor,
      limit: 100,
      modelProviders: [],
      defaultProvider: "",
      sources: ["cli", "vscode", "exec", "appServer"],
    });
    const found = page.threads.find((thread) => thread.cwd === cwd);
    if (found !== undefined) return found.id;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return null;
}
