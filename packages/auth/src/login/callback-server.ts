import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { AuthError } from "../auth-error.ts";

/** What a request of the browser is answered with. */
export type Reply =
  | { readonly type: "text"; readonly status: number; readonly text: string }
  | { readonly type: "page"; readonly html: string }
  | { readonly type: "redirect"; readonly location: string };

/** A server on loopback that the browser comes back to. */
export interface CallbackServer {
  readonly port: number;
  /** Takes no more requests; those under way may end. Idempotent. */
  close(): void;
}

const HOST = "127.0.0.1";
const TRIES = 10;
const PAUSE_MS = 200;
const CANCEL_TIMEOUT_MS = 2_000;
/** How long an answer may take to leave once the server is closed. */
const CLOSING_MS = 1_000;

/**
 * Listens for the browser. A port that is taken is asked once to give up an old login, and then tried for two seconds.
 * @param options.port 0 for any that is free.
 * @param options.answer takes a GET and its URL; everything else is not found.
 * @throws AuthError `loginServer`.
 */
export async function listenForBrowser(options: {
  readonly port: number;
  readonly answer: (url: URL) => Promise<Reply> | Reply;
}): Promise<CallbackServer> {
  const { answer } = options;
  const server = createServer((request, response) => void respond(request, response, answer));
  const port = await listen(server, options.port);
  return {
    port,
    close() {
      server.close();
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), CLOSING_MS).unref();
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (url: URL) => Promise<Reply> | Reply,
): Promise<void> {
  const url = URL.canParse(request.url ?? "", `http://${HOST}`) ? new URL(request.url ?? "", `http://${HOST}`) : null;
  const reply = request.method === "GET" && url !== null ? await answer(url) : notFound;
  response.setHeader("connection", "close");
  response.setHeader("cache-control", "no-store");
  switch (reply.type) {
    case "text":
      response.writeHead(reply.status, { "content-type": "text/plain; charset=utf-8" }).end(reply.text);
      return;
    case "page":
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(reply.html);
      return;
    case "redirect":
      response.writeHead(302, { location: reply.location }).end();
  }
}

export const notFound: Reply = { type: "text", status: 404, text: "Not Found" };

async function listen(server: Server, port: number): Promise<number> {
  for (let round = 1; ; round += 1) {
    const outcome = await listenOnce(server, port);
    if (typeof outcome === "number") return outcome;
    if (outcome.code !== "EADDRINUSE") throw new AuthError({ kind: "loginServer", reason: outcome.message });
    if (round === TRIES) {
      throw new AuthError({ kind: "loginServer", reason: `Port ${HOST}:${port} is already in use` });
    }
    if (round === 1) await askToCancel(port);
    await delay(PAUSE_MS);
  }
}

/** The port, or why there is none. */
function listenOnce(server: Server, port: number): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException): void => settle(error);
    const onListening = (): void => {
      const address = server.address();
      settle(typeof address === "object" && address !== null ? address.port : port);
    };
    const settle = (outcome: number | NodeJS.ErrnoException): void => {
      server.off("error", onError).off("listening", onListening);
      resolve(outcome);
    };
    server.once("error", onError).once("listening", onListening).listen({ host: HOST, port });
  });
}

/** Whatever holds the port may be a login that nobody waits for any more. What it answers does not matter. */
function askToCancel(port: number): Promise<void> {
  return new Promise((resolve) => {
    const request = get({ host: HOST, port, path: "/cancel", timeout: CANCEL_TIMEOUT_MS, agent: false }, (response) => {
      response.destroy();
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => {});
    request.on("close", () => resolve());
  });
}
