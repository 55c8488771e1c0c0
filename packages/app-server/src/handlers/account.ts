import { AuthError, readIdClaims, type Credentials } from "@heddle/auth";
import type { ResolvedConfig } from "@heddle/config";
import { readPlanType } from "@heddle/core";
import { internalError, invalidRequest, type Account } from "@heddle/protocol";
import type { Session } from "../session.ts";
import type { AccountDesk } from "./account-desk.ts";
import type { Handler } from "./handler.ts";

/** `account/read`: who is logged in, as far as the provider asks for it. */
export const readAccount: Handler<"account/read"> = async ({ refreshToken }, { session }) => {
  const { host, front } = session;
  if (!host.usesLogin(await loadConfig(session))) return { account: null, requiresOpenaiAuth: false };
  if (refreshToken) {
    await host.accounts.refresh().catch((error) => front.warn(`the login was not refreshed: ${describe(error)}`));
  }
  const credentials = await currentLogin(session);
  return { account: credentials === null ? null : viewAccount(credentials), requiresOpenaiAuth: true };
};

/** `account/login/start`: a key is stored at once; a login in the browser has only begun. */
export const startLogin: Handler<"account/login/start"> = async (params, { session, afterAnswer }) => {
  const { accounts } = session.host;
  const config = await loadConfig(session);
  switch (params.type) {
    case "apiKey": {
      if (config.forcedLoginMethod === "chatgpt") throw refused({ kind: "loginDisabled", method: "api" });
      requireKeyring(config, accounts, "failed to save api key");
      const told = await accounts.loginWithApiKey(params.apiKey).catch((error) => {
        throw toRpcError(error, "failed to save api key");
      });
      afterAnswer(() => accounts.tell(told));
      return { type: "apiKey" };
    }
    case "chatgpt": {
      if (config.forcedLoginMethod === "api") throw refused({ kind: "loginDisabled", method: "chatgpt" });
      requireKeyring(config, accounts, "failed to start login server");
      const started = await accounts.startLogin(config.forcedChatgptWorkspaceId).catch((error) => {
        throw toRpcError(error, "failed to start login server");
      });
      const { loginId, authUrl, told } = started;
      afterAnswer(() => accounts.tell(told));
      return { type: "chatgpt", loginId, authUrl };
    }
  }
};

/** `account/login/cancel`: its end is told like every other. */
export const cancelLogin: Handler<"account/login/cancel"> = async ({ loginId }, { session, afterAnswer }) => {
  const { accounts } = session.host;
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(loginId)) {
    throw invalidRequest(`invalid login id: ${loginId}`);
  }
  const told = await accounts.cancelLogin(loginId.toLowerCase());
  if (told === null) throw invalidRequest(`login id not found: ${loginId}`);
  afterAnswer(() => accounts.tell(told));
  return {};
};

/** `account/logout`: also when nobody is logged in. */
export const logout: Handler<"account/logout"> = async (_, { session, afterAnswer }) => {
  const { accounts } = session.host;
  const told = await accounts.logout().catch((error) => {
    throw toRpcError(error, "logout failed");
  });
  afterAnswer(() => accounts.tell(told));
  return {};
};

/** The stored login; null when there is none. @throws RpcError when the store cannot be read. */
export async function currentLogin({ host }: Session): Promise<Credentials | null> {
  try {
    return await host.accounts.account.current();
  } catch (error) {
    throw toRpcError(error, "failed to read the login");
  }
}

/** The configuration as a thread would have it now. @throws RpcError when it is wrong. */
export async function loadConfig({ host }: Session): Promise<ResolvedConfig> {
  try {
    return await host.loadConfig({});
  } catch (error) {
    throw toRpcError(error, "failed to load configuration");
  }
}

function viewAccount({ apiKey, tokens }: Credentials): Account | null {
  if (apiKey !== null) return { type: "apiKey" };
  if (tokens === null) return null;
  const { email = null, planType = null } = readIdClaims(tokens.idToken) ?? {};
  if (email === null || planType === null) {
    throw invalidRequest("email and plan type are required for chatgpt authentication");
  }
  return { type: "chatgpt", email, planType: readPlanType(planType) };
}

/** A person who asks for the keyring after the start of this process must not find the key in a file. */
function requireKeyring({ authCredentialsStore }: ResolvedConfig, { storeKind }: AccountDesk, doing: string): void {
  if (authCredentialsStore !== "keyring" || storeKind === "keyring") return;
  throw internalError(
    `${doing}: cli_auth_credentials_store is "keyring", and this process does not keep logins there; start it again`,
  );
}

function refused(failure: AuthError["failure"]): Error {
  return invalidRequest(new AuthError(failure).message);
}

function toRpcError(error: unknown, doing: string): Error {
  if (error instanceof AuthError && error.failure.kind === "emptyApiKey") return invalidRequest(error.message);
  return internalError(`${doing}: ${describe(error)}`, { cause: error });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
