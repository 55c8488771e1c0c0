/** The keyring of the person's session: secrets by account, all of them under the name of one service. */
export interface Keyring {
  /** Null when there is no such entry. @throws Error when the keyring cannot be reached. */
  get(account: string): Promise<string | null>;
  set(account: string, secret: string): Promise<void>;
  /** @returns whether there was an entry. */
  remove(account: string): Promise<boolean>;
}

/** The service under which the login is kept. Source: authentication spec, section 2. */
export const KEYRING_SERVICE = "Heddle Auth";
