import { isObject } from "./is-object.ts";

/** The tokens of a ChatGPT login. */
export interface ChatGptTokens {
  /** JWTs, as the identity server issued them. */
  readonly idToken: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accountId: string | null;
}

/** What a store holds. An API key wins over tokens. */
export interface Credentials {
  readonly apiKey: string | null;
  readonly tokens: ChatGptTokens | null;
  /** When the tokens were issued or last refreshed. */
  readonly lastRefresh: Date | null;
}

/** The kind of login that credentials are, null when they hold none. */
export function loginMethod({ apiKey, tokens }: Credentials): "apiKey" | "chatgpt" | null {
  if (apiKey !== null) return "apiKey";
  return tokens === null ? null : "chatgpt";
}

/** The text of a store; `OPENAI_API_KEY` is always there. Source: authentication spec, section 2. */
export function encodeCredentials({ apiKey, tokens, lastRefresh }: Credentials, indent?: number): string {
  const stored = {
    OPENAI_API_KEY: apiKey,
    ...(tokens === null
      ? {}
      : {
          tokens: {
            id_token: tokens.idToken,
            access_token: tokens.accessToken,
            refresh_token: tokens.refreshToken,
            account_id: tokens.accountId,
          },
        }),
    ...(lastRefresh === null ? {} : { last_refresh: lastRefresh.toISOString() }),
  };
  return JSON.stringify(stored, null, indent);
}

/** Credentials, or why a text does not hold any. The reason never quotes the text. */
export type DecodedCredentials =
  | { readonly ok: true; readonly credentials: Credentials }
  | { readonly ok: false; readonly reason: string };

/** Reads the text of a store; members that it does not know are left alone. */
export function decodeCredentials(text: string): DecodedCredentials {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return { ok: false, reason: "not JSON" }; // the parser's own message quotes the text
  }
  if (!isObject(stored)) return { ok: false, reason: "not a JSON object" };
  const { OPENAI_API_KEY: apiKey = null, tokens = null, last_refresh: lastRefresh = null } = stored;
  if (apiKey !== null && typeof apiKey !== "string") return { ok: false, reason: "`OPENAI_API_KEY` is not a string" };
  const decodedTokens = tokens === null ? null : decodeTokens(tokens);
  if (decodedTokens === undefined) return { ok: false, reason: "`tokens` is not a set of tokens" };
  const date = typeof lastRefresh === "string" ? new Date(lastRefresh) : null;
  if (lastRefresh !== null && (date === null || Number.isNaN(date.getTime()))) {
    return { ok: false, reason: "`last_refresh` is not a date" };
  }
  return { ok: true, credentials: { apiKey: apiKey?.trim() || null, tokens: decodedTokens, lastRefresh: date } };
}

function decodeTokens(tokens: unknown): ChatGptTokens | undefined {
  if (!isObject(tokens)) return undefined;
  const {
    id_token: idToken,
    access_token: accessToken,
    refresh_token: refreshToken,
    account_id: accountId = null,
  } = tokens;
  if (typeof idToken !== "string" || typeof accessToken !== "string" || typeof refreshToken !== "string")
    return undefined;
  if (accountId !== null && typeof accountId !== "string") return undefined;
  return { idToken, accessToken, refreshToken, accountId };
}
