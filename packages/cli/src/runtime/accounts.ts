import { createAccountDesk, type AccountDesk } from "@heddle/app-server";
import {
  createAccount,
  createRefresh,
  issuerOf,
  openStore,
  startBrowserLogin,
  type Account,
  type Fetch,
  type StoreKind,
} from "@heddle/auth";
import { waitForLockFile } from "@heddle/config";
import { createTextFetch } from "@heddle/models";
import { join } from "node:path";
import { newRandomId } from "./ids.ts";

/** The login of a home: one for the model requests and all clients of a process. */
export interface Accounts {
  readonly account: Account;
  readonly desk: AccountDesk;
  readonly refresh: () => Promise<void>;
  readonly fetch: Fetch;
}

export function createAccounts(options: {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly originator: string;
  /** Where the login is kept. */
  readonly storeKind: StoreKind;
  readonly warn: (message: string) => void;
}): Accounts {
  const { home, env, originator, storeKind: kind, warn } = options;
  const account = createAccount({ store: openStore({ home, kind, env, platform: process.platform }), warn });
  const fetch = createTextFetch(env);
  const issuer = issuerOf(env);
  const now = (): Date => new Date();
  const refresh = createRefresh({
    account,
    issuer,
    fetch,
    now,
    exclusively: (work) => withLoginLock(home, work),
    url: env["CODEX_REFRESH_TOKEN_URL_OVERRIDE"] || undefined,
  });
  const desk = createAccountDesk({
    account,
    storeKind: kind,
    refresh,
    startLogin: (login) => startBrowserLogin({ account, issuer, fetch, now, originator, ...login }),
    newId: newRandomId,
  });
  return { account, desk, refresh, fetch };
}

/** Longer than an answer of the issuer may take. */
const LOCK_WAIT_MS = 35_000;

/** Holds `auth.json.lock` of the home: two processes would otherwise use up a token that works once. */
async function withLoginLock(home: string, work: () => Promise<void>): Promise<void> {
  const lock = await waitForLockFile(join(home, "auth.json"), { waitMs: LOCK_WAIT_MS });
  try {
    await work();
  } finally {
    await lock.release();
  }
}
