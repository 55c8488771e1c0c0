import {
  createPeer,
  linkedPair,
  type IncomingRequest,
  type JsonValue,
  type Peer,
  type ServerNotification,
  type Transport,
} from "@heddle/protocol";

/** A server that answers by hand: what a test does not script is answered with `{}`. */
export interface FakeServer {
  /** The client's end. */
  readonly transport: Transport;
  readonly peer: Peer;
  /** Every message of the client, in order. */
  readonly heard: { readonly method: string; readonly params: unknown }[];
  tell(...notifications: readonly { readonly method: string; readonly params: JsonValue }[]): void;
}

type Answers = Readonly<Record<string, (call: IncomingRequest, server: FakeServer) => unknown>>;

export function startFakeServer(answers: Answers = {}): FakeServer {
  const [transport, serverEnd] = linkedPair();
  const heard: FakeServer["heard"] = [];
  const all: Answers = { initialize: () => ({ userAgent: "fake/1" }), "thread/start": () => threadAnswer, ...answers };
  const peer = createPeer(serverEnd, {
    request: (call) => {
      heard.push({ method: call.method, params: call.params });
      return all[call.method]?.(call, server) ?? {};
    },
    notification: (call) => void heard.push({ method: call.method, params: call.params }),
  });
  const server: FakeServer = {
    transport,
    peer,
    heard,
    tell: (...notifications) => {
      for (const { method, params } of notifications) peer.notify(method, params);
    },
  };
  return server;
}

export const threadAnswer = {
  thread: {
    id: "T",
    preview: "",
    modelProvider: "mock",
    createdAt: 1_765_000_000,
    path: "/home/u/.codex/sessions/rollout-T.jsonl",
    cwd: "/repo",
    cliVersion: "1",
    source: "vscode",
    gitInfo: null,
    turns: [],
  },
  model: "m",
  modelProvider: "mock",
  cwd: "/repo",
  approvalPolicy: "onRequest",
  sandbox: { type: "readOnly" },
  reasoningEffort: null,
};

export function turnOf(id: string, status: "inProgress" | "completed" | "interrupted" | "failed") {
  return { id, items: [], status, error: null };
}

const usage = { totalTokens: 3, inputTokens: 2, cachedInputTokens: 0, outputTokens: 1, reasoningOutputTokens: 0 };
export const tokenUsage = { total: usage, last: usage, modelContextWindow: 100 };

/** What a server says of a turn that answers with `text`. */
export function messagesOfTurn(
  turnId: string,
  text: string,
): { method: ServerNotification["method"]; params: JsonValue }[] {
  const place = { threadId: "T", turnId };
  const item = (content: string) => ({ type: "agentMessage", id: `${turnId}-message`, text: content });
  return [
    { method: "turn/started", params: { threadId: "T", turn: turnOf(turnId, "inProgress") } },
    { method: "item/started", params: { ...place, item: item("") } },
    { method: "item/agentMessage/delta", params: { ...place, itemId: `${turnId}-message`, delta: text } },
    { method: "item/completed", params: { ...place, item: item(text) } },
    { method: "thread/tokenUsage/updated", params: { ...place, tokenUsage } },
    { method: "turn/completed", params: { threadId: "T", turn: turnOf(turnId, "completed") } },
  ];
}
