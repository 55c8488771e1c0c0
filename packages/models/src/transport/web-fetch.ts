import type { ClientRequest, IncomingMessage } from "node:http";
import type { Environment } from "../provider/built-in-providers.ts";
import type { RequestHeaders } from "../provider/headers.ts";
import { proxyFor } from "./proxy.ts";
import { createRoutes, type Route } from "./route.ts";

/** The platform's `fetch`, as far as clients of web services use it. */
export type WebFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** Answers that have no body. */
const BODILESS = new Set([204, 205, 304]);

/**
 * The platform's `fetch` where nothing is between us and the address; else the same over the proxies and certificates that
 * requests to models take, which `fetch` does not look at on Node 20. There redirects are not followed: they come as they are.
 */
export function createWebFetch(env: Environment): WebFetch {
  const routes = createRoutes(env, null);
  return async (url, init) => {
    const target = new URL(url);
    const trusts = target.protocol === "https:" && Boolean(env["SSL_CERT_FILE"]);
    if (!trusts && proxyFor(target, env) === null) return fetch(target, init);
    const request = new Request(target, init);
    const body = request.body === null ? null : Buffer.from(await request.arrayBuffer());
    return send(await routes.to(target), request, body);
  };
}

function send(route: Route, request: Request, body: Buffer | null): Promise<Response> {
  const { signal, method } = request;
  const headers: RequestHeaders = Object.fromEntries(request.headers);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const sent: ClientRequest = route.request(new URL(request.url), {
      method,
      headers: body === null ? headers : { ...headers, "content-length": String(body.length) },
    });
    const onAbort = (): void => void sent.destroy(signal.reason instanceof Error ? signal.reason : undefined);
    signal.addEventListener("abort", onAbort, { once: true });
    sent.once("close", () => signal.removeEventListener("abort", onAbort));
    sent.once("response", (message) => {
      toResponse(message, method).then(resolve, reject);
    });
    sent.on("error", (cause) => reject(signal.aborted ? signal.reason : new TypeError("fetch failed", { cause })));
    sent.end(body ?? undefined);
  });
}

async function toResponse(message: IncomingMessage, method: string): Promise<Response> {
  const { statusCode: status = 502, statusMessage: statusText = "" } = message;
  const headers = new Headers();
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
    headers.append(message.rawHeaders[at] ?? "", message.rawHeaders[at + 1] ?? "");
  }
  if (BODILESS.has(status) || method === "HEAD") {
    message.resume();
    return new Response(null, { status, statusText, headers });
  }
  const { Readable } = await import("node:stream");
  return new Response(Readable.toWeb(message), { status, statusText, headers });
}
