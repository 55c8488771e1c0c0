import { createHash } from "node:crypto";
import { isObject } from "../json.ts";

/** A login at a server. */
export interface TokenRecord {
  readonly serverName: string;
  readonly serverUrl: string;
  readonly clientId: string;
  /** Of a client that was given one when it was registered. */
  readonly clientSecret: string | null;
  readonly accessToken: string;
  /** Milliseconds since the epoch; null when the server does not say. */
  readonly expiresAt: number | null;
  readonly refreshToken: string | null;
  readonly scopes: readonly string[];
  /** The authorization server that gave it: it is used with no other. Null in records of the reference. */
  readonly issuer: string | null;
}

/** The key under which a login is stored. Source: MCP spec, section B3. */
export function recordKey(serverName: string, serverUrl: string): string {
  const identity = JSON.stringify({ type: "http", url: serverUrl, headers: {} });
  return `${serverName}|${createHash("sha256").update(identity).digest("hex").slice(0, 16)}`;
}

/** The stored form: the reference's members, and ours beside them. */
export function encodeRecord(record: TokenRecord): Readonly<Record<string, unknown>> {
  const { clientSecret, expiresAt, refreshToken, issuer } = record;
  return {
    server_name: record.serverName,
    server_url: record.serverUrl,
    client_id: record.clientId,
    ...(clientSecret === null ? {} : { client_secret: clientSecret }),
    access_token: record.accessToken,
    ...(expiresAt === null ? {} : { expires_at: expiresAt }),
    ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
    scopes: record.scopes,
    ...(issuer === null ? {} : { issuer }),
  };
}

/** The form of an entry in a keyring. Source: MCP spec, section B3. */
export function encodeEntry(record: TokenRecord, now: number): string {
  const { clientSecret, expiresAt, refreshToken, scopes, issuer } = record;
  return JSON.stringify({
    server_name: record.serverName,
    url: record.serverUrl,
    client_id: record.clientId,
    ...(clientSecret === null ? {} : { client_secret: clientSecret }),
    token_response: {
      access_token: record.accessToken,
      token_type: "bearer",
      ...(expiresAt === null ? {} : { expires_in: Math.max(0, Math.round((expiresAt - now) / 1000)) }),
      ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
      ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
    },
    ...(expiresAt === null ? {} : { expires_at: expiresAt }),
    ...(issuer === null ? {} : { issuer }),
  });
}

/** A login from an entry of a keyring; null when it is none. */
export function decodeEntry(text: string): TokenRecord | null {
  let entry: unknown;
  try {
    entry = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(entry) || !isObject(entry["token_response"])) return null;
  const { access_token, refresh_token, scope } = entry["token_response"];
  const scopes = typeof scope === "string" ? scope.split(" ").filter((name) => name !== "") : [];
  return decodeRecord({ ...entry, server_url: entry["url"], access_token, refresh_token, scopes });
}

/** A stored login; null when it is none. */
export function decodeRecord(value: unknown): TokenRecord | null {
  if (!isObject(value)) return null;
  const { server_name: serverName, server_url: serverUrl, client_id: clientId, access_token: accessToken } = value;
  if (typeof serverName !== "string" || typeof serverUrl !== "string") return null;
  if (typeof clientId !== "string" || typeof accessToken !== "string") return null;
  const { expires_at: expiresAt, scopes } = value;
  const text = (member: unknown): string | null => (typeof member === "string" ? member : null);
  return {
    serverName,
    serverUrl,
    clientId,
    clientSecret: text(value["client_secret"]),
    accessToken,
    expiresAt: typeof expiresAt === "number" ? expiresAt : null,
    refreshToken: text(value["refresh_token"]),
    scopes: Array.isArray(scopes) ? scopes.filter((scope): scope is string => typeof scope === "string") : [],
    issuer: text(value["issuer"]),
  };
}
