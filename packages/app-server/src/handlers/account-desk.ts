import {
  apiKeyLogin,
  AuthError,
  loginMethod,
  type Account,
  type BrowserLogin,
  type Credentials,
  type StoreKind,
} from "@heddle/auth";
import type { AuthMode, NotificationParams } from "@heddle/protocol";

/** What clients are told about the login. */
export type AccountNotification =
  | { readonly method: "account/updated"; readonly params: NotificationParams<"account/updated"> }
  | { readonly method: "account/login/completed"; readonly params: NotificationParams<"account/login/completed"> };

/** How long a login in the browser may take. */
const LOGIN_TIMEOUT_MS = 10 * 60_000;

export interface AccountDeskOptions {
  readonly account: Account;
  /** Where the account keeps the login. */
  readonly storeKind: StoreKind;
  /** Gets new tokens for a ChatGPT login. @throws AuthError. */
  readonly refresh: () => Promise<void>;
  /** @throws AuthError `loginServer`. */
  readonly startLogin: (options: {
    readonly workspaceId: string | null;
    readonly timeoutMs: number;
  }) => Promise<BrowserLogin>;
  /** A new UUID. */
  readonly newId: () => string;
}

/**
 * The login of this process, which all its connections share: who is logged in, and the one login in the browser that
 * may be pending. What changes the login waits for its turn, and gives what has to be told once its answer has left.
 */
export interface AccountDesk {
  readonly account: Pick<Account, "current">;
  /** Where a login is kept, for as long as the process lives. */
  readonly storeKind: StoreKind;
  /** @throws AuthError. */
  refresh(): Promise<void>;
  /** Stores a key; drops a pending login. @throws AuthError `emptyApiKey`, `unwritable`. */
  loginWithApiKey(apiKey: string): Promise<readonly AccountNotification[]>;
  /** Begins a login, in place of a pending one; its end is told by itself. @throws AuthError `loginServer`. */
  startLogin(workspaceId: string | null): Promise<StartedLogin>;
  /** Drops the pending login; null when it is another one. */
  cancelLogin(loginId: string): Promise<readonly AccountNotification[] | null>;
  /** Forgets the login, and drops a pending one. @throws AuthError `unwritable`. */
  logout(): Promise<readonly AccountNotification[]>;
  /** Tells everybody who listens. */
  tell(notifications: readonly AccountNotification[]): void;
  /** Returns what ends it. */
  subscribe(listener: (notification: AccountNotification) => void): () => void;
  /** Drops a pending login without a word. Idempotent. */
  close(): Promise<void>;
}

export interface StartedLogin {
  readonly loginId: string;
  readonly authUrl: string;
  /** Of the login that it took the place of. */
  readonly told: readonly AccountNotification[];
}

interface PendingLogin {
  readonly id: string;
  readonly login: BrowserLogin;
}

export function createAccountDesk({ account, storeKind, refresh, startLogin, newId }: AccountDeskOptions): AccountDesk {
  const listeners = new Set<(notification: AccountNotification) => void>();
  let pending: PendingLogin | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
  const tell = (notifications: readonly AccountNotification[]): void => {
    for (const notification of notifications) for (const listener of listeners) listener(notification);
  };
  const updated = async (): Promise<AccountNotification> => {
    const credentials = await account.current();
    return { method: "account/updated", params: { authMode: credentials === null ? null : authMode(credentials) } };
  };

  const drop = async (): Promise<readonly AccountNotification[]> => {
    const dropped = pending;
    if (dropped === null) return [];
    pending = null;
    await dropped.login.cancel();
    return [await describeEnd(dropped)];
  };
  /** Runs work after a pending login was dropped; when it fails, nobody else would tell that. */
  const replacing = <T>(work: (dropped: readonly AccountNotification[]) => Promise<T>): Promise<T> =>
    inTurn(async () => {
      const dropped = await drop();
      try {
        return await work(dropped);
      } catch (error) {
        tell(dropped);
        throw error;
      }
    });
  const tellEnd = async (entry: PendingLogin): Promise<void> => {
    const end = await describeEnd(entry);
    if (pending !== entry) return; // dropped: told by who did that
    pending = null;
    tell(end.params.success ? [end, await updated()] : [end]);
  };

  return {
    account,
    storeKind,
    refresh,
    tell,
    loginWithApiKey: (apiKey) =>
      replacing(async (dropped) => {
        await apiKeyLogin(account, { apiKey });
        return [...dropped, loginCompleted({ loginId: null, error: null }), await updated()];
      }),
    startLogin: (workspaceId) =>
      replacing(async (told) => {
        const login = await startLogin({ workspaceId, timeoutMs: LOGIN_TIMEOUT_MS });
        const entry = { id: newId(), login };
        pending = entry;
        void tellEnd(entry);
        return { loginId: entry.id, authUrl: login.authUrl, told };
      }),
    cancelLogin: (loginId) => inTurn(async () => (pending?.id === loginId ? drop() : null)),
    logout: () =>
      replacing(async (dropped) => {
        await account.logout();
        return [await updated(), ...dropped];
      }),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => inTurn(async () => void (await drop())),
  };
}

type LoginCompleted = Extract<AccountNotification, { method: "account/login/completed" }>;

function loginCompleted({ loginId, error }: { loginId: string | null; error: string | null }): LoginCompleted {
  return { method: "account/login/completed", params: { loginId, success: error === null, error } };
}

/** Waits for the end of a login. */
async function describeEnd({ id, login }: PendingLogin): Promise<LoginCompleted> {
  const error = await login.completed.then(() => null, describeFailure);
  return loginCompleted({ loginId: id, error });
}

function describeFailure(error: unknown): string {
  if (!(error instanceof AuthError)) return `Login server error: ${String(error)}`;
  return error.failure.kind === "loginTimedOut" ? error.message : `Login server error: ${error.message}`;
}

/** How credentials are called on the wire. */
function authMode(credentials: Credentials): AuthMode | null {
  switch (loginMethod(credentials)) {
    case "apiKey":
      return "apikey";
    case "chatgpt":
      return "chatgpt";
    case null:
      return null;
  }
}
