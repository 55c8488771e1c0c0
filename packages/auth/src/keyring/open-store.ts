import type { CredentialStore } from "../store.ts";
import { createStore, type StoreKind } from "./keyring-store.ts";
import { KEYRING_SERVICE } from "./keyring.ts";
import { openKeyring } from "./open-keyring.ts";

/** The store of a home, with the keyring of this system, which is loaded when it is first asked for. */
export function openStore(options: {
  readonly home: string;
  readonly kind: StoreKind;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}): CredentialStore {
  const { home, kind, env, platform } = options;
  return createStore({ home, kind, openKeyring: () => openKeyring(KEYRING_SERVICE, { env, platform }) });
}
