import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { AuthError } from "../auth-error.ts";
import { decodeCredentials, encodeCredentials } from "../credentials.ts";
import { createFileStore } from "../file-store.ts";
import type { CredentialStore } from "../store.ts";
import { KEYRING_SERVICE, type Keyring } from "./keyring.ts";

/** As `cli_auth_credentials_store` has it. */
export type StoreKind = "file" | "keyring" | "auto";

/**
 * The store of a home. `keyring`: the keyring alone, whose errors surface; `auto`: the keyring, and the file where that
 * does not work; `file`: the file. Source: authentication spec, section 2.
 * @param options.openKeyring called when the keyring is first needed; null when this system has none.
 */
export function createStore(options: {
  readonly home: string;
  readonly kind: StoreKind;
  readonly openKeyring: () => Promise<Keyring | null>;
}): CredentialStore {
  const { home, kind } = options;
  const file = createFileStore(home);
  if (kind === "file") return file;
  const entry = lazyEntry(options);
  const keyring: CredentialStore = {
    async load() {
      const text = await (await entry()).get();
      if (text === null) return null;
      const decoded = decodeCredentials(text);
      if (!decoded.ok) throw new AuthError({ kind: "invalid", file: NAME, reason: decoded.reason });
      return decoded.credentials;
    },
    async save(credentials) {
      await (await entry()).set(encodeCredentials(credentials));
      await file.remove(); // what is in the keyring must not lie about in a file, too
    },
    async remove() {
      const [fromKeyring, fromFile] = [await (await entry()).remove(), await file.remove()];
      return fromKeyring || fromFile;
    },
  };
  return kind === "keyring" ? keyring : withFallback(keyring, file);
}

const NAME = `the keyring entry "${KEYRING_SERVICE}"`;

/** What the keyring does not have, or cannot do, the file has or does. */
function withFallback(keyring: CredentialStore, file: CredentialStore): CredentialStore {
  return {
    load: async () => (await keyring.load().catch(ofAuth(null))) ?? file.load(),
    async save(credentials) {
      const failed = await keyring.save(credentials).then(() => false, ofAuth(true));
      if (failed) await file.save(credentials);
    },
    async remove() {
      const fromKeyring = await keyring.remove().catch(ofAuth(false));
      return (await file.remove()) || fromKeyring;
    },
  };
}

/** Takes a failure of the store as this value; bugs are none. */
function ofAuth<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof AuthError) return value;
    throw error;
  };
}

interface Entry {
  get(): Promise<string | null>;
  set(secret: string): Promise<void>;
  remove(): Promise<boolean>;
}

/** The entry of a home; every failure of the keyring is an `AuthError` that says what to do. */
function lazyEntry(options: {
  readonly home: string;
  readonly openKeyring: () => Promise<Keyring | null>;
}): () => Promise<Entry> {
  let opened: Promise<Entry> | null = null;
  const open = async (): Promise<Entry> => {
    const keyring = await options.openKeyring();
    if (keyring === null) {
      const reason = 'this system has none that Heddle can reach; set cli_auth_credentials_store = "file"';
      throw new AuthError({ kind: "unreadable", file: "the keyring", reason });
    }
    const account = await accountOf(options.home);
    const guarded = async <T>(kind: "unreadable" | "unwritable", work: Promise<T>): Promise<T> => {
      try {
        return await work;
      } catch (cause) {
        const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
        throw new AuthError({ kind, file: "the keyring", reason }, { cause });
      }
    };
    return {
      get: () => guarded("unreadable", keyring.get(account)),
      set: (secret) => guarded("unwritable", keyring.set(account, secret)),
      remove: () => guarded("unwritable", keyring.remove(account)),
    };
  };
  return () => (opened ??= open());
}

/** An entry for each home, however it is reached. */
async function accountOf(home: string): Promise<string> {
  const path = await realpath(home).catch(() => home);
  return `cli|${createHash("sha256").update(path).digest("hex").slice(0, 16)}`;
}
