import { timeoutSignal } from "../abort.ts";
import type { McpAuthStatus } from "../auth-status.ts";
import type { TokenProvider } from "../connection/connection.ts";
import { configuredHeaders } from "../connection/headers.ts";
import { McpError } from "../mcp-error.ts";
import type { Environment, HttpTransportConfig, McpServerConfig } from "../server-config.ts";
import type { WebFetch } from "../web-fetch.ts";
import type { Requests } from "./discovery.ts";
import { createFileTokenStore } from "./file-token-store.ts";
import { createKeyringTokenStore } from "./keyring-token-store.ts";
import { createTokenProvider } from "./token-provider.ts";
import type { TokenKeyring, TokenStore, TokenStoreKind, WithLock } from "./token-store.ts";

/** A login that waits for the browser. */
export interface McpLogin {
  /** What the person has to open. */
  readonly authorizationUrl: string;
  /** Resolves when the login is stored. @throws McpError `loginFailed`, also when it took too long or was cancelled. */
  readonly completed: Promise<void>;
  /** Gives it up; resolves when nothing is left of it. */
  cancel(): Promise<void>;
}

/** What a login is begun with. */
export interface LoginOrder {
  readonly server: string;
  readonly url: string;
  readonly requests: Requests;
  /** One that the authorization server knows; null: it is asked to register one. */
  readonly client: KnownClient | null;
  /** Where the browser comes back to; 0: a free port. */
  readonly callbackPort: number;
  /** Null: those that the server says can be asked for. */
  readonly scopes: readonly string[] | null;
  readonly timeoutMs: number;
  readonly store: TokenStore;
  readonly now: () => number;
}

/** A client that has not been registered by us. */
export interface KnownClient {
  readonly id: string;
  /** Null: it has none. */
  readonly secret: string | null;
}

/** The logins of a home at MCP servers. */
export interface McpLogins {
  /** For connections to a server that has no token of its own. */
  tokensFor(server: string, transport: HttpTransportConfig): TokenProvider;
  /** Asks the server whether it knows logins when there is none, for five seconds at most. */
  status(server: string, config: McpServerConfig): Promise<McpAuthStatus>;
  /** @throws McpError `loginFailed`. */
  start(
    server: string,
    transport: HttpTransportConfig,
    options: { readonly scopes: readonly string[] | null; readonly timeoutMs: number },
  ): Promise<McpLogin>;
  /** Whether a server knows logins. */
  isSupported(transport: HttpTransportConfig): Promise<boolean>;
  /** Forgets a login. @returns whether there was one. */
  logout(server: string, transport: HttpTransportConfig): Promise<boolean>;
}

/** How long a server may take, in all, to say whether it knows logins. */
const STATUS_MS = 5_000;
const NEVER = new AbortController().signal;

/** What talks to authorization servers is loaded when it is needed. */
export function createMcpLogins(options: {
  /** Absolute. */
  readonly home: string;
  readonly env: Environment;
  readonly fetch: WebFetch;
  readonly withLock: WithLock;
  readonly store: TokenStoreKind;
  /** Called when the keyring is first needed; null when this system has none. */
  readonly openKeyring: () => Promise<TokenKeyring | null>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}): McpLogins {
  const { home, env, fetch, withLock, store: kind, openKeyring, now } = options;
  const file = createFileTokenStore({ home, withLock });
  const store = kind === "file" ? file : createKeyringTokenStore({ kind, file, open: openKeyring, now });
  const requestsTo = (transport: HttpTransportConfig): Requests => {
    return { headers: configuredHeaders(transport, env).headers, fetch };
  };
  /** @throws McpError `badConfig` when its secret is not there. */
  const clientOf = (server: string, { oauth }: HttpTransportConfig): KnownClient | null => {
    if (oauth === null) return null;
    const { clientId: id, clientSecretEnvVar: variable } = oauth;
    if (variable === null) return { id, secret: null };
    const secret = env[variable] ?? "";
    if (secret !== "") return { id, secret };
    const reason = `the environment variable ${variable} with the client's secret for MCP server '${server}' is not set`;
    throw new McpError({ kind: "badConfig", server, reason });
  };
  const isSupported = async (transport: HttpTransportConfig): Promise<boolean> => {
    const { discover } = await import("./discovery.ts");
    const options = { requests: requestsTo(transport), signal: timeoutSignal(STATUS_MS) };
    const found = await discover(transport.url, options).catch(() => null);
    return found !== null;
  };
  return {
    isSupported,
    tokensFor: (server, transport) =>
      createTokenProvider({
        server,
        url: transport.url,
        store,
        now,
        async refresh(record) {
          const { refreshRecord } = await import("./refresh.ts");
          return refreshRecord(record, {
            requests: requestsTo(transport),
            client: clientOf(server, transport),
            signal: NEVER,
            now,
          });
        },
      }),
    async status(server, { transport }) {
      if (transport.type === "stdio") return "unsupported";
      if (transport.bearerTokenEnvVar !== null) return "bearerToken";
      if ((await store.load(server, transport.url).catch(() => null)) !== null) return "oAuth";
      return (await isSupported(transport)) ? "notLoggedIn" : "unsupported";
    },
    async start(server, transport, { scopes, timeoutMs }) {
      await store.load(server, transport.url); // nobody shall go through a login that cannot be kept
      const { startLogin } = await import("./login.ts");
      return startLogin({
        server,
        url: transport.url,
        requests: requestsTo(transport),
        client: clientOf(server, transport),
        callbackPort: transport.oauth?.callbackPort ?? 0,
        scopes,
        timeoutMs,
        store,
        now,
      });
    },
    logout: (server, transport) => store.remove(server, transport.url),
  };
}
