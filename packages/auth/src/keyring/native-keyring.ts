import type { AsyncEntry } from "@napi-rs/keyring";
import type { Keyring } from "./keyring.ts";

/** The keyring through the optional native module; null where it is not installed, or not for this system. */
export async function nativeKeyring(service: string): Promise<Keyring | null> {
  try {
    const { AsyncEntry: Entry } = await import("@napi-rs/keyring");
    const entry = (account: string): AsyncEntry => new Entry(service, account);
    return {
      get: async (account) => (await entry(account).getPassword()) ?? null,
      set: (account, secret) => entry(account).setPassword(secret),
      remove: async (account) => {
        const there = entry(account);
        if ((await there.getPassword()) === undefined) return false;
        await there.deletePassword();
        return true;
      },
    };
  } catch {
    return null;
  }
}
