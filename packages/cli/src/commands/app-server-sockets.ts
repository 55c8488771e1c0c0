import {
  LINK_LIMITS,
  listen,
  ListenError,
  serve,
  type Connection,
  type ListenAddress,
  type Listener,
} from "@heddle/app-server";
import { resolveHome, serverTokenFiles } from "@heddle/config";
import { resolve } from "node:path";
import { createLazyFront } from "../runtime/front.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { readOrMakeToken } from "../runtime/server-token.ts";
import { interruptOnSignals } from "../runtime/signals.ts";

/** A place that is not this process's own input and output. */
export type SocketAddress = Exclude<ListenAddress, { type: "stdio" }>;

export interface SocketServerOptions {
  readonly addresses: readonly SocketAddress[];
  /** Default: a file of the home. Made when it is missing. */
  readonly tokenFile: string | null;
  readonly observerTokenFile: string | null;
  /** Origins of web pages that may connect. */
  readonly allowedOrigins: readonly string[];
  readonly overrides: readonly string[];
}

/** How long a question waits for a client to come back. */
const ANSWER_GRACE_MS = 60_000;
const MAX_CONNECTIONS = 512;

/**
 * `heddle app-server --listen unix://PATH` or `ws://127.0.0.1:PORT`: serves any number of clients until a signal comes.
 * Standard output says where, one JSON object a line: `{"url": ..., "tokenFile": ...}`.
 * @returns 0 after a signal, 1 when it cannot listen.
 */
export async function runSocketServer(context: ProcessContext, options: SocketServerOptions): Promise<number> {
  const warn = (message: string): void => void process.stderr.write(`heddle: ${message}\n`);
  const signals = interruptOnSignals();
  const home = resolveHome(context.env, context.userHome);
  const files = serverTokenFiles(home);
  const tokenFile = resolve(context.cwd, options.tokenFile ?? files.client);
  const observerTokenFile = resolve(context.cwd, options.observerTokenFile ?? files.observer);
  const front = createLazyFront({
    context,
    originator: "codex_cli_rs",
    overrides: options.overrides,
    warn,
    hidden: [tokenFile, observerTokenFile],
    feeds: { answerGraceMs: ANSWER_GRACE_MS },
  });
  const connections = new Set<Connection>();
  const listeners: Listener[] = [];
  try {
    const needsToken = options.addresses.some(({ type }) => type === "ws");
    const tokens = needsToken
      ? { client: readOrMakeToken(tokenFile), observer: readOrMakeToken(observerTokenFile) }
      : { client: "", observer: null };
    for (const address of options.addresses) {
      const listener = await listen(address, {
        onConnection(transport, admission) {
          const connection = serve(transport, front, admission);
          connections.add(connection);
          void connection.closed.then(() => connections.delete(connection));
          return connection;
        },
        warn,
        tokens,
        allowedOrigins: options.allowedOrigins,
        limits: LINK_LIMITS,
        maxConnections: MAX_CONNECTIONS,
      });
      listeners.push(listener);
      const file = address.type === "ws" ? { tokenFile, observerTokenFile } : {};
      process.stdout.write(`${JSON.stringify({ url: listener.url, ...file })}\n`);
    }
    await aborted(signals.interrupt);
    return 0;
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    warn(error.message);
    return 1;
  } finally {
    await Promise.all(listeners.map((listener) => listener.close()));
    await Promise.all([...connections].map((connection) => connection.close("the server is shutting down")));
    await front.close();
    signals.release();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    signal.addEventListener("abort", () => done(), { once: true });
  });
}
