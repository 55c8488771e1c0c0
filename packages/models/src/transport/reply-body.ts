import type { IncomingMessage } from "node:http";
import { ModelError } from "../failure.ts";

/** What may wait unread before the socket is told to wait, too. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** How long the rest of an answered request may take before its connection is given up. */
const DRAIN_MS = 1_000;

/**
 * The bytes of one reply, read chunk by chunk at the reader's pace. A promise per network chunk, none per message:
 * the async iterator of a stream costs several of them.
 */
export class ReplyBody {
  readonly #message: IncomingMessage;
  readonly #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #state: "flowing" | "ended" | "failed" = "flowing";
  #failure: unknown = null;
  #waiting: { resolve(chunk: Uint8Array | null): void; reject(error: unknown): void } | null = null;

  constructor(message: IncomingMessage) {
    this.#message = message;
    message.on("data", (chunk: Uint8Array) => this.#receive(chunk));
    message.on("end", () => this.#end());
    message.on("error", (error) => this.fail(connectionBroke(error)));
    message.on("close", () => {
      if (this.#state === "flowing") this.fail(connectionBroke(new Error("closed in the middle of the reply")));
    });
  }

  /** Whether a reader waits for bytes right now. */
  get isWaiting(): boolean {
    return this.#waiting !== null;
  }

  /**
   * The next bytes; null at the end.
   * @throws ModelError `streamDisconnected` when the connection broke, or what `fail` was given, after all that came before.
   */
  read(): Promise<Uint8Array | null> {
    const chunk = this.#unread.shift();
    if (chunk !== undefined) {
      this.#unreadBytes -= chunk.length;
      if (this.#message.isPaused() && this.#unreadBytes < MAX_UNREAD_BYTES / 2) this.#message.resume();
      return Promise.resolve(chunk);
    }
    if (this.#state === "ended") return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      if (this.#state === "failed") reject(this.#failure);
      else this.#waiting = { resolve, reject };
    });
  }

  /** Ends the reply with an error and closes the connection at once. Without effect on one that has ended. */
  fail(error: unknown): void {
    if (this.#state !== "flowing") return;
    this.#state = "failed";
    this.#failure = error;
    this.#message.destroy();
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(error);
  }

  /** Takes the reply as complete although more may come, and closes the connection. */
  endNow(): void {
    this.#end();
    this.#message.destroy();
  }

  /** Nobody reads on. What is left of an answered request is thrown away, so that its connection serves the next one. */
  release(): void {
    if (this.#state !== "flowing") return;
    this.#unread.length = 0;
    this.#message.removeAllListeners("data").resume();
    const timer = setTimeout(() => this.fail(new Error("the reply did not end")), DRAIN_MS).unref();
    this.#message.once("close", () => clearTimeout(timer));
  }

  #receive(chunk: Uint8Array): void {
    const waiting = this.#waiting;
    if (waiting !== null) {
      this.#waiting = null;
      waiting.resolve(chunk);
      return;
    }
    this.#unread.push(chunk);
    this.#unreadBytes += chunk.length;
    if (this.#unreadBytes > MAX_UNREAD_BYTES) this.#message.pause();
  }

  #end(): void {
    if (this.#state !== "flowing") return;
    this.#state = "ended";
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(null);
  }
}

/** In the words that clients know. */
function connectionBroke(cause: Error): ModelError {
  const message = "Transport error: network error: error decoding response body";
  return new ModelError({ kind: "streamDisconnected", message, httpStatusCode: null, delayMs: null }, { cause });
}
