import { createAccount, type Account } from "./account.ts";
import type { Credentials } from "./credentials.ts";
import { createFileStore } from "./file-store.ts";
import { isRefreshDue } from "./login/refresh.ts";

/** What a model request is authorised with. */
export interface Token {
  readonly token: string;
  /** The account of a ChatGPT login; null for an API key. */
  readonly accountId: string | null;
  readonly login: "apiKey" | "chatgpt";
}

/** Where model requests get their token. */
export interface TokenSource {
  /** Null when there is no credential: the request goes out without one. @throws AuthError `unreadable`. */
  token(): Promise<Token | null>;
  /** Gets new tokens for a ChatGPT login that was refused. @throws AuthError. Missing when it cannot be refreshed. */
  readonly refresh?: () => Promise<void>;
}

export interface TokenSourceOptions {
  /** The home folder, absolute. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The provider that is to get the token. */
  readonly provider: { readonly id: string; readonly requiresOpenaiAuth: boolean };
  /** Whether `HEDDLE_API_KEY` and `CODEX_API_KEY` count: in `exec` alone. Default false. */
  readonly apiKeyFromEnvironment?: boolean;
  /** The login that others in this process use, too; without it the source reads `auth.json` of the home itself. */
  readonly account?: Account;
  /** How a ChatGPT login gets new tokens, also before it ends; without it a login is used as it is. */
  readonly refresh?: () => Promise<void>;
  /** Default: the clock. */
  readonly now?: () => Date;
}

/**
 * The credential for a provider, first match: the API key for this run from the environment, the stored login, and for
 * the built-in provider `openai` alone `OPENAI_API_KEY`. A provider that does not declare to use the login gets
 * nothing. A key of the provider's own is not looked for here: it comes before all of this.
 * Source: authentication spec, section 1.
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { home, env, provider, apiKeyFromEnvironment = false, refresh, now = () => new Date() } = options;
  const account = options.account ?? createAccount({ store: createFileStore(home) });
  const keyOfRun = environmentApiKey(env, { allowed: apiKeyFromEnvironment });
  const openaiKey = provider.id === "openai" ? variable(env, "OPENAI_API_KEY") : null;

  /** A login that cannot be refreshed is used as it is: the service has the last word. */
  const readLogin = async (): Promise<Credentials | null> => {
    const stored = await account.current();
    if (stored === null || refresh === undefined || !isRefreshDue(stored, now())) return stored;
    await refresh().catch(() => {});
    return account.current();
  };

  return {
    ...(refresh === undefined ? {} : { refresh }),
    async token() {
      if (!provider.requiresOpenaiAuth) return null;
      if (keyOfRun !== null) return apiKeyToken(keyOfRun);
      const stored = await readLogin();
      if (stored?.apiKey) return apiKeyToken(stored.apiKey);
      if (stored?.tokens) {
        const { accessToken, accountId } = stored.tokens;
        return { token: accessToken, accountId, login: "chatgpt" };
      }
      return openaiKey === null ? null : apiKeyToken(openaiKey);
    },
  };
}

/**
 * The API key for one run from `HEDDLE_API_KEY` or `CODEX_API_KEY`, null when there is none or it does not count here.
 * `HEDDLE_API_KEY_EVERYWHERE=1` makes it count everywhere.
 */
export function environmentApiKey(
  env: Readonly<Record<string, string | undefined>>,
  { allowed }: { readonly allowed: boolean },
): string | null {
  if (!allowed && env["HEDDLE_API_KEY_EVERYWHERE"] !== "1") return null;
  return variable(env, "HEDDLE_API_KEY") ?? variable(env, "CODEX_API_KEY");
}

function apiKeyToken(token: string): Token {
  return { token, accountId: null, login: "apiKey" };
}

/** The trimmed value of a variable, null when it is unset or blank. */
function variable(env: Readonly<Record<string, string | undefined>>, name: string): string | null {
  return env[name]?.trim() || null;
}
