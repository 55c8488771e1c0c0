/** Credentials: the stored login and which token a model request uses. */
export { apiKeyLogin, createAccount, maskApiKey, type Account } from "./account.ts";
export { AuthError, type AuthFailure } from "./auth-error.ts";
export { loginMethod, type ChatGptTokens, type Credentials } from "./credentials.ts";
export { authPath, createFileStore, readAuth, removeAuth, writeAuth } from "./file-store.ts";
export type { CredentialStore } from "./store.ts";
export {
  createTokenSource,
  environmentApiKey,
  type Token,
  type TokenSource,
  type TokenSourceOptions,
} from "./token-source.ts";
