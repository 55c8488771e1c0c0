import type { CredentialStore } from "../store.ts";
import { createStore, type StoreKind } from "./keyring-store.ts";

/**
 * The store of a home, with the keyring of this system: the optional native module, else the system's own program.
 * Neither is loaded before a keyring is asked for.
 */
export function openStore(options: {
  readonly home: string;
  readonly kind: StoreKind;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}): CredentialStore {
  const { home, kind, env, platform } = options;
  return createStore({
    home,
    kind,
    async openKeyring() {
      const { nativeKeyring } = await import("./native-keyring.ts");
      const native = await nativeKeyring();
      if (native !== null) return native;
      const { programKeyring } = await import("./program-keyring.ts");
      return programKeyring(platform, env);
    },
  });
}
