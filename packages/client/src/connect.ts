import { createPeer, type ClientInfo, type InitializeCapabilities, type Transport } from "@heddle/protocol";
import { Heddle } from "./heddle.ts";

export interface ConnectOptions {
  /** Who the client is: the server's logs and the model endpoint see it. */
  readonly clientInfo: ClientInfo;
  /** Sent only if given: it asks for answers in the spelling of later clients. */
  readonly capabilities?: InitializeCapabilities;
  /** Told of notifications that this client does not know or cannot read, which are dropped. */
  readonly onUnreadable?: (message: { readonly method: string; readonly params: unknown }, reason: string) => void;
}

/**
 * Connects to an app server over a transport, which the result then owns, and introduces the client.
 * @throws RpcError when the server refuses, or the connection ends first.
 */
export async function connect(transport: Transport, options: ConnectOptions): Promise<Heddle> {
  const { clientInfo, capabilities, onUnreadable } = options;
  const heddle = new Heddle((handlers) => createPeer(transport, handlers), onUnreadable);
  try {
    await heddle.request("initialize", capabilities === undefined ? { clientInfo } : { clientInfo, capabilities });
    heddle.notify("initialized");
  } catch (error) {
    await heddle.close();
    throw error;
  }
  return heddle;
}
