import type { TokenProvider } from "../connection/connection.ts";
import { McpError } from "../mcp-error.ts";
import type { TokenRecord } from "./token-record.ts";
import type { TokenStore } from "./token-store.ts";

/** How long before its end a token is renewed. Source: MCP spec, section B3. */
const EARLY_MS = 30_000;

/**
 * The tokens of one login, for one connection. They are renewed before they expire and when the server refuses them: by
 * one process at a time, which looks first whether another has done it.
 */
export function createTokenProvider(options: {
  readonly server: string;
  readonly url: string;
  readonly store: TokenStore;
  /** @throws McpError `loginNeeded` when the login is not good any more. */
  readonly refresh: (record: TokenRecord) => Promise<TokenRecord>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}): TokenProvider {
  const { server, url, store, refresh, now } = options;
  let sent: string | null = null;
  let renewing: Promise<TokenRecord | null> | null = null;

  const isFresh = ({ expiresAt }: TokenRecord): boolean => expiresAt === null || now() + EARLY_MS < expiresAt;

  /** Renews what is stored, unless it is `good` by the time that it is our turn. */
  const renewUnless = (good: (record: TokenRecord) => boolean): Promise<TokenRecord | null> => {
    renewing ??= store
      .whileAlone(server, url, async () => {
        const record = await store.load(server, url);
        if (record === null || good(record)) return record;
        try {
          const renewed = await refresh(record);
          await store.save(renewed);
          return renewed;
        } catch (error) {
          if (error instanceof McpError && error.failure.kind === "loginNeeded") await store.remove(server, url);
          throw error;
        }
      })
      .finally(() => {
        renewing = null;
      });
    return renewing;
  };

  return {
    async token() {
      const stored = await store.load(server, url);
      const record = stored === null || isFresh(stored) ? stored : await renewUnless(isFresh);
      sent = record?.accessToken ?? null;
      return sent;
    },
    async renew() {
      const refused = sent;
      const record = refused === null ? null : await renewUnless(({ accessToken }) => accessToken !== refused);
      if (record === null) throw new McpError({ kind: "loginNeeded", server });
    },
  };
}
