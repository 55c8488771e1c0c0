import type { JsonValue } from "../json.ts";
import type {
  ErrorMessage,
  Message,
  NotificationMessage,
  RequestId,
  RequestMessage,
  ResponseMessage,
} from "./message.ts";
import type { PreparedNotification } from "./prepared.ts";
import { INTERNAL_ERROR, RpcError } from "./rpc-error.ts";
import type { Transport } from "./transport.ts";

/** A request from the other side. */
export interface IncomingRequest {
  readonly id: RequestId;
  readonly method: string;
  /** As received: to be decoded. */
  readonly params: unknown;
  /** Fires when the connection ends: nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Runs `then` directly after the answer was sent: for what has to follow it. Not run when the answer is an error. */
  readonly afterAnswer: (then: () => void) => void;
}

export interface IncomingNotification {
  readonly method: string;
  readonly params: unknown;
}

export interface PeerHandlers {
  /**
   * Exactly one answer per request: what it, or its promise, gives, or the RpcError it throws. Anything else that is
   * thrown becomes INTERNAL_ERROR.
   */
  request(call: IncomingRequest): unknown;
  notification(call: IncomingNotification): void;
}

export interface PeerOptions {
  /** Gives the ids of own requests: for a server that numbers them across its connections. Otherwise 0, 1, 2, ... */
  readonly nextId?: () => number;
  /** Told of errors that are no RpcError: of a request's handler, which is answered, or a notification's, which is not. */
  readonly onFault?: (error: unknown, call: IncomingNotification) => void;
}

export interface OwnRequestOptions {
  /** Gives up the wait; an answer that comes later is ignored. */
  readonly signal?: AbortSignal | undefined;
  /** The id to ask under, where the owner has to know it: taken from its own `nextId`. */
  readonly id?: RequestId;
}

/** One end of a connection: asks, tells, and answers what the other end asks. */
export interface Peer {
  /** @throws RpcError when the answer is one or the connection ends; the reason of `signal` when that fires first. */
  request(method: string, params: JsonValue | undefined, options?: OwnRequestOptions): Promise<unknown>;
  notify(method: string, params?: JsonValue): void;
  /** Sends a notification that other connections get, too. */
  notifyPrepared(notification: PreparedNotification): void;
  /** Resolves when the transport takes more: what produces without end waits for it. */
  drained(): Promise<void>;
  close(): Promise<void>;
  /** Resolves with the reason when the connection has ended. */
  readonly closed: Promise<string>;
}

/** Makes a peer of a transport, which it then owns. */
export function createPeer(transport: Transport, handlers: PeerHandlers, options: PeerOptions = {}): Peer {
  return new ConnectedPeer(transport, handlers, options);
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

class ConnectedPeer implements Peer {
  readonly closed: Promise<string>;
  readonly #transport: Transport;
  readonly #handlers: PeerHandlers;
  readonly #onFault: PeerOptions["onFault"];
  readonly #nextId: () => number;
  readonly #pending = new Map<RequestId, Pending>();
  /** Of the requests that are being handled. */
  readonly #running = new Set<AbortController>();
  #endReason: string | null = null;

  constructor(transport: Transport, handlers: PeerHandlers, options: PeerOptions) {
    let id = 0;
    this.#transport = transport;
    this.#handlers = handlers;
    this.#onFault = options.onFault;
    this.#nextId = options.nextId ?? (() => id++);
    this.closed = new Promise((resolve) => {
      transport.onClose((reason) => {
        this.#end(reason);
        resolve(reason);
      });
    });
    transport.onMessage((message) => this.#receive(message));
  }

  request(method: string, params: JsonValue | undefined, options: OwnRequestOptions = {}): Promise<unknown> {
    const { signal } = options;
    return new Promise<unknown>((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#endReason !== null) throw connectionClosed(this.#endReason);
      const id = options.id ?? this.#nextId();
      const forget = (): void => {
        this.#pending.delete(id);
        reject(signal?.reason);
      };
      const settle =
        <Value>(done: (value: Value) => void) =>
        (value: Value): void => {
          signal?.removeEventListener("abort", forget);
          done(value);
        };
      signal?.addEventListener("abort", forget, { once: true });
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#transport.send(params === undefined ? { id, method } : { id, method, params });
    });
  }

  notify(method: string, params?: JsonValue): void {
    this.#transport.send(params === undefined ? { method } : { method, params });
  }

  notifyPrepared({ message, line }: PreparedNotification): void {
    this.#transport.send(message, line);
  }

  drained(): Promise<void> {
    return this.#transport.drained();
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #receive(message: Message): void {
    if ("method" in message) {
      if ("id" in message) void this.#answer(message);
      else this.#hear(message);
    } else {
      this.#settle(message);
    }
  }

  /** Never rejects: it owns the answer, and sends one, whatever the handler does. */
  async #answer({ id, method, params }: RequestMessage): Promise<void> {
    const controller = new AbortController();
    const followers: (() => void)[] = [];
    this.#running.add(controller);
    let answer: ResponseMessage | ErrorMessage;
    try {
      const answered = this.#handlers.request({
        id,
        method,
        params,
        signal: controller.signal,
        afterAnswer: (then) => void followers.push(then),
      });
      // A handler that answers at once is answered at once: requests in one batch keep their order.
      const result = answered instanceof Promise ? await answered : answered;
      answer = { id, result: result ?? null };
    } catch (error) {
      followers.length = 0;
      if (!(error instanceof RpcError)) this.#onFault?.(error, { method, params });
      answer = { id, error: errorBody(error) };
    }
    this.#running.delete(controller);
    this.#transport.send(answer);
    for (const then of followers) this.#guard({ method, params }, then);
  }

  #hear({ method, params }: NotificationMessage): void {
    const call = { method, params };
    this.#guard(call, () => this.#handlers.notification(call));
  }

  /** A fault of the owner's code must not end the connection; without anyone to be told it ends the process. */
  #guard(call: IncomingNotification, run: () => void): void {
    try {
      run();
    } catch (error) {
      const onFault = this.#onFault;
      if (onFault !== undefined) return onFault(error, call);
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  #settle(message: ResponseMessage | ErrorMessage): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return; // a second answer, or one that nobody waits for any more
    this.#pending.delete(message.id);
    if ("error" in message) {
      const { code, message: text, data } = message.error;
      pending.reject(new RpcError(code, text, { data }));
    } else {
      pending.resolve(message.result);
    }
  }

  #end(reason: string): void {
    this.#endReason = reason;
    const error = connectionClosed(reason);
    for (const controller of this.#running) controller.abort(error);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}

function connectionClosed(reason: string): RpcError {
  return new RpcError(INTERNAL_ERROR, `the connection has ended: ${reason}`, { origin: "connectionClosed" });
}

function errorBody(error: unknown): ErrorMessage["error"] {
  if (!(error instanceof RpcError)) {
    return { code: INTERNAL_ERROR, message: error instanceof Error ? error.message : String(error) };
  }
  const { code, message, data } = error;
  return data === undefined ? { code, message } : { code, message, data };
}
