import { createPeer, isJsonObject, RpcError, type JsonObject, type JsonValue, type Transport } from "@heddle/protocol";
import { toDecision, toElicitation } from "./approvals.ts";
import { toForwarded, toResolution } from "./questions.ts";
import type { ToolOrder } from "./tools.ts";

/** What a call of one of our tools came to. */
export interface CallEnd {
  /** Null: no thread was there to work on. */
  readonly threadId: string | null;
  readonly content: string;
  readonly failed: boolean;
  /** Approvals that were denied because this client cannot be asked. */
  readonly unasked: number;
}

/** One call, with the ways back to its client. */
export interface ToolCall {
  /** Of the request that called the tool. */
  readonly requestId: string | number;
  readonly signal: AbortSignal;
  /** Tells the client an event of the thread. */
  readonly tell: (event: JsonObject) => void;
  /** Asks the client; null when it cannot be asked. */
  readonly ask: ((question: JsonObject) => Promise<unknown>) | null;
}

/** Threads that MCP clients work with, on an app server in this process: we are a client of its first API. */
export interface ServedThreads {
  /** Serves a call to its end. Calls of one thread wait for each other. Never rejects. */
  serve(order: Exclude<ToolOrder, { type: "wrong" }>, call: ToolCall): Promise<CallEnd>;
  close(): Promise<void>;
}

/** A call whose turn runs. */
interface RunningCall {
  readonly call: ToolCall;
  /** The id of its events; null: each has its own. */
  readonly eventId: string | null;
  readonly settle: (end: Omit<CallEnd, "threadId">) => void;
  failure: string | null;
  unasked: number;
}

/**
 * @param transport to the app server. The rest is what is said in `initialize`, once the MCP client is known: `elicits`, whether
 * its person can be asked.
 */
export async function openThreads(
  transport: Transport,
  { elicits, ...introduction }: { readonly name: string; readonly version: string; readonly elicits: boolean },
): Promise<ServedThreads> {
  const running = new Map<string, RunningCall>();
  /** Calls whose thread has no turn yet. */
  const beginning = new Map<string, ToolCall>();
  const queues = new Map<string, Promise<unknown>>();
  const peer = createPeer(transport, {
    request: ({ method, params }) => answer(method, params),
    notification: ({ method, params }) => hear(method, params),
  });

  const answer = async (method: string, params: unknown): Promise<JsonValue> => {
    const asked = isJsonObject(params) ? params : {};
    const found = running.get(String(asked["conversationId"]));
    if (found === undefined) return { decision: "denied" };
    const { call, eventId } = found;
    const ids = { toolCallId: String(call.requestId), eventId: eventId ?? String(call.requestId) };
    const question = toElicitation({ method, params: asked }, ids);
    if (question === null) throw new RpcError(-32601, `unknown request: ${method}`);
    if (call.ask === null) {
      found.unasked += 1;
      return { decision: "denied" };
    }
    return { decision: await call.ask(question).then(toDecision, () => "denied") };
  };

  /** Puts a question of an MCP server to the client; between calls there is nobody to ask. */
  const passOn = async (event: JsonObject, found: RunningCall | null): Promise<void> => {
    const asked = toForwarded(event);
    const ask = found?.call.ask ?? null;
    const answer = ask === null ? null : await ask(asked.question).catch(() => null);
    await peer.request("resolveElicitation", { ...asked.reply, ...toResolution(answer) }).catch(() => {});
  };

  const hear = (method: string, params: unknown): void => {
    if (!method.startsWith("codex/event/") || !isJsonObject(params)) return;
    const { conversationId, msg, id } = params;
    if (!isJsonObject(msg)) return;
    const found = running.get(String(conversationId));
    if (msg["type"] === "elicitation_request") void passOn(asJson(params), found ?? null);
    if (found === undefined) {
      const starting = beginning.get(String(conversationId));
      starting?.tell({ _meta: { requestId: starting.requestId }, id: String(starting.requestId), msg: asJson(msg) });
      return;
    }
    const { call, eventId, settle } = found;
    call.tell({ _meta: { requestId: call.requestId }, id: eventId ?? String(id), msg: asJson(msg) });
    switch (msg["type"]) {
      case "error":
        found.failure = String(msg["message"]);
        return;
      case "task_complete": {
        const { failure, unasked } = found;
        const last = msg["last_agent_message"];
        if (failure !== null) settle({ content: failure, failed: true, unasked });
        else settle({ content: typeof last === "string" ? last : "", failed: false, unasked });
        return;
      }
      case "turn_aborted":
        settle({ content: "the turn was interrupted", failed: true, unasked: found.unasked });
        return;
      default:
    }
  };

  /** One turn of a thread, to its end. */
  const runTurn = async (
    conversationId: string,
    { prompt, call, eventId }: { readonly prompt: string; readonly call: ToolCall; readonly eventId: string | null },
  ): Promise<CallEnd> => {
    if (call.signal.aborted) return { threadId: conversationId, content: "", failed: true, unasked: 0 };
    const onAbort = (): void => void peer.request("interruptConversation", { conversationId }).catch(() => {});
    try {
      const ended = new Promise<Omit<CallEnd, "threadId">>((settle) => {
        beginning.delete(conversationId);
        running.set(conversationId, { call, eventId, settle, failure: null, unasked: 0 });
      });
      const items = [{ type: "text", data: { text: prompt } }];
      await peer.request("sendUserMessage", { conversationId, items });
      call.signal.addEventListener("abort", onAbort, { once: true });
      if (call.signal.aborted) onAbort();
      const gone = peer.closed.then((reason) => ({ content: reason, failed: true, unasked: 0 }));
      return { threadId: conversationId, ...(await Promise.race([ended, gone])) };
    } catch (error) {
      return failed(conversationId, `Codex runtime error: ${reasonOf(error)}`);
    } finally {
      running.delete(conversationId);
      call.signal.removeEventListener("abort", onAbort);
    }
  };
  const inTurn = (id: string, work: () => Promise<CallEnd>): Promise<CallEnd> => {
    const before = queues.get(id) ?? Promise.resolve();
    const mine = before.then(work);
    queues.set(id, mine);
    void mine.finally(() => {
      if (queues.get(id) === mine) queues.delete(id);
    });
    return mine;
  };

  const start = async (order: Extract<ToolOrder, { type: "start" }>, call: ToolCall): Promise<CallEnd> => {
    let conversationId;
    try {
      const made = await peer.request("newConversation", asJson(order.params));
      if (!isJsonObject(made)) throw new Error("the server gave no thread");
      conversationId = String(made["conversationId"]);
      const { model, reasoningEffort, rolloutPath } = made;
      const configured = { type: "session_configured", session_id: conversationId, model, history_log_id: 0 };
      const rest = { history_entry_count: 0, reasoning_effort: reasoningEffort ?? null, rollout_path: rolloutPath };
      const msg = asJson({ ...configured, ...rest, cwd: order.params.cwd ?? null });
      call.tell({ _meta: { requestId: call.requestId }, id: "", msg });
      beginning.set(conversationId, call);
      await peer.request("addConversationListener", { conversationId });
    } catch (error) {
      const reason = reasonOf(error);
      const config = /^error deriving config: (.*)$/s.exec(reason);
      return config === null
        ? failed(null, `Failed to start Codex session: ${reason}`)
        : failed(null, `Failed to load Codex configuration from overrides: ${config[1]}`);
    }
    const id = conversationId;
    known.add(id);
    return inTurn(id, () => runTurn(id, { prompt: order.prompt, call, eventId: String(call.requestId) }));
  };
  const known = new Set<string>();

  // Questions of MCP servers come to clients that say what they can do.
  await peer.request("initialize", { clientInfo: { ...introduction }, ...(elicits ? { capabilities: {} } : {}) });
  peer.notify("initialized", undefined);
  return {
    serve(order, call) {
      if (order.type === "start") return start(order, call);
      const { conversationId, prompt } = order;
      if (!known.has(conversationId)) {
        return Promise.resolve(failed(null, `Session not found for conversation_id: ${conversationId}`));
      }
      return inTurn(conversationId, () => runTurn(conversationId, { prompt, call, eventId: null }));
    },
    close: () => peer.close(),
  };
}

function failed(threadId: string | null, content: string): CallEnd {
  return { threadId, content, failed: true, unasked: 0 };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A plain copy: in memory, messages pass as the objects that they are. */
function asJson(value: object): JsonObject {
  const copy: JsonObject = JSON.parse(JSON.stringify(value));
  return copy;
}
