import { ModelError } from "../failure.ts";
import type { Environment } from "./built-in-providers.ts";
import type { ProviderConfig } from "./provider-config.ts";

/** The stored login, as far as requests need it. */
export interface CredentialSource {
  /** Null when nobody is logged in. */
  token(): Promise<Credential | null>;
  /** Gets a new token after a 401; missing when the login cannot be refreshed. Rejects when that failed. */
  refresh?(): Promise<void>;
}

export interface Credential {
  readonly token: string;
  /** The account of a ChatGPT login; null for an API key. */
  readonly accountId: string | null;
  /** Tells a ChatGPT login without account id from an API key; by default the account id decides. */
  readonly login?: "apiKey" | "chatgpt";
}

/** The credential of one request and whether it is the stored login, which alone can be refreshed. */
export type SelectedCredential =
  | { readonly source: "provider"; readonly token: string }
  | { readonly source: "login"; readonly credential: Credential }
  | { readonly source: "none" };

/**
 * First match: the provider's variable, its literal token, the stored login. The login goes only to providers that are
 * declared to use it: anyone else would get hold of somebody's account. Source: models spec, section 5.
 * @throws ModelError `missingEnvironmentVariable`, `unauthorized`.
 */
export async function selectCredential(options: {
  readonly provider: ProviderConfig;
  readonly env: Environment;
  readonly credentials: CredentialSource;
}): Promise<SelectedCredential> {
  const { provider, env, credentials } = options;
  if (provider.envKey !== null) {
    const token = env[provider.envKey]?.trim();
    if (token) return { source: "provider", token };
    throw new ModelError({
      kind: "missingEnvironmentVariable",
      name: provider.envKey,
      instructions: provider.envKeyInstructions,
    });
  }
  if (provider.bearerToken !== null) return { source: "provider", token: provider.bearerToken };
  if (!provider.requiresOpenaiAuth) return { source: "none" };
  const credential = await readLogin(credentials);
  return credential === null ? { source: "none" } : { source: "login", credential };
}

async function readLogin(credentials: CredentialSource): Promise<Credential | null> {
  try {
    return await credentials.token();
  } catch (error) {
    throw loginFailure(error);
  }
}

/** What a login that cannot be read or refreshed means for a request. */
export function loginFailure(error: unknown): ModelError {
  const body = error instanceof Error ? error.message : String(error);
  return new ModelError({ kind: "unauthorized", status: null, body, requestId: null }, { cause: error });
}

export function isChatGptLogin(selected: SelectedCredential): boolean {
  if (selected.source !== "login") return false;
  const { login, accountId } = selected.credential;
  return login === undefined ? accountId !== null : login === "chatgpt";
}
