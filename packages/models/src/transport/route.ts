import type { Agent, ClientRequest } from "node:http";
import { ModelError } from "../failure.ts";
import type { Environment } from "../provider/built-in-providers.ts";
import type { RequestHeaders } from "../provider/headers.ts";
import { isSocks, proxyFor } from "./proxy.ts";

/** How requests get to one origin. */
export interface Route {
  readonly agent: Agent;
  request(url: URL, options: { readonly method: string; readonly headers: RequestHeaders }): ClientRequest;
}

/** The routes to all origins, each found once and its connections kept. */
export interface Routes {
  /** @throws ModelError `invalidProvider` for a proxy that is none; `network` for certificates that cannot be read. */
  to(url: URL): Promise<Route>;
  /** Closes what is idle. */
  close(): void;
}

/** @param proxy one that is used whatever the environment says; null: what the environment says. */
export function createRoutes(env: Environment, proxy: string | null): Routes {
  const routes = new Map<string, Promise<Route>>();
  return {
    to(url) {
      const known = routes.get(url.origin);
      if (known !== undefined) return known;
      const route = findRoute(url, env, proxy);
      routes.set(url.origin, route);
      route.catch(() => routes.delete(url.origin)); // what was wrong may be put right
      return route;
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
