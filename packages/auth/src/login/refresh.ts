import type { Account } from "../account.ts";
import { AuthError, type RefreshRefusal } from "../auth-error.ts";
import type { ChatGptTokens, Credentials } from "../credentials.ts";
import { isObject } from "../is-object.ts";
import { readExpiry, readIdClaims } from "./claims.ts";
import { ISSUER_TIMEOUT_MS, readJsonObject, reasonOf, type Fetch } from "./http.ts";
import type { Issuer } from "./issuer.ts";

export interface RefreshOptions {
  readonly account: Pick<Account, "current" | "reload" | "save">;
  readonly issuer: Issuer;
  readonly fetch: Fetch;
  readonly now: () => Date;
  /** Runs work while no other process does this for the same login. Default: nothing is known of other processes. */
  readonly exclusively?: (work: () => Promise<void>) => Promise<void>;
  /** Instead of the issuer's token endpoint. */
  readonly url?: string | undefined;
}

/**
 * Gives what gets new tokens for a ChatGPT login; any other login is left alone. Calls that come while one is under
 * way share it, and processes come one after the other. What another process has stored meanwhile is taken over instead: a
 * refresh token works once.
 * The login stays stored in every case. Source: authentication spec, section 7.
 * @returns a function that throws AuthError `refreshRefused`, `refreshFailed`, `unwritable`.
 */
export function createRefresh(options: RefreshOptions): () => Promise<void> {
  const { exclusively = (work) => work() } = options;
  let running: Promise<void> | null = null;
  const locked = (): Promise<void> =>
    exclusively(() => refresh(options)).catch((error: unknown) => {
      if (error instanceof AuthError) throw error;
      throw new AuthError({ kind: "refreshFailed", reason: reasonOf(error) }, { cause: error });
    });
  return () => {
    running ??= locked().finally(() => (running = null));
    return running;
  };
}

const MAX_AGE_MS = 8 * 24 * 60 * 60_000;
const MIN_LEFT_MS = 5 * 60_000;

/** Whether a ChatGPT login should be refreshed before it is used: it is old, or its token ends soon. */
export function isRefreshDue({ tokens, lastRefresh }: Credentials, now: Date): boolean {
  if (tokens === null) return false;
  if (lastRefresh !== null && now.getTime() - lastRefresh.getTime() > MAX_AGE_MS) return true;
  const expiry = readExpiry(tokens.accessToken);
  return expiry !== null && expiry.getTime() - now.getTime() < MIN_LEFT_MS;
}

async function refresh(options: RefreshOptions): Promise<void> {
  const { account, now } = options;
  const known = await account.current();
  const stored = await account.reload();
  if (stored === null || stored.tokens === null || stored.apiKey !== null) return;
  if (known?.tokens?.refreshToken !== stored.tokens.refreshToken) return;
  const tokens = await requestTokens(options, stored.tokens);
  const current = await account.current();
  if (current?.tokens?.refreshToken !== stored.tokens.refreshToken) return; // logged out or in again meanwhile
  const refreshed: Credentials = { ...stored, tokens, lastRefresh: now() };
  await account.save(refreshed);
}

async function requestTokens({ issuer, fetch, url }: RefreshOptions, tokens: ChatGptTokens): Promise<ChatGptTokens> {
  const { status, body } = await send();
  if (status === 401) throw new AuthError({ kind: "refreshRefused", refusal: readRefusal(body) });
  if (status < 200 || status >= 300) throw new AuthError({ kind: "refreshFailed", reason: String(status) });
  const idToken = text(body?.["id_token"]) ?? tokens.idToken;
  return {
    idToken,
    accessToken: text(body?.["access_token"]) ?? tokens.accessToken,
    refreshToken: text(body?.["refresh_token"]) ?? tokens.refreshToken,
    accountId: readIdClaims(idToken)?.accountId ?? tokens.accountId,
  };

  async function send(): Promise<{ status: number; body: Readonly<Record<string, unknown>> | null }> {
    try {
      const answer = await fetch(url ?? `${issuer.url}/oauth/token`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          client_id: issuer.clientId,
          grant_type: "refresh_token",
          refresh_token: tokens.refreshToken,
          scope: "openid profile email",
        }),
        redirect: "manual",
        signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS),
      });
      return { status: answer.status, body: await readJsonObject(answer) };
    } catch (error) {
      throw new AuthError({ kind: "refreshFailed", reason: reasonOf(error) }, { cause: error });
    }
  }
}

/** The code is in one of three places, in any case. */
function readRefusal(body: Readonly<Record<string, unknown>> | null): RefreshRefusal {
  const error = body?.["error"];
  const code = isObject(error) ? error["code"] : (error ?? body?.["code"]);
  switch (typeof code === "string" ? code.toLowerCase() : null) {
    case "refresh_token_expired":
      return "expired";
    case "refresh_token_reused":
      return "exhausted";
    case "refresh_token_invalidated":
      return "revoked";
    default:
      return "other";
  }
}

function text(member: unknown): string | null {
  return typeof member === "string" && member !== "" ? member : null;
}
