import {
  clientMethods,
  decode,
  decodeRequest,
  decodeServerNotification,
  invalidRequest,
  serverMethods,
  threadId,
  type ClientMethod,
  type ClientNotificationMethod,
  type IncomingNotification,
  type IncomingRequest,
  type ParamsOf,
  type Peer,
  type PeerHandlers,
  type ResultOf,
  type ServerMethod,
  type ServerNotification,
  type ServerNotificationMethod,
  type ThreadId,
  type ThreadResumeParams,
  type ThreadStartParams,
} from "@heddle/protocol";
import { ClientError } from "./client-error.ts";
import { Thread } from "./thread.ts";

export interface RequestOptions {
  /** Gives up the wait, not the work: a request cannot be taken back. */
  readonly signal?: AbortSignal | undefined;
}

/** What follows a method's name: its params, unless it takes none. */
export type RequestArguments<Method extends ClientMethod> =
  ParamsOf<Method> extends undefined
    ? [params?: undefined, options?: RequestOptions]
    : [params: ParamsOf<Method>, options?: RequestOptions];

/** Answers a request of the server; what it throws is an error answer, which declines an approval. */
export type RequestHandler<Method extends ServerMethod> = (
  params: ParamsOf<Method>,
  options: { readonly signal: AbortSignal },
) => ResultOf<Method> | Promise<ResultOf<Method>>;

/** For one method: takes its params. For `*`: takes every notification. */
export type NotificationHandler<Method extends ServerNotificationMethod | "*"> = Method extends ServerNotificationMethod
  ? (params: Extract<ServerNotification, { method: Method }>["params"]) => void
  : (notification: ServerNotification) => void;

type Listener = (notification: ServerNotification) => void;
type AnyRequestHandler = (params: unknown, options: { readonly signal: AbortSignal }) => unknown;

/** What an approval request is answered with when nobody has said otherwise. */
const UNANSWERED: { readonly [Method in ServerMethod]: ResultOf<Method> } = {
  "item/commandExecution/requestApproval": { decision: "decline" },
  "item/fileChange/requestApproval": { decision: "decline" },
  "mcpServer/elicitation/request": { action: "cancel" },
  "item/tool/call": { contentItems: [], success: false },
  "item/tool/requestUserInput": { answers: {} },
};

/**
 * A connection to an app server. Made by `connect`; ends with `close`, `await using`, or the server.
 * Handlers are called in the order in which messages arrive, and do not wait for each other.
 */
export class Heddle {
  readonly #peer: Peer;
  readonly #onUnreadable: ((message: IncomingNotification, reason: string) => void) | undefined;
  /** By method, by thread id, and of everything: `*`. */
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #requestHandlers = new Map<string, AnyRequestHandler>();
  readonly #closeHandlers = new Set<(reason: string) => unknown>();
  readonly #ended: Promise<void>;

  constructor(
    createPeer: (handlers: PeerHandlers) => Peer,
    onUnreadable?: (message: IncomingNotification, reason: string) => void,
  ) {
    this.#onUnreadable = onUnreadable;
    this.#peer = createPeer({
      request: (call) => this.#answer(call),
      notification: (call) => this.#hear(call),
    });
    this.#ended = this.#peer.closed.then(async (reason) => {
      await Promise.all([...this.#closeHandlers].map((handler) => handler(reason)));
    });
  }

  /** Resolves with the reason when the connection has ended. */
  get closed(): Promise<string> {
    return this.#peer.closed;
  }

  /** Starts a thread. Settings that are left out come from the server's configuration. */
  async startThread(params: ThreadStartParams = {}): Promise<Thread> {
    return new Thread(this, await this.request("thread/start", params));
  }

  /** Goes on with a stored thread; its turns so far are in `info.thread.turns`. */
  async resumeThread(params: Omit<ThreadResumeParams, "threadId"> & { readonly threadId: string }): Promise<Thread> {
    const answer = await this.request("thread/resume", { ...params, threadId: threadId(params.threadId) });
    return new Thread(this, answer);
  }

  /**
   * Asks the server.
   * @throws RpcError when the server refuses or the connection ends.
   * @throws ClientError `unexpectedAnswer`.
   */
  async request<Method extends ClientMethod>(
    method: Method,
    ...[params, options]: RequestArguments<Method>
  ): Promise<ResultOf<Method>> {
    const answer = await this.#peer.request(method, params, options);
    const decoded = decode(clientMethods[method].result, answer);
    if (!decoded.ok) {
      throw new ClientError({ kind: "unexpectedAnswer", method, reason: decoded.reason, path: decoded.path });
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- decoded by the schema of this very method
    return decoded.value as ResultOf<Method>;
  }

  notify(method: ClientNotificationMethod): void {
    this.#peer.notify(method);
  }

  /** Calls the handler for each notification of a method, or of all; returns what ends that. */
  onNotification<Method extends ServerNotificationMethod | "*">(
    method: Method,
    handler: NotificationHandler<Method>,
  ): () => void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a listener is called with what its key stands for
    const take = handler as (value: unknown) => void;
    return this.#listen(method, (notification) => take(method === "*" ? notification : notification.params));
  }

  /** Calls the handler for each notification that carries this thread's id. */
  onThread(id: ThreadId, handler: Listener): () => void {
    return this.#listen(threadKey(id), handler);
  }

  /**
   * Answers the server's requests of one method; returns what ends that. Approvals that nobody answers are declined.
   * @throws Error when the method has a handler: two could not both answer.
   */
  onRequest<Method extends ServerMethod>(method: Method, handler: RequestHandler<Method>): () => void {
    if (this.#requestHandlers.has(method)) throw new Error(`requests of ${method} have a handler already`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a handler is called with params of its own method
    this.#requestHandlers.set(method, handler as AnyRequestHandler);
    return () => void this.#requestHandlers.delete(method);
  }

  /** Calls the handler with the reason when the connection ends; `close` waits for it. */
  onClosed(handler: (reason: string) => unknown): () => void {
    this.#closeHandlers.add(handler);
    return () => void this.#closeHandlers.delete(handler);
  }

  /** Ends the connection: requests that are open fail. Idempotent. */
  async close(): Promise<void> {
    await this.#peer.close();
    await this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #listen(key: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }

  #hear(message: IncomingNotification): void {
    const decoded = decodeServerNotification(message);
    if (!decoded.ok) return this.#onUnreadable?.(message, decoded.reason);
    const { notification } = decoded;
    const id = threadOf(notification);
    for (const key of ["*", notification.method, ...(id === null ? [] : [threadKey(id)])]) {
      for (const listener of this.#listeners.get(key) ?? []) listener(notification);
    }
  }

  #answer(call: IncomingRequest): unknown {
    const decoded = decodeRequest(serverMethods, call);
    if (!decoded.ok) throw invalidRequest(`Invalid request: ${decoded.reason}`);
    const handler = this.#requestHandlers.get(decoded.method);
    return handler === undefined ? UNANSWERED[decoded.method] : handler(decoded.params, { signal: call.signal });
  }
}

/** Keys of threads and of methods share one map. */
function threadKey(id: ThreadId): string {
  return `thread ${id}`;
}

function threadOf({ params }: ServerNotification): ThreadId | null {
  return "threadId" in params ? params.threadId : null;
}
