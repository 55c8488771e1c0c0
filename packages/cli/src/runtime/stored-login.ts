import { openStore, type CredentialStore } from "@heddle/auth";
import { loadConfig, readDotEnv, resolveHome, type ResolvedConfig } from "@heddle/config";
import type { ProcessContext } from "./process.ts";

/** The login of a home, for commands that work on it alone. */
export interface StoredLogin {
  readonly home: string;
  readonly store: CredentialStore;
  readonly config: ResolvedConfig;
  /** That of the process, with what the home's `.env` adds. */
  readonly env: ProcessContext["env"];
}

/** @throws ConfigError */
export async function openStoredLogin(context: ProcessContext, overrides: readonly string[]): Promise<StoredLogin> {
  const home = resolveHome(context.env, context.userHome);
  const env = { ...readDotEnv(home), ...context.env };
  const config = await loadConfig({ home, cwd: context.cwd, env, overrides });
  const store = openStore({ home, kind: config.authCredentialsStore, env, platform: process.platform });
  return { home, store, config, env };
}
