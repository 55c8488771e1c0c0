import { readIdClaims, type Credentials } from "@heddle/auth";
import { cancelLogin, currentLogin, loadConfig, logout, startLogin } from "../handlers/account.ts";
import type { Session } from "../session.ts";
import { legacyClient } from "./client.ts";
import { readUuid } from "./conversation-id.ts";
import type { LegacyHandler } from "./handler.ts";

/** `loginApiKey`. */
export const loginApiKey: LegacyHandler<"loginApiKey"> = async ({ apiKey }, call) => {
  legacyClient(call.session).usesAccounts = true;
  await startLogin({ type: "apiKey", apiKey }, call);
  return {};
};

/** `loginChatGpt`: the client opens the address; the end is told by `loginChatGptComplete`. */
export const loginChatGpt: LegacyHandler<"loginChatGpt"> = async (_, call) => {
  legacyClient(call.session).usesAccounts = true;
  const started = await startLogin({ type: "chatgpt" }, call);
  if (started.type !== "chatgpt") throw new Error("a login in the browser has begun as another one");
  const { loginId, authUrl } = started;
  return { loginId, authUrl };
};

/** `cancelLoginChatGpt`. */
export const cancelLoginChatGpt: LegacyHandler<"cancelLoginChatGpt"> = ({ loginId }, call) => {
  const id = readUuid(loginId);
  legacyClient(call.session).usesAccounts = true;
  return cancelLogin({ loginId: id }, call);
};

/** `logoutChatGpt`: also for an API key. */
export const logoutChatGpt: LegacyHandler<"logoutChatGpt"> = (_, call) => {
  legacyClient(call.session).usesAccounts = true;
  return logout(undefined, call);
};

/** `getAuthStatus`: the token is told only to who asks for it. */
export const getAuthStatus: LegacyHandler<"getAuthStatus"> = async ({ includeToken, refreshToken }, { session }) => {
  const { host, front } = session;
  if (!host.usesLogin(await loadConfig(session))) {
    return { authMethod: null, authToken: null, requiresOpenaiAuth: false };
  }
  if (refreshToken === true) {
    await host.accounts.refresh().catch((error) => front.warn(`the login was not refreshed: ${String(error)}`));
  }
  const token = tokenOf(await currentLogin(session));
  return {
    authMethod: token?.method ?? null,
    authToken: includeToken === true ? (token?.text ?? null) : null,
    requiresOpenaiAuth: true,
  };
};

/** `userInfo`: as the identity service has written it. */
export const userInfo: LegacyHandler<"userInfo"> = async (_, { session }) => {
  return { allegedUserEmail: await emailOf(session) };
};

async function emailOf(session: Session): Promise<string | null> {
  const tokens = (await currentLogin(session))?.tokens ?? null;
  return tokens === null ? null : (readIdClaims(tokens.idToken)?.email ?? null);
}

/** What requests would be sent with; null when there is nothing, or nothing in it. */
function tokenOf(login: Credentials | null): { readonly method: "apikey" | "chatgpt"; readonly text: string } | null {
  if (login === null) return null;
  const method = login.apiKey === null ? "chatgpt" : "apikey";
  const text = login.apiKey ?? login.tokens?.accessToken ?? "";
  return text === "" ? null : { method, text };
}
