import {
  clientMethods,
  createPeer,
  decodeRequest,
  invalidRequest,
  type IncomingRequest,
  type Peer,
  type Transport,
} from "@heddle/protocol";
import { usesNewerSpelling } from "./dialect.ts";
import type { Call, Handler } from "./handlers/handler.ts";
import { handlers } from "./handlers/index.ts";
import type { ServerHost } from "./host.ts";
import { createSession, type Session } from "./session.ts";

/** One client's connection to the server. */
export interface Connection {
  /** Resolves with the reason once the transport is closed and nothing is followed any more. */
  readonly closed: Promise<string>;
  close(): Promise<void>;
}

type ImplementedMethod = keyof typeof handlers;

/** The declarations of what is implemented: the error for another method lists these. */
const implemented = pick(clientMethods, Object.keys(handlers) as ImplementedMethod[]);

/** Serves one client over a transport. The engine belongs to the host and outlives the connection. */
export function serve(transport: Transport, host: ServerHost): Connection {
  const peer: Peer = createPeer(
    transport,
    {
      request: (request) => dispatch(request, session),
      notification: () => {}, // `initialized` asks for nothing; others are unknown and ignored
    },
    {
      nextId: () => host.nextRequestId(),
      onFault: (error, { method }) => host.warn(`${method} failed: ${describeFault(error)}`),
    },
  );
  const session = createSession(host, peer);
  const closed = peer.closed.then((reason) => {
    session.end();
    return reason;
  });
  return { closed, close: () => peer.close() };
}

/** The order matters: what cannot be read is refused before it is asked whether the client has introduced itself. */
function dispatch(request: IncomingRequest, session: Session): unknown {
  const decoded = decodeRequest(implemented, request);
  if (!decoded.ok) throw invalidRequest(`Invalid request: ${decoded.reason}`);
  if (decoded.method !== "initialize" && session.introduction === null) throw invalidRequest("Not initialized");
  if (usesNewerSpelling(decoded.params)) session.speakNewer();
  const call: Call = { session, afterAnswer: (then) => request.afterAnswer(then) };
  // The params have the type of this method: the decoder has just read them by its schema.
  const handler = handlers[decoded.method] as Handler<ImplementedMethod>;
  return handler(decoded.params as never, call);
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}

function describeFault(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
