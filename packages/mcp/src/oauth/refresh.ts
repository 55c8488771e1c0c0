import { OAuthError, refreshAuthorization } from "@modelcontextprotocol/client";
import { McpError, reasonOf } from "../mcp-error.ts";
import { discover, limitedFetch, type Requests } from "./discovery.ts";
import { toRecord } from "./login.ts";
import type { KnownClient } from "./oauth.ts";
import type { TokenRecord } from "./token-record.ts";

/**
 * New tokens for a login.
 * @throws McpError `loginNeeded` when the login is not good any more; `loginFailed` when it cannot be told.
 */
export async function refreshRecord(
  record: TokenRecord,
  options: {
    readonly requests: Requests;
    /** The one of the configuration, whose secret is not stored. */
    readonly client: KnownClient | null;
    readonly signal: AbortSignal;
    readonly now: () => number;
  },
): Promise<TokenRecord> {
  const { serverName: server, serverUrl, refreshToken, clientId, clientSecret, issuer } = record;
  const { requests, client, signal, now } = options;
  const secret = client?.id === clientId ? client.secret : clientSecret;
  if (refreshToken === null) throw new McpError({ kind: "loginNeeded", server });
  try {
    const authorization = await discover(serverUrl, { requests, signal });
    if (authorization === null) throw new Error("the server knows no logins any more");
    const { metadata, url } = authorization;
    if (issuer !== null && metadata.issuer !== issuer) {
      throw new Error(`the server's logins are now made by ${metadata.issuer}, and this one was made by ${issuer}`);
    }
    const resource = new URL(serverUrl);
    resource.hash = "";
    const tokens = await refreshAuthorization(url, {
      metadata,
      clientInformation: { client_id: clientId, ...(secret === null ? {} : { client_secret: secret }) },
      refreshToken,
      resource,
      fetchFn: limitedFetch(requests, { origin: new URL(serverUrl).origin, signal }),
    });
    const { scopes } = record;
    const about = {
      serverName: server,
      serverUrl,
      clientId,
      clientSecret,
      scopes,
      issuer: metadata.issuer,
      now: now(),
    };
    return toRecord(tokens, about);
  } catch (error) {
    // An answer of the token endpoint that says no is final; a network that fails is not.
    if (error instanceof OAuthError) throw new McpError({ kind: "loginNeeded", server }, { cause: error });
    throw new McpError({ kind: "loginFailed", server, reason: reasonOf(error) }, { cause: error });
  }
}
