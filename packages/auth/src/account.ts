import { AuthError } from "./auth-error.ts";
import type { Credentials } from "./credentials.ts";
import type { CredentialStore } from "./store.ts";

/** The login of one home in one process. What was read is kept until a login, a logout or `reload`. */
export interface Account {
  /** Null when nobody is logged in, also when the store holds something that is no login. @throws AuthError `unreadable`. */
  current(): Promise<Credentials | null>;
  /** Reads the store anew. */
  reload(): Promise<Credentials | null>;
  /** Makes these the login. @throws AuthError `unwritable`. */
  save(credentials: Credentials): Promise<void>;
  /** @returns whether anybody was logged in. @throws AuthError `unwritable`. */
  logout(): Promise<boolean>;
}

/** @param options.warn told why a store counts as empty. */
export function createAccount(options: {
  readonly store: CredentialStore;
  readonly warn?: (message: string) => void;
}): Account {
  const { store, warn = () => {} } = options;
  let loaded: Promise<Credentials | null> | null = null;

  const load = async (): Promise<Credentials | null> => {
    try {
      return await store.load();
    } catch (error) {
      if (!(error instanceof AuthError) || error.failure.kind !== "invalid") throw error;
      warn(error.message);
      return null;
    }
  };
  const reload = (): Promise<Credentials | null> => {
    const loading = load();
    loaded = loading;
    loading.catch(() => {
      if (loaded === loading) loaded = null; // not kept: the next one tries again
    });
    return loading;
  };
  return {
    current: () => loaded ?? reload(),
    reload,
    async save(credentials) {
      await store.save(credentials);
      loaded = Promise.resolve(credentials);
    },
    async logout() {
      const removed = await store.remove();
      loaded = Promise.resolve(null);
      return removed;
    },
  };
}

/**
 * Logs in with an API key; it becomes the only credential. Source: authentication spec, section 3.
 * @throws AuthError `loginDisabled`, `emptyApiKey`, `unwritable`.
 */
export async function apiKeyLogin(
  account: Pick<Account, "save">,
  options: { readonly apiKey: string; readonly forcedLoginMethod?: "api" | "chatgpt" | null },
): Promise<void> {
  const { apiKey, forcedLoginMethod = null } = options;
  if (forcedLoginMethod === "chatgpt") throw new AuthError({ kind: "loginDisabled", method: "api" });
  const trimmed = apiKey.trim();
  if (trimmed === "") throw new AuthError({ kind: "emptyApiKey" });
  await account.save({ apiKey: trimmed, tokens: null, lastRefresh: null });
}

/** A key as it may be shown: its ends, or nothing of a short one. Source: authentication spec, section 8. */
export function maskApiKey(apiKey: string): string {
  return apiKey.length <= 13 ? "***" : `${apiKey.slice(0, 8)}***${apiKey.slice(-5)}`;
}
