import type { Message } from "./message.ts";
import type { Transport } from "./transport.ts";

/** Messages that wait for one side, above which its partner's `drained` waits. */
const HIGH_WATER_MARK = 128;

/**
 * Two transports in one process: what one sends, the other gets, as the same object, in order, in a later microtask.
 * Either side's `close` ends both, after everything sent before has arrived.
 */
export function linkedPair(): [Transport, Transport] {
  const left = new LinkedTransport();
  const right = new LinkedTransport();
  left.link(right);
  right.link(left);
  return [left, right];
}

class LinkedTransport implements Transport {
  #partner: LinkedTransport | null = null;
  #inbox: Message[] = [];
  #deliver: ((message: Message) => void) | null = null;
  #notifyClosed: ((reason: string) => void) | null = null;
  #scheduled = false;
  #state: "open" | "closing" | "closed" = "open";
  #reason = "";
  readonly #waiters: (() => void)[] = [];

  link(partner: LinkedTransport): void {
    this.#partner = partner;
  }

  send(message: Message): void {
    if (this.#state === "open") this.#partner?.accept(message);
  }

  onMessage(handler: (message: Message) => void): void {
    this.#deliver = handler;
    this.#schedule();
  }

  onClose(handler: (reason: string) => void): void {
    this.#notifyClosed = handler;
    if (this.#state === "closed") queueMicrotask(() => handler(this.#reason));
  }

  async drained(): Promise<void> {
    await this.#partner?.emptied(HIGH_WATER_MARK);
  }

  async close(): Promise<void> {
    const partner = this.#partner;
    this.end("closed by this side");
    partner?.end("closed by the other side");
    await Promise.all([this.emptied(0), partner?.emptied(0)]);
  }

  accept(message: Message): void {
    this.#inbox.push(message);
    this.#schedule();
  }

  end(reason: string): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#reason = reason;
    this.#schedule();
  }

  /** Resolves when at most `limit` messages wait here, or nobody reads them any more. */
  emptied(limit: number): Promise<void> {
    const over = this.#state === "open" ? this.#inbox.length > limit : this.#state === "closing";
    return over ? new Promise((resolve) => this.#waiters.push(resolve)) : Promise.resolve();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const deliver = this.#deliver;
    if (deliver === null && this.#state === "open") return;
    const messages = this.#inbox;
    this.#inbox = [];
    // Without a handler a closed side drops what came: nobody has asked for it.
    if (deliver !== null) for (const message of messages) deliver(message);
    if (this.#inbox.length > 0) return this.#schedule();
    if (this.#state === "closing") {
      this.#state = "closed";
      this.#notifyClosed?.(this.#reason);
    }
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
