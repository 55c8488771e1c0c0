import {
  discoverOAuthServerInfo,
  extractWWWAuthenticateParams,
  type AuthorizationServerMetadata,
  type FetchLike,
} from "@modelcontextprotocol/client";
import { timeoutSignal } from "../abort.ts";
import type { WebFetch } from "../web-fetch.ts";
import { decodeServerMetadata } from "./decode-metadata.ts";

/** Where logins for a server are made. */
export interface AuthorizationServer {
  readonly url: string;
  readonly metadata: AuthorizationServerMetadata;
  /** What the server itself says can be asked for. */
  readonly scopes: readonly string[];
}

const STEP_MS = 5_000;
/** What servers of the first revisions want to see. Source: MCP spec, section B1. */
const OLD_VERSION = { "MCP-Protocol-Version": "2024-11-05" };

/**
 * Finds where logins for a server are made: as the current specification says (RFC 9728, then RFC 8414 and OpenID), then
 * at the places of older ones. Null when the server knows no logins.
 * @throws Error when what it says is wrong, such as metadata of another issuer.
 */
export async function discover(
  serverUrl: string,
  options: { readonly requests: Requests; readonly signal: AbortSignal },
): Promise<AuthorizationServer | null> {
  const { requests, signal } = options;
  const fetchFn = limitedFetch(requests, { origin: new URL(serverUrl).origin, signal });
  const resourceMetadataUrl = await namedMetadata(serverUrl, fetchFn);
  const found = await discoverOAuthServerInfo(serverUrl, {
    fetchFn,
    ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
  });
  const { authorizationServerMetadata: metadata, authorizationServerUrl: url, resourceMetadata } = found;
  const scopes = resourceMetadata?.scopes_supported ?? [];
  if (metadata !== undefined) return { url, metadata, scopes };
  for (const place of oldPlaces(serverUrl)) {
    const response = await fetchFn(place, { headers: OLD_VERSION }).catch(() => null);
    signal.throwIfAborted();
    if (response?.status !== 200) continue;
    const old = decodeServerMetadata(await response.json().catch(() => null), new URL(serverUrl).origin);
    if (old !== null) return { url: new URL(serverUrl).origin, metadata: old, scopes };
  }
  return null;
}

/** The place that the server names when it refuses a request without a token. */
async function namedMetadata(serverUrl: string, fetchFn: FetchLike): Promise<URL | undefined> {
  const response = await fetchFn(serverUrl, { headers: { accept: "text/event-stream" } }).catch(() => null);
  if (response === null) return undefined;
  void response.body?.cancel().catch(() => {});
  return response.status === 401 ? extractWWWAuthenticateParams(response).resourceMetadataUrl : undefined;
}

/** For `/a/b`: below the well-known folder, the well-known folder below it, and that of the whole host. */
function oldPlaces(serverUrl: string): readonly URL[] {
  const wellKnown = "/.well-known/oauth-authorization-server";
  const path = new URL(serverUrl).pathname.replace(/\/$/, "");
  const paths = path === "" ? [wellKnown] : [`${wellKnown}${path}`, `${path}${wellKnown}`, wellKnown];
  return paths.map((place) => new URL(place, serverUrl));
}

/** How requests to a server are made. */
export interface Requests {
  /** Of every request to the server. */
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: WebFetch;
}

/** A fetch in which each request has its time. The server's own headers go to its own host alone: they may be secret. */
export function limitedFetch(
  { headers, fetch }: Requests,
  { origin, signal }: { readonly origin: string; readonly signal: AbortSignal },
): FetchLike {
  return (url, init) => {
    const own = new URL(url).origin === origin ? headers : {};
    const merged = new Headers(own);
    for (const [name, value] of new Headers(init?.headers)) merged.set(name, value);
    return fetch(url, { ...init, headers: merged, signal: AbortSignal.any([signal, timeoutSignal(STEP_MS)]) });
  };
}
