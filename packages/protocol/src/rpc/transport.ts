import type { Message } from "./message.ts";

/** A duplex of messages. In memory, messages pass as objects, which nobody changes afterwards. */
export interface Transport {
  /**
   * Hands one message to the other side. Never throws; after close it is dropped.
   * @param line gives the message as `encodeLine` would, for one that goes over several transports: whoever needs lines
   * takes this one.
   */
  send(message: Message, line?: () => string): void;
  /** Set once by the owner; messages that come before wait for it. */
  onMessage(handler: (message: Message) => void): void;
  /** Called once, after the last message; also when the handler is set after the end. */
  onClose(handler: (reason: string) => void): void;
  /** Resolves when less than the high-water mark is buffered, or the transport is closed. */
  drained(): Promise<void>;
  /** Resolves when everything that was sent has left, and the other side is told. Idempotent. */
  close(): Promise<void>;
}
