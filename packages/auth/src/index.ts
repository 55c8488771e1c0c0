/** Credentials: the stored login, how to log in, and which token a model request uses. */
export { apiKeyLogin, createAccount, maskApiKey, type Account } from "./account.ts";
export { AuthError, type AuthFailure, type RefreshRefusal } from "./auth-error.ts";
export { loginMethod, type ChatGptTokens, type Credentials } from "./credentials.ts";
export { authPath, createFileStore, readAuth, removeAuth, writeAuth } from "./file-store.ts";
export type { BrowserLogin, BrowserLoginOptions } from "./login/browser-login.ts";
export { readIdClaims, type IdClaims } from "./login/claims.ts";
export type { Fetch, FetchAnswer } from "./login/http.ts";
export { issuerOf, type Issuer } from "./login/issuer.ts";
export type { DeviceCode, DeviceLoginOptions } from "./login/device-login.ts";
export { deviceLogin, startBrowserLogin } from "./login/lazy.ts";
export { enforceRestrictions, type LoginRestrictions } from "./restrictions.ts";
export { createRefresh, type RefreshOptions } from "./login/refresh.ts";
export type { Keyring } from "./keyring/keyring.ts";
export { createStore, type StoreKind } from "./keyring/keyring-store.ts";
export { openKeyring } from "./keyring/open-keyring.ts";
export { openStore } from "./keyring/open-store.ts";
export type { CredentialStore } from "./store.ts";
export {
  createTokenSource,
  environmentApiKey,
  type Token,
  type TokenSource,
  type TokenSourceOptions,
} from "./token-source.ts";
