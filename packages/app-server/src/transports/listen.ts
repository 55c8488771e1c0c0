import type { Transport } from "@heddle/protocol";
import type { Admission, Connection } from "../serve.ts";
import type { LinkLimits } from "./link.ts";

/** Where clients are waited for. */
export type ListenAddress =
  | { readonly type: "stdio" }
  | { readonly type: "unix"; readonly path: string }
  | { readonly type: "ws"; readonly host: string; readonly port: number };

export interface ListenOptions {
  /** Serves a client. */
  readonly onConnection: (transport: Transport, admission: Admission) => Connection;
  /** What a person who watches the server's log should know. */
  readonly warn: (message: string) => void;
  /** Whom a TCP port lets in. */
  readonly tokens: Tokens;
  /** Origins of web pages that may connect; without them none may. */
  readonly allowedOrigins: readonly string[];
  readonly limits: LinkLimits;
  /** How many connections there may be at once. */
  readonly maxConnections: number;
}

/** What a client of a TCP port has to show: `Authorization: Bearer TOKEN`. */
export interface Tokens {
  readonly client: string;
  /** Lets in observers; null: there are none. */
  readonly observer: string | null;
}

/** A place where clients can connect, until it is closed. */
export interface Listener {
  /** Where, as clients write it; the port is the one that was given out. */
  readonly url: string;
  /** Lets nobody in any more. Connections stay. */
  close(): Promise<void>;
}

/** A server cannot listen where it was told to. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/**
 * Reads `stdio://`, `unix://PATH` or `ws://HOST:PORT`; null for anything else. A port is opened on this machine only:
 * to reach it from another one, forward it with ssh.
 */
export function parseListenAddress(text: string): ListenAddress | null {
  if (text === "stdio://") return { type: "stdio" };
  if (text.startsWith("unix://")) {
    const path = text.slice("unix://".length);
    return path === "" ? null : { type: "unix", path };
  }
  const [, host, port] = /^ws:\/\/(localhost|127(?:\.\d{1,3}){3}|\[::1\]):(\d{1,5})\/?$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) return null;
  return { type: "ws", host: host.replace(/[[\]]/g, ""), port: Number(port) };
}

/**
 * Begins to listen.
 * @throws ListenError with the place and what to do.
 */
export async function listen(
  address: Exclude<ListenAddress, { type: "stdio" }>,
  options: ListenOptions,
): Promise<Listener> {
  switch (address.type) {
    case "unix": {
      const { listenUnix } = await import("./unix.ts");
      return listenUnix(address.path, options);
    }
    case "ws": {
      const { listenWebSocket } = await import("./websocket.ts");
      return listenWebSocket(address, options);
    }
  }
}
