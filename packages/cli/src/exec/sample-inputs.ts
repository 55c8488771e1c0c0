// Inputs for the tests of the two renderers: notifications as a server sends them, checked against their schemas.
import { decode, serverNotifications, type ServerNotification } from "@heddle/protocol";
import type { ExecInput } from "./input.ts";

/** The thread that every sample is about. */
export const opened: ExecInput = {
  type: "threadOpened",
  thread: {
    threadId: "thread-1",
    cwd: "/ws",
    model: "gpt-5.1-codex",
    provider: "mock",
    approvalPolicy: "never",
    sandbox: "read-only",
    reasoning: { effort: "low", summaries: "auto" },
    prompt: "do it",
  },
};

/** A notification of that thread and its turn, with `params` on top of their ids. */
export function notified(method: ServerNotification["method"], params: object, atMs = 0): ExecInput {
  const decoded = decode(serverNotifications[method].params, { threadId: "thread-1", turnId: "0", ...params });
  if (!decoded.ok) throw new Error(`${method}: ${decoded.reason}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- decoded by the schema of this very method
  return { type: "notified", message: { method, params: decoded.value } as ServerNotification, atMs };
}

const aTurn = { id: "0", items: [], error: null };

/** The notifications that begin and end the turn. */
export const turn = {
  started: notified("turn/started", { turn: { ...aTurn, status: "inProgress" } }),
  completed: notified("turn/completed", { turn: { ...aTurn, status: "completed" } }),
  interrupted: notified("turn/completed", { turn: { ...aTurn, status: "interrupted" } }),
  failed: (message: string) =>
    notified("turn/completed", { turn: { ...aTurn, status: "failed", error: { message, codexErrorInfo: "other" } } }),
};

/** Token usage of the thread so far. */
export function usage(total: { inputTokens: number; cachedInputTokens: number; outputTokens: number }): ExecInput {
  const breakdown = { ...total, reasoningOutputTokens: 0, totalTokens: total.inputTokens + total.outputTokens };
  const tokenUsage = { total: breakdown, last: breakdown, modelContextWindow: 258_400 };
  return notified("thread/tokenUsage/updated", { tokenUsage });
}

/** `echo yo` in `/ws`; `output` and `exitCode` null where it has none. */
export function commandItem({
  status,
  id = "call_1",
  output = null,
  exitCode = null,
  durationMs = null,
}: {
  readonly status: string;
  readonly id?: string;
  readonly output?: string | null;
  readonly exitCode?: number | null;
  readonly durationMs?: number | null;
}): object {
  return {
    type: "commandExecution",
    id,
    command: "/bin/bash -lc 'echo yo'",
    cwd: "/ws",
    processId: null,
    status,
    commandActions: [{ type: "unknown", command: "echo yo" }],
    aggregatedOutput: output,
    exitCode,
    durationMs,
    sandbox: null,
  };
}

/** A patch that updates, deletes, adds and moves. */
export function patchItem(status: string): object {
  return {
    type: "fileChange",
    id: "call_p",
    status,
    changes: [
      { path: "/ws/a.txt", kind: { type: "update", move_path: null }, diff: "@@ -1 +1 @@\n-one\n+two\n" },
      { path: "/ws/gone.txt", kind: { type: "delete" }, diff: "old\n" },
      { path: "/ws/new.txt", kind: { type: "add" }, diff: "first\nsecond\n" },
      {
        path: "/ws/old.txt",
        kind: { type: "update", move_path: "/ws/moved.txt" },
        diff: "@@ -1 +1 @@\n-x\n+y\n\n\nMoved to: /ws/moved.txt",
      },
    ],
  };
}

/** `tiny.echo({"text":"hi"})`. */
export function toolCallItem(status: string, result: object | null = null): object {
  return {
    type: "mcpToolCall",
    id: "call_m",
    server: "tiny",
    tool: "echo",
    status,
    arguments: { text: "hi" },
    result,
    error: null,
    durationMs: status === "inProgress" ? null : 18,
  };
}
