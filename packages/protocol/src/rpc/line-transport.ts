import { decodeLine, encodeLine } from "./line-codec.ts";
import { createLineDecoder } from "./lines.ts";
import type { Message } from "./message.ts";
import { INTERNAL_ERROR } from "./rpc-error.ts";
import type { Transport } from "./transport.ts";

/** Characters that wait to be written, above which `drained` waits. */
const HIGH_WATER_MARK = 1024 * 1024;

/** The bytes under a line transport: a pair of streams, a socket. */
export interface LinePort {
  /** Takes text; `false` means that it wants no more until the owner calls `resumeWriting`. */
  write(text: string): boolean;
  /** Calls back soon, after what now runs: everything that is sent until then leaves in one write. */
  schedule(flush: () => void): void;
  /** Lets everything leave that was written, then ends. */
  close(): Promise<void>;
  /** Told of each line that is no message and was dropped. */
  onMalformed?(line: string): void;
}

/** A transport, and what the owner of its bytes tells it. */
export interface LineTransport extends Transport {
  receive(chunk: Uint8Array | string): void;
  /** The port takes more. */
  resumeWriting(): void;
  /** Nothing more comes, or can be sent. */
  end(reason: string): void;
}

/** Messages as lines of JSON, over bytes that the caller moves. */
export function createLineTransport(port: LinePort): LineTransport {
  return new BufferedLineTransport(port);
}

class BufferedLineTransport implements LineTransport {
  readonly #port: LinePort;
  readonly #lines = createLineDecoder((line) => this.#read(line));
  #deliver: ((message: Message) => void) | null = null;
  #notifyClosed: ((reason: string) => void) | null = null;
  /** Messages that came before somebody wanted them. */
  #early: Message[] = [];
  #outbox: string[] = [];
  #outboxLength = 0;
  #scheduled = false;
  #portIsFull = false;
  #endReason: string | null = null;
  #closing: Promise<void> | null = null;
  #waiters: (() => void)[] = [];

  constructor(port: LinePort) {
    this.#port = port;
  }

  send(message: Message, prepared?: () => string): void {
    if (this.#endReason !== null || this.#closing !== null) return;
    const line = prepared === undefined ? encodeSafely(message) : prepared();
    this.#outbox.push(line);
    this.#outboxLength += line.length;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#port.schedule(() => this.#flush());
  }

  onMessage(handler: (message: Message) => void): void {
    this.#deliver = handler;
    for (const message of this.#early.splice(0)) handler(message);
  }

  onClose(handler: (reason: string) => void): void {
    this.#notifyClosed = handler;
    if (this.#endReason !== null) handler(this.#endReason);
  }

  async drained(): Promise<void> {
    if (this.#isFull()) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  receive(chunk: Uint8Array | string): void {
    if (this.#endReason === null) this.#lines.push(chunk);
  }

  resumeWriting(): void {
    this.#portIsFull = false;
    this.#release();
  }

  end(reason: string): void {
    if (this.#endReason !== null) return;
    this.#lines.end();
    this.#endReason = reason;
    this.#outbox = [];
    this.#outboxLength = 0;
    this.#release();
    this.#notifyClosed?.(reason);
  }

  async #close(): Promise<void> {
    this.#flush();
    await this.#port.close();
    this.end("closed by this side");
  }

  #read(line: string): void {
    const message = decodeLine(line);
    if (message === null) this.#port.onMalformed?.(line);
    else if (this.#deliver === null) this.#early.push(message);
    else this.#deliver(message);
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#outbox.length === 0) return;
    const text = this.#outbox.join("");
    this.#outbox = [];
    this.#outboxLength = 0;
    this.#portIsFull = !this.#port.write(text);
    this.#release();
  }

  #isFull(): boolean {
    return this.#endReason === null && (this.#portIsFull || this.#outboxLength > HIGH_WATER_MARK);
  }

  #release(): void {
    if (this.#isFull()) return;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}

/** A request is answered in any case, also when the answer cannot be written. */
function encodeSafely(message: Message): string {
  try {
    return encodeLine(message);
  } catch (error) {
    const text = `the message cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`;
    return "result" in message || "error" in message
      ? encodeLine({ id: message.id, error: { code: INTERNAL_ERROR, message: text } })
      : "";
  }
}
