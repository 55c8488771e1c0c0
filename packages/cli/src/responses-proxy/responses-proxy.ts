import { createTransport, type Transport } from "@heddle/models";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { forwardedHeaders, repliedHeaders } from "./headers.ts";

export interface ResponsesProxySetup {
  readonly upstream: URL;
  /** Goes nowhere but into the requests to the upstream. */
  readonly apiKey: string;
  /** For the proxies and certificates that it names. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What `GET /shutdown` does once it is answered; null: it is refused as all else is. */
  readonly onShutdown: (() => void) | null;
  readonly warn: (message: string) => void;
}

/** Its owner listens with the server, on loopback, and closes all of it. */
export interface ResponsesProxy {
  readonly server: Server;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

/** A request with some images has a few of them; nobody has memory for any number. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_CONNECTIONS = 256;
/** The client decides how long it waits: the upstream is given up when the client goes. */
const HEAD_MS = 2_147_483_647;

/**
 * Makes a server that forwards `POST /v1/responses` with the key added, streams the answer back, and refuses everything
 * else. Source: command line spec, section 1.
 */
export function createResponsesProxy(setup: ResponsesProxySetup): ResponsesProxy {
  const transport = createTransport({ env: setup.env, proxy: null });
  const server = createServer((request, response) => {
    void answer(request, response, { setup, transport }).catch((error: unknown) => {
      if (response.destroyed) return; // the client went away
      const reason = error instanceof Error ? error.message : String(error);
      setup.warn(`responses-api-proxy: ${reason}`);
      if (response.headersSent) response.destroy();
      else refuse(response, 502, reason);
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  return {
    server,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      transport.close();
    },
  };
}

interface Inside {
  readonly setup: ResponsesProxySetup;
  readonly transport: Transport;
}

async function answer(request: IncomingMessage, response: ServerResponse, inside: Inside): Promise<void> {
  const { onShutdown } = inside.setup;
  const asked = `${request.method} ${request.url}`;
  if (isFromWebPage(request)) {
    refuse(response, 403, "web pages are not served");
  } else if (asked === "POST /v1/responses") {
    await forward(request, response, inside);
  } else if (asked === "GET /shutdown" && onShutdown !== null) {
    response.once("close", onShutdown).writeHead(200, { connection: "close" }).end();
  } else {
    refuse(response, 403, "only POST /v1/responses is forwarded");
  }
}

/**
 * A page of any site can post to loopback, and would spend the key. Browsers say so by `Origin` or `Sec-Fetch-Site`; a
 * name of the site's own that leads here is in `Host`.
 */
function isFromWebPage({ headers }: IncomingMessage): boolean {
  const { host = "", origin, "sec-fetch-site": site } = headers;
  return origin !== undefined || site !== undefined || !/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/i.test(host);
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { setup: { upstream, apiKey }, transport }: Inside,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort(new Error("the client went away"));
  });
  const body = await readBody(request);
  if (body === null) return refuse(response, 413, `a request has at most ${MAX_BODY_BYTES} bytes`);
  const reply = await transport.send({
    url: upstream.href,
    headers: { ...forwardedHeaders(request.headers), authorization: `Bearer ${apiKey}` },
    body,
    signal: gone.signal,
    timeoutMs: HEAD_MS,
  });
  response.writeHead(reply.status, repliedHeaders(reply.headers)).flushHeaders();
  await pipeline(Readable.from(chunksOf(reply.body), { objectMode: false }), response);
}

/** Null when it is too long. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

async function* chunksOf(body: { read(): Promise<Uint8Array | null> }): AsyncGenerator<Uint8Array, void, undefined> {
  for (let chunk = await body.read(); chunk !== null; chunk = await body.read()) yield chunk;
}

/** In the shape of the API's errors, which clients show. What was not read of the request goes with the connection. */
function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(`${JSON.stringify({ error: { message: `responses-api-proxy: ${message}` } })}\n`);
}
