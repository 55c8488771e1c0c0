import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import { ModelError } from "../failure.ts";
import type { Environment } from "../provider/built-in-providers.ts";
import type { RequestHeaders } from "../provider/headers.ts";
import type { ReplyHeaders } from "../rate-limits.ts";
import { isSocks, proxyFor } from "./proxy.ts";
import { ReplyBody } from "./reply-body.ts";

export interface SendOptions {
  readonly url: string;
  readonly headers: RequestHeaders;
  /** What is posted; null for a `GET`. */
  readonly body: string | Uint8Array | null;
  readonly signal: AbortSignal;
  /** The longest wait for the head of the reply. */
  readonly timeoutMs: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly body: ReplyBody;
}

/** Sends requests over connections that stay open between them. Redirects are not followed: they would get the key. */
export interface Transport {
  /**
   * Resolves with the head of the reply. When the signal fires, the socket is closed at once, in whatever phase.
   * @throws ModelError `network`, `timeout`. @throws the reason of the signal.
   */
  send(options: SendOptions): Promise<Reply>;
  /** Closes what is idle; requests under way are their callers' to stop. */
  close(): void;
}

/** A socket that was idle may have been closed by the server meanwhile: such a failure says nothing about the server. */
const MAX_STALE_SOCKETS = 2;

/**
 * Over `node:http` and `node:https`, not `fetch`: 0.3 against 1.1 ms CPU per request on a kept connection, and 14
 * against 68 ms for the first one (Node 20, two busy cores, bodies of 20 kB). Both modules, the proxy agent and extra
 * certificates are loaded when they are needed.
 */
export function createTransport(options: { readonly env: Environment; readonly proxy: string | null }): Transport {
  const { env, proxy } = options;
  const routes = new Map<string, Promise<Route>>();

  const routeTo = (url: URL): Promise<Route> => {
    const known = routes.get(url.origin);
    if (known !== undefined) return known;
    const route = findRoute(url, env, proxy);
    routes.set(url.origin, route);
    route.catch(() => routes.delete(url.origin)); // what was wrong may be put right
    return route;
  };

  return {
    async send(request) {
      const url = new URL(request.url);
      const route = await routeTo(url);
      for (let stale = 0; ; stale += 1) {
        request.signal.throwIfAborted();
        const outcome = await attempt(route, url, request);
        if (outcome.type === "reply") return outcome.reply;
        if (!outcome.onStaleSocket || stale === MAX_STALE_SOCKETS) throw outcome.error;
      }
    },
    close() {
      for (const route of routes.values())
        void route.then(
          ({ agent }) => agent.destroy(),
          () => {},
        );
      routes.clear();
    },
  };
}

/** How requests get to one origin. */
interface Route {
  readonly agent: Agent;
  request(url: URL, options: { readonly method: string; readonly headers: RequestHeaders }): ClientRequest;
}

async function findRoute(target: URL, env: Environment, configured: string | null): Promise<Route> {
  const proxy = proxyFor(target, env, configured);
  if (proxy !== null && isSocks(proxy)) return socksRoute(target, proxy, env);
  if (target.protocol === "https:") {
    const https = await import("node:https");
    const tls = await extraCertificates(env);
    if (proxy === null) {
      const agent = new https.Agent({ keepAlive: true, ...tls });
      return { agent, request: (url, options) => https.request(url, { ...options, agent }) };
    }
    const { HttpsProxyAgent } = await import("https-proxy-agent");
    const agent = new HttpsProxyAgent(proxy, { keepAlive: true });
    return { agent, request: (url, options) => https.request(url, { ...options, agent, ...tls }) };
  }
  const http = await import("node:http");
  const agent = new http.Agent({ keepAlive: true });
  if (proxy === null) return { agent, request: (url, options) => http.request(url, { ...options, agent }) };
  // A plain request through a proxy names its whole URL.
  return {
    agent,
    request: (url, { method, headers }) =>
      http.request(proxy, {
        method,
        agent,
        path: url.href,
        headers: { ...headers, ...proxyLogin(proxy), host: url.host },
      }),
  };
}

/** The connection to the endpoint itself, TLS included, goes through the proxy. */
async function socksRoute(target: URL, proxy: URL, env: Environment): Promise<Route> {
  const { SocksProxyAgent } = await import("socks-proxy-agent");
  const agent = new SocksProxyAgent(proxy, { keepAlive: true });
  if (target.protocol === "https:") {
    const https = await import("node:https");
    const tls = await extraCertificates(env);
    return { agent, request: (url, options) => https.request(url, { ...options, agent, ...tls }) };
  }
  const http = await import("node:http");
  return { agent, request: (url, options) => http.request(url, { ...options, agent }) };
}

function proxyLogin({ username, password }: URL): RequestHeaders {
  if (username === "") return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` };
}

/**
 * Certificates of `SSL_CERT_FILE` beside those that Node has. Where a list is given, Node takes it for all there is: so
 * `NODE_EXTRA_CA_CERTS`, which otherwise is Node's own business, has to be in it.
 */
async function extraCertificates(env: Environment): Promise<{ readonly ca?: string[] }> {
  if (!env["SSL_CERT_FILE"]) return {};
  const { rootCertificates } = await import("node:tls");
  const extra = await Promise.all(["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"].map((name) => readCertificates(name, env)));
  return { ca: [...rootCertificates, ...extra] };
}

async function readCertificates(variable: string, env: Environment): Promise<string> {
  const file = env[variable];
  if (!file) return "";
  const { readFile } = await import("node:fs/promises");
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const message = `the certificates of ${variable} (${file}) cannot be read; correct the variable or unset it`;
    throw new ModelError({ kind: "network", message }, { cause: error });
  }
}

type Outcome =
  | { readonly type: "reply"; readonly reply: Reply }
  | { readonly type: "failed"; readonly error: unknown; readonly onStaleSocket: boolean };

function attempt(route: Route, url: URL, { headers, body, signal, timeoutMs }: SendOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    const bytes = typeof body === "string" ? Buffer.from(body) : (body ?? new Uint8Array());
    const request = route.request(url, {
      method: body === null ? "GET" : "POST",
      headers: body === null ? headers : { ...headers, "content-length": String(bytes.length) },
    });
    let reply: ReplyBody | null = null;
    const address = `${url.origin}${url.pathname}`;
    const stop = (error: unknown): void => {
      if (reply !== null) reply.fail(error);
      request.destroy();
      resolve({ type: "failed", error, onStaleSocket: false });
    };
    const onAbort = (): void => stop(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const timer = setTimeout(() => {
      stop(new ModelError({ kind: "timeout", url: address, limitMs: timeoutMs }));
    }, timeoutMs);

    request.on("response", (message: IncomingMessage) => {
      clearTimeout(timer);
      reply = new ReplyBody(message);
      resolve({ type: "reply", reply: { status: message.statusCode ?? 0, headers: flatten(message), body: reply } });
    });
    request.on("error", (cause) => {
      const message = `error sending request for url (${address}): ${reasonOf(cause)}`;
      const error = new ModelError({ kind: "network", message }, { cause });
      resolve({ type: "failed", error, onStaleSocket: request.reusedSocket && isReset(cause) });
    });
    request.on("close", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    });
    request.end(bytes);
  });
}

/** An error of several attempts to connect has no message of its own. */
function reasonOf(error: Error): string {
  if (error.message !== "") return error.message;
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function isReset(error: Error): boolean {
  return "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

function flatten({ headers }: IncomingMessage): ReplyHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
}
