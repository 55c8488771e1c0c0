import type { Environment } from "../provider/built-in-providers.ts";
import { assertHttpUrl } from "../provider/endpoint.ts";

/** The schemes of SOCKS proxies. With `socks5h`, `socks` and `socks4a` the proxy looks names up, with the others we do. */
const SOCKS = new Set(["socks:", "socks4:", "socks4a:", "socks5:", "socks5h:"]);

export function isSocks({ protocol }: URL): boolean {
  return SOCKS.has(protocol);
}

/**
 * The proxy for a URL, an HTTP or SOCKS one: `HTTPS_PROXY` or `HTTP_PROXY` by its scheme, then `ALL_PROXY`, unless
 * `NO_PROXY` names the host; lower-case spellings count as well. Never one for the machine itself: a proxy could not
 * reach it.
 * @throws ModelError `invalidProvider` when it is no URL.
 * @param configured a proxy that is used whatever the environment says; empty for none.
 */
export function proxyFor(url: URL, env: Environment, configured: string | null = null): URL | null {
  if (isLoopback(url.hostname)) return null;
  const text = configured ?? fromEnvironment(url, env);
  if (text === null || text === "") return null;
  const address = text.includes("://") ? text : `http://${text}`;
  if (URL.canParse(address) && isSocks(new URL(address))) return new URL(address);
  assertHttpUrl(address, configured === null ? "proxy that the environment names" : "proxy of the model provider");
  return new URL(address);
}

function fromEnvironment(url: URL, env: Environment): string | null {
  const noProxy = read(env, "NO_PROXY");
  if (noProxy !== null && isExempt(url, noProxy)) return null;
  return read(env, url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY") ?? read(env, "ALL_PROXY");
}

function read(env: Environment, name: string): string | null {
  return env[name.toLowerCase()]?.trim() || env[name]?.trim() || null;
}

/** Entries are `*`, a host (and all below it), `.domain`, `*.domain`, each with an optional port. */
function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return noProxy.split(/[\s,]+/).some((entry) => {
    const match = /^(?<name>.*?)(?::(?<port>\d+))?$/.exec(entry.toLowerCase());
    const name = (match?.groups?.["name"] ?? "").replace(/^\*?\./, "");
    const onPort = match?.groups?.["port"];
    if (name === "" || (onPort !== undefined && onPort !== port)) return false;
    return name === "*" || host === name || host.endsWith(`.${name}`);
  });
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname);
}
