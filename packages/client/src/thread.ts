import {
  RpcError,
  turnId,
  type ServerNotification,
  type ThreadId,
  type ThreadStartResponse,
  type TurnId,
  type TurnStartParams,
  type UserInput,
} from "@heddle/protocol";
import { ClientError } from "./client-error.ts";
import type { Heddle } from "./heddle.ts";
import { createInbox } from "./inbox.ts";
import { addToTurn, nothingYet, turnResult, type TurnResult } from "./turn-result.ts";

/** A notification about one thread. */
export type ThreadNotification = Extract<ServerNotification, { params: { threadId: ThreadId } }>;

/** Settings for a turn; they stay for the later turns of the thread. */
export type TurnOptions = Omit<TurnStartParams, "threadId" | "input"> & {
  /** Interrupts the turn; the call then throws the signal's reason, once the turn has stopped. */
  readonly signal?: AbortSignal | undefined;
};

/** A thread on a server. It has no lifetime of its own: the server keeps it, the connection ends with `Heddle.close`. */
export class Thread {
  readonly id: ThreadId;
  /** The answer to its start or resume: settings in force, and after a resume the turns so far. */
  readonly info: ThreadStartResponse;
  readonly #heddle: Heddle;
  /** The turn that was started last: whom an interrupt names. */
  #latestTurn: TurnId = turnId("");

  constructor(heddle: Heddle, info: ThreadStartResponse) {
    this.#heddle = heddle;
    this.info = info;
    this.id = info.thread.id;
  }

  /**
   * Sends input and waits until the turn has ended. A turn that fails or is interrupted is a result too.
   * @throws RpcError when the server refuses the turn.
   * @throws ClientError `connectionLost`.
   * @throws the reason of `signal`.
   */
  async run(input: string | readonly UserInput[], options: TurnOptions = {}): Promise<TurnResult> {
    let soFar = nothingYet;
    for await (const notification of this.runStreamed(input, options)) {
      soFar = addToTurn(soFar, notification);
      if (notification.method === "turn/completed") return turnResult(soFar, notification.params.turn);
    }
    throw new Error("a stream of a turn ended without the turn"); // it throws or ends with `turn/completed`
  }

  /**
   * Sends input, when the iteration begins, and gives every notification of the turn, `turn/completed` last. Leaving
   * the loop before that interrupts the turn. Throws as `run` does.
   */
  async *runStreamed(
    input: string | readonly UserInput[],
    options: TurnOptions = {},
  ): AsyncGenerator<ThreadNotification, void, undefined> {
    const { signal, ...settings } = options;
    signal?.throwIfAborted();
    // The turn's first notifications may be here before the answer that names the turn.
    const inbox = createInbox<ServerNotification>();
    const stopListening = [
      this.#heddle.onThread(this.id, inbox.push),
      this.#heddle.onClosed((reason) => inbox.fail(new ClientError({ kind: "connectionLost", reason }))),
    ];
    const interrupt = (): void => void this.#stop();
    let running = false;
    try {
      const { turn } = await this.#heddle.request("turn/start", {
        ...settings,
        threadId: this.id,
        input: typeof input === "string" ? [{ type: "text", text: input }] : input,
      });
      this.#latestTurn = turn.id;
      running = true;
      signal?.addEventListener("abort", interrupt, { once: true });
      if (signal?.aborted === true) interrupt();
      for await (const notification of inbox) {
        if (!isOfTurn(notification, turn.id)) continue;
        if (notification.method === "turn/completed") {
          running = false;
          signal?.throwIfAborted();
        }
        yield notification;
        if (!running) return;
      }
    } finally {
      signal?.removeEventListener("abort", interrupt);
      for (const stop of stopListening) stop();
      if (running) await this.#stop();
    }
  }

  /** Stops the running turn; resolves once it has stopped, at once if none runs. */
  async interrupt(): Promise<void> {
    await this.#heddle.request("turn/interrupt", { threadId: this.id, turnId: this.#latestTurn });
  }

  /** Interrupts where nobody is left to be told of a failure: a server that is gone has stopped the turn itself. */
  async #stop(): Promise<void> {
    try {
      await this.interrupt();
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
    }
  }
}

function isOfTurn(notification: ServerNotification, id: TurnId): notification is ThreadNotification {
  const { params } = notification;
  if ("turnId" in params) return params.turnId === id;
  return "turn" in params && params.turn.id === id;
}
