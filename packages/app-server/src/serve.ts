import {
  createPeer,
  invalidRequest,
  isJsonObject,
  type IncomingRequest,
  type Peer,
  type Transport,
} from "@heddle/protocol";
import { createCallReader, type DecodedCall } from "./read-calls.ts";
import { decodeInitialize } from "./decode-initialize.ts";
import { usesNewerSpelling } from "./dialect.ts";
import type { Call } from "./handlers/handler.ts";
import type { handlers as AllHandlers } from "./handlers/index.ts";
import { initialize } from "./handlers/initialize.ts";
import type { serveLegacy as ServeLegacy } from "./legacy/index.ts";
import { isLegacyMethod } from "./legacy/method-names.ts";
import type { ServerFront } from "./host.ts";
import { assertMayAsk } from "./observers.ts";
import { createSession } from "./session.ts";

/** One client's connection to the server. */
export interface Connection {
  /** Resolves with the reason once the transport is closed and nothing is followed any more. */
  readonly closed: Promise<string>;
  /**
   * What a client that says nothing more still waits for: the ends of the commands that it has ordered. Null when there
   * are none. Source: app-server spec, section 19.
   */
  lastAnswers(): Promise<void> | null;
  /** @param reason told to the client first, where it is given. */
  close(reason?: string): Promise<void>;
}

/** What a connection may do, by the way it came in. */
export interface Admission {
  /** Looks on, whatever it says of itself. */
  readonly observer: boolean;
}

/**
 * Serves one client over a transport. The engine belongs to the front's owner and outlives the connection.
 * @param admission default: everything.
 */
export function serve(
  transport: Transport,
  front: ServerFront,
  admission: Admission = { observer: false },
): Connection {
  const peer: Peer = createPeer(
    transport,
    {
      request: (request) => dispatch(request),
      notification: () => {}, // `initialized` asks for nothing; others are unknown and ignored
    },
    {
      nextId: () => front.nextRequestId(),
      onFault: (error, { method }) => front.warn(`${method} failed: ${describeFault(error)}`),
    },
  );
  const session = createSession(front, peer, admission);
  let loaded: LoadedHandlers | null = null;
  let serveLegacy: typeof ServeLegacy | null = null;
  const readCall = createCallReader();
  /** What has to be loaded before the next request may be served; requests keep their order. */
  let gate: Promise<LoadedHandlers> | null = null;
  const commands = new Set<Promise<unknown>>();

  const load = async (): Promise<LoadedHandlers> => {
    const [host, { handlers }] = await Promise.all([front.load(), import("./handlers/index.ts")]);
    session.equip(host);
    loaded = handlers;
    return handlers;
  };

  /** The first API: it is loaded with the first request of a client that knows no later one. */
  const dispatchLegacy = (request: IncomingRequest, call: Call): unknown => {
    if (serveLegacy !== null && loaded !== null && gate === null) return serveLegacy(request, call);
    const loading = import("./legacy/index.ts");
    const answer = (): Promise<unknown> =>
      loading.then((legacy) => {
        serveLegacy = legacy.serveLegacy;
        return legacy.serveLegacy(request, call);
      });
    if (session.introduction === null) return answer(); // a refusal: nothing else has to be there
    const ready = Promise.all([gate ?? loaded ?? load(), loading]).then(([all]) => all);
    const open = (): void => void (gate = gate === ready ? null : gate);
    gate = ready;
    ready.then(open, open);
    return ready.then(answer);
  };

  const dispatch = (request: IncomingRequest): unknown => {
    const call: Call = { session, signal: request.signal, afterAnswer: (then) => request.afterAnswer(then) };
    if (request.method === "initialize") {
      const params = decodeInitialize(request);
      // Behind the write of the answer, which leaves at the end of this tick. The first request reports a failure.
      request.afterAnswer(() => void setImmediate(() => void load().catch(() => {})));
      return initialize(params, call);
    }
    if (isLegacyMethod(request.method)) {
      assertMayAsk(request.method, session);
      const answer = dispatchLegacy(request, call);
      return request.method === "execOneOffCommand" ? noted(commands, Promise.resolve(answer)) : answer;
    }
    const isKnown = session.introduction !== null; // as it is now: an `initialize` may come while this one waits
    const read = readCall(request);
    const answer =
      read instanceof Promise
        ? read.then((decoded) => dispatchDecoded(decoded, call, isKnown))
        : dispatchDecoded(read, call, isKnown);
    // One with a name is in its client's hands, and ends with the connection.
    const isAwaited = request.method === "command/exec" && !hasName(request.params);
    return isAwaited ? noted(commands, Promise.resolve(answer)) : answer;
  };

  /** The order matters: what cannot be read has been refused before it is asked whether the client is known. */
  const dispatchDecoded = ({ method, params }: DecodedCall, call: Call, isKnown: boolean): unknown => {
    if (!isKnown) throw invalidRequest("Not initialized");
    assertMayAsk(method, session);
    if (usesNewerSpelling(params)) session.speakNewer();
    // Requests keep their order: all of them wait for the same load, or for none.
    const run = (all: LoadedHandlers): unknown => all[method](params, call);
    return loaded === null || gate !== null ? (gate ?? load()).then(run) : run(loaded);
  };

  const closed = peer.closed.then((reason) => {
    session.end();
    return reason;
  });
  const close = (reason?: string): Promise<void> => {
    if (reason !== undefined) session.notify({ method: "connection/closing", params: { reason } });
    return peer.close();
  };
  const lastAnswers = async (): Promise<void> => void (await Promise.allSettled(commands));
  return { closed, lastAnswers: () => (commands.size === 0 ? null : lastAnswers()), close };
}

function hasName(params: unknown): boolean {
  return isJsonObject(params) && typeof params["processId"] === "string";
}

/** Keeps a promise in a set until it is settled. */
function noted<T>(running: Set<Promise<unknown>>, promise: Promise<T>): Promise<T> {
  const forget = (): void => void running.delete(promise);
  running.add(promise);
  promise.then(forget, forget);
  return promise;
}

type LoadedHandlers = typeof AllHandlers;

function describeFault(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
