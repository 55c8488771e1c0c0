import type { Credentials } from "./credentials.ts";

/** Where the login of one home is kept. */
export interface CredentialStore {
  /** Null when nobody is logged in. @throws AuthError `invalid`, `unreadable`. */
  load(): Promise<Credentials | null>;
  /** Replaces what is there. @throws AuthError `unwritable`. */
  save(credentials: Credentials): Promise<void>;
  /** @returns whether there was anything. @throws AuthError `unwritable`. */
  remove(): Promise<boolean>;
}
