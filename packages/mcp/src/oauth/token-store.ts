import type { TokenRecord } from "./token-record.ts";

/** Does work while no other process does such work on the same file. */
export type WithLock = <T>(path: string, work: () => Promise<T>) => Promise<T>;

/** The logins of a home. Every method throws McpError `badStore` or `badKeyring` when they cannot be reached. */
export interface TokenStore {
  load(server: string, url: string): Promise<TokenRecord | null>;
  save(record: TokenRecord): Promise<void>;
  /** Whether there was one. */
  remove(server: string, url: string): Promise<boolean>;
  /** Does work on one login while no other process does; within it, what others have stored is seen. */
  whileAlone<T>(server: string, url: string, work: () => Promise<T>): Promise<T>;
}

/** Where logins are kept, as `mcp_oauth_credentials_store` has it. */
export type TokenStoreKind = "auto" | "file" | "keyring";

/** Secrets by account. Each call may fail: the keyring may be locked, or not there. */
export interface TokenKeyring {
  /** Null when there is no such entry. */
  get(account: string): Promise<string | null>;
  set(account: string, secret: string): Promise<void>;
  /** Whether there was an entry. */
  remove(account: string): Promise<boolean>;
}
