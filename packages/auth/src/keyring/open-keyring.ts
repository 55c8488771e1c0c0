import type { Keyring } from "./keyring.ts";

/**
 * The keyring of this system, for the entries of one service: by the optional native module, else by the system's own
 * program. Null where there is neither. Nothing of it is loaded before.
 */
export async function openKeyring(
  service: string,
  on: { readonly env: Readonly<Record<string, string | undefined>>; readonly platform: NodeJS.Platform },
): Promise<Keyring | null> {
  const { nativeKeyring } = await import("./native-keyring.ts");
  const native = await nativeKeyring(service);
  if (native !== null) return native;
  const { programKeyring } = await import("./program-keyring.ts");
  return programKeyring(service, on);
}
