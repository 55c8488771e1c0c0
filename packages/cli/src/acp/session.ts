import { RequestError, type AgentContext, type ContentBlock, type StopReason } from "@agentclientprotocol/sdk";
import type { Heddle } from "@heddle/client";
import type { ParamsOf, ResultOf, ServerNotification, ThreadId, ThreadItem, Turn, TurnId } from "@heddle/protocol";
import { policyOfMode } from "./modes.ts";
import { commandDecision, commandOptions, FILE_OPTIONS, fileDecision } from "./permissions.ts";
import { toUserInput } from "./prompt-input.ts";
import { toToolCall } from "./tool-calls.ts";
import { updatesFor, type UpdateOptions } from "./updates.ts";

/** A session of an editor: one thread, seen from the other protocol. Closed by its owner. */
export interface AcpSession {
  readonly threadId: ThreadId;
  /** Runs one turn to its end. @throws RequestError when it fails. */
  prompt(blocks: readonly ContentBlock[]): Promise<StopReason>;
  cancel(): Promise<void>;
  /** From the next prompt on. @throws RequestError for a mode that does not exist. */
  setMode(id: string): void;
  askAboutCommand(
    question: ParamsOf<"item/commandExecution/requestApproval">,
  ): Promise<ResultOf<"item/commandExecution/requestApproval">>;
  askAboutFiles(
    question: ParamsOf<"item/fileChange/requestApproval">,
  ): Promise<ResultOf<"item/fileChange/requestApproval">>;
  /** Tells the editor nothing any more. */
  close(): void;
}

export interface SessionOptions extends UpdateOptions {
  readonly heddle: Heddle;
  readonly editor: Pick<AgentContext, "notify" | "request">;
  readonly threadId: ThreadId;
}

export function createSession({ heddle, editor, threadId, terminals }: SessionOptions): AcpSession {
  const open = new Map<string, ThreadItem>();
  const waiting = new Map<string, (turn: Turn) => void>();
  /** Turns that ended before their request was answered. */
  const ended = new Map<string, Turn>();
  let running: TurnId | null = null;
  let policy: ReturnType<typeof policyOfMode> = null;

  const hear = (notification: ServerNotification): void => {
    noteItem(notification, open);
    for (const update of updatesFor(notification, { terminals })) {
      void editor.notify("session/update", { sessionId: threadId, update }).catch(() => {}); // the editor has gone
    }
    if (notification.method !== "turn/completed") return;
    const { turn } = notification.params;
    const take = waiting.get(turn.id);
    waiting.delete(turn.id);
    if (take === undefined) ended.set(turn.id, turn);
    else take(turn);
  };
  const stop = heddle.onThread(threadId, hear);

  const endOf = (id: TurnId): Promise<Turn> => {
    const turn = ended.get(id);
    ended.delete(id);
    return turn === undefined ? new Promise((resolve) => waiting.set(id, resolve)) : Promise.resolve(turn);
  };
  const callOf = (itemId: string, reason: string | null | undefined) => {
    const item = open.get(itemId);
    const call = (item === undefined ? null : toToolCall(item)) ?? { toolCallId: itemId, title: "Run a tool" };
    return reason === null || reason === undefined ? call : { ...call, title: `${call.title} (${reason})` };
  };

  return {
    threadId,
    async prompt(blocks) {
      const params = { threadId, input: toUserInput(blocks), ...(policy === null ? {} : policy) };
      const { turn } = await heddle.request("turn/start", params);
      running = turn.id;
      try {
        return stopReason(await endOf(turn.id));
      } finally {
        running = null;
      }
    },
    async cancel() {
      if (running !== null) await heddle.request("turn/interrupt", { threadId, turnId: running });
    },
    setMode(id) {
      const chosen = policyOfMode(id);
      if (chosen === undefined) throw RequestError.invalidParams({ modeId: id }, `there is no mode ${id}`);
      policy = chosen;
    },
    async askAboutCommand(question) {
      const toolCall = callOf(question.itemId, question.reason);
      const answer = await editor.request("session/request_permission", {
        sessionId: threadId,
        toolCall,
        options: commandOptions(question),
      });
      return { decision: commandDecision(answer, question) };
    },
    async askAboutFiles(question) {
      const toolCall = callOf(question.itemId, question.reason);
      const options = FILE_OPTIONS;
      const answer = await editor.request("session/request_permission", { sessionId: threadId, toolCall, options });
      return { decision: fileDecision(answer) };
    },
    close: stop,
  };
}

/** What is open is kept, so that a question can show what it is about. */
function noteItem({ method, params }: ServerNotification, open: Map<string, ThreadItem>): void {
  if (method === "item/started") open.set(params.item.id, params.item);
  if (method === "item/completed") open.delete(params.item.id);
}

function stopReason({ status, error }: Turn): StopReason {
  switch (status) {
    case "interrupted":
      return "cancelled";
    case "failed":
      throw RequestError.internalError({ codexErrorInfo: error?.codexErrorInfo ?? null }, error?.message);
    default:
      return "end_turn";
  }
}
