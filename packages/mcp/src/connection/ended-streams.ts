/* oxlint-disable unicorn/prefer-add-event-listener -- transports of the SDK are no event targets */
import type { Transport } from "@modelcontextprotocol/client";

const INTERNAL_ERROR = -32603;

/**
 * A transport that fails a request whose stream has ended without an answer. The SDK tells that it has ended and waits on, up to
 * the limit of the request; a stream that can be taken up again, it takes up first.
 */
export function failingOnEndedStreams(inner: Transport): Transport {
  const open = new Set<string | number>();
  const outer: Transport = {
    hasPerRequestStream: inner.hasPerRequestStream === true,
    get sessionId() {
      return inner.sessionId;
    },
    setProtocolVersion: (version) => inner.setProtocolVersion?.(version),
    start() {
      inner.onclose = () => outer.onclose?.();
      inner.onerror = (error) => outer.onerror?.(error);
      inner.onmessage = (message) => {
        if (!("method" in message) && message.id !== undefined) open.delete(message.id);
        outer.onmessage?.(message);
      };
      return inner.start();
    },
    send(message, options) {
      if (!("method" in message && "id" in message) || options?.onRequestStreamEnd !== undefined) {
        return inner.send(message, options);
      }
      const { id } = message;
      open.add(id);
      const onRequestStreamEnd = (): void => {
        if (!open.delete(id)) return;
        const error = { code: INTERNAL_ERROR, message: "the server ended the connection without an answer" };
        outer.onmessage?.({ jsonrpc: "2.0", id, error });
      };
      return inner.send(message, { ...options, onRequestStreamEnd }).catch((error: unknown) => {
        open.delete(id); // whoever asked is told by this
        throw error;
      });
    },
    close: () => inner.close(),
  };
  return outer;
}
