/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes in is what a test has sent */
import { startMcpHttpServer, type McpHttpServer } from "./mcp-http-server.ts";

/** What its metadata, or a part of it, says otherwise than it should. */
export type Flaw = "noPage" | "otherIssuer" | "noRegistration" | "noPkce" | "oldPlaces" | "none";

/** An MCP server on loopback that wants a login, with the authorization server that makes them. */
export interface AuthorizedMcpServer extends McpHttpServer {
  readonly origin: string;
  /** What was sent to the endpoints, by their paths. */
  readonly posted: readonly { readonly path: string; readonly body: Readonly<Record<string, string>> }[];
  /** How clients said who they are at the token endpoint, those that did. */
  readonly authorizations: readonly string[];
  /** No token that was given so far is good any more. */
  expireTokens(): void;
  /** Refreshing is refused from now on. */
  revoke(): void;
  /** Goes where the browser would, and gives what the callback said. */
  browse(authorizationUrl: string, change?: (callback: URL) => void): Promise<{ status: number; text: string }>;
}

/** @param expiresIn seconds that a token is said to be good for. */
export async function startAuthorizedMcpServer(
  options: {
    readonly flaw?: Flaw;
    readonly expiresIn?: number;
  } = {},
): Promise<AuthorizedMcpServer> {
  const { flaw = "none", expiresIn = 3_600 } = options;
  const good = new Set<string>();
  const posted: { path: string; body: Record<string, string> }[] = [];
  const authorizations: string[] = [];
  let given = 0;
  let revoked = false;

  const server = await startMcpHttpServer(
    ({ authorization }) => good.has(authorization?.replace("Bearer ", "") ?? ""),
    ({ url: { pathname, origin }, body, headers }, response) => {
      const json = (value: object, status = 200): void => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(value));
      };
      const metadata = {
        issuer: flaw === "otherIssuer" ? "https://other.example" : origin,
        authorization_endpoint: flaw === "noPage" ? "file:///etc/passwd" : `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        ...(flaw === "noRegistration" ? {} : { registration_endpoint: `${origin}/register` }),
        response_types_supported: ["code"],
        code_challenge_methods_supported: [flaw === "noPkce" ? "plain" : "S256"],
      };
      switch (pathname) {
        case "/.well-known/oauth-protected-resource/mcp":
          if (flaw === "oldPlaces") break;
          return json({
            resource: `${origin}/mcp`,
            authorization_servers: [origin],
            scopes_supported: ["read", "write"],
          });
        case "/.well-known/oauth-authorization-server":
          if (flaw === "oldPlaces") break;
          return json(metadata);
        case "/mcp/.well-known/oauth-authorization-server":
          if (flaw !== "oldPlaces") break;
          return json(metadata);
        case "/register":
          posted.push({ path: pathname, body: JSON.parse(body) as Record<string, string> });
          return json(
            { client_id: "cid-1", redirect_uris: (JSON.parse(body) as { redirect_uris: string[] }).redirect_uris },
            201,
          );
        case "/token": {
          const form = Object.fromEntries(new URLSearchParams(body));
          posted.push({ path: pathname, body: form });
          if (headers.authorization !== undefined) authorizations.push(headers.authorization);
          if (form["grant_type"] === "refresh_token" && revoked) return json({ error: "invalid_grant" }, 400);
          given += 1;
          good.add(`at-${given}`);
          return json({
            access_token: `at-${given}`,
            token_type: "Bearer",
            expires_in: expiresIn,
            refresh_token: `rt-${given}`,
            scope: "read",
          });
        }
        default:
      }
      response.writeHead(404).end();
    },
  );
  return {
    ...server,
    seen: server.seen,
    origin: new URL(server.url).origin,
    posted,
    authorizations,
    expireTokens: () => good.clear(),
    revoke: () => (revoked = true),
    async browse(authorizationUrl, change = () => {}) {
      const asked = new URL(authorizationUrl).searchParams;
      const callback = new URL(asked.get("redirect_uri") ?? "");
      callback.searchParams.set("code", "c0de");
      callback.searchParams.set("state", asked.get("state") ?? "");
      change(callback);
      const response = await fetch(callback);
      return { status: response.status, text: await response.text() };
    },
  };
}
