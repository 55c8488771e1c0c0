/* oxlint-disable unicorn/prefer-add-event-listener -- transports of the SDK are no event targets */
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";

/** Who connects, as it says itself. */
export interface McpClientInfo {
  readonly name: string;
  readonly version: string;
  /** Whether it can be asked something. */
  readonly elicits: boolean;
}

/**
 * A transport on which a client introduces itself once: a second `initialize` is refused, which the SDK does not do.
 * @param onClient told who it is before the first answer.
 */
export function onceInitialized(inner: Transport, onClient: (client: McpClientInfo) => void): Transport {
  let introduced = false;
  const outer: Transport = {
    start() {
      inner.onclose = () => outer.onclose?.();
      inner.onerror = (error) => outer.onerror?.(error);
      inner.onmessage = (message, extra) => {
        if (!("method" in message) || message.method !== "initialize" || !("id" in message)) {
          return outer.onmessage?.(message, extra);
        }
        if (introduced) {
          const error = { code: -32600, message: "initialize called more than once" };
          return void inner.send({ jsonrpc: "2.0", id: message.id, error }).catch(() => {});
        }
        introduced = true;
        onClient(readClient(message));
        outer.onmessage?.(message, extra);
      };
      return inner.start();
    },
    send: (message, options) => inner.send(message, options),
    close: () => inner.close(),
  };
  return outer;
}

function readClient(message: JSONRPCMessage): McpClientInfo {
  const params: unknown = "params" in message ? message.params : null;
  const info = typeof params === "object" && params !== null && "clientInfo" in params ? params.clientInfo : null;
  const text = (member: string): string => {
    const value: unknown = typeof info === "object" && info !== null ? Reflect.get(info, member) : null;
    return typeof value === "string" ? value : "unknown";
  };
  const capabilities =
    typeof params === "object" && params !== null && "capabilities" in params ? params.capabilities : null;
  const elicits = typeof capabilities === "object" && capabilities !== null && "elicitation" in capabilities;
  return { name: text("name"), version: text("version"), elicits };
}
