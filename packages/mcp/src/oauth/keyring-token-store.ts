import { McpError } from "../mcp-error.ts";
import { decodeEntry, encodeEntry, recordKey, type TokenRecord } from "./token-record.ts";
import type { TokenKeyring, TokenStore } from "./token-store.ts";

/** How long an entry is not asked for again: each request to a server looks for its login, and a keyring may take a process. */
const FRESH_MS = 5_000;

/**
 * The store in the keyring. `keyring`: there alone, and its failures surface; `auto`: what it does not have, or cannot do,
 * the file has or does. What is saved in the keyring is taken out of the file. Source: MCP spec, section B3.
 * @param options.open called when the keyring is first needed; null when this system has none.
 */
export function createKeyringTokenStore(options: {
  readonly kind: "auto" | "keyring";
  readonly file: TokenStore;
  readonly open: () => Promise<TokenKeyring | null>;
  readonly now: () => number;
}): TokenStore {
  const { kind, file, open, now } = options;
  let opened: Promise<TokenKeyring | null> | null = null;
  const known = new Map<string, { readonly at: number; readonly record: Promise<TokenRecord | null> }>();

  const reach = async <T>(use: (keyring: TokenKeyring) => Promise<T>): Promise<T> => {
    try {
      opened ??= open();
      const keyring = await opened;
      if (keyring !== null) return await use(keyring);
    } catch (cause) {
      const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
      throw new McpError({ kind: "badKeyring", reason }, { cause });
    }
    throw new McpError({ kind: "badKeyring", reason: "this system has none that Heddle can reach" });
  };
  const read = async (key: string): Promise<TokenRecord | null> => {
    const text = await reach((keyring) => keyring.get(key));
    return text === null ? null : decodeEntry(text);
  };
  const load = (server: string, url: string): Promise<TokenRecord | null> => {
    const key = recordKey(server, url);
    const last = known.get(key);
    if (last !== undefined && now() - last.at < FRESH_MS) return last.record;
    const record = kind === "keyring" ? read(key) : read(key).catch(ofKeyring(null));
    known.set(key, { at: now(), record });
    return record;
  };

  return {
    async load(server, url) {
      const record = await load(server, url);
      return record === null && kind === "auto" ? file.load(server, url) : record;
    },
    async save(record) {
      const { serverName, serverUrl } = record;
      const key = recordKey(serverName, serverUrl);
      known.delete(key);
      const saving = reach((keyring) => keyring.set(key, encodeEntry(record, now()))).then(() => true);
      const saved = await (kind === "keyring" ? saving : saving.catch(ofKeyring(false)));
      if (saved) await file.remove(serverName, serverUrl); // what is in the keyring must not lie about in a file, too
      else await file.save(record);
    },
    async remove(server, url) {
      const key = recordKey(server, url);
      known.delete(key);
      // One that cannot even be read has nothing that we could leave behind; one that can has to let go of it.
      const there = reach((keyring) => keyring.get(key)).then((text) => text !== null);
      const fromKeyring =
        (await (kind === "keyring" ? there : there.catch(ofKeyring(false)))) &&
        (await reach((keyring) => keyring.remove(key)));
      return (await file.remove(server, url)) || fromKeyring;
    },
    whileAlone: (server, url, work) =>
      file.whileAlone(server, url, () => {
        known.delete(recordKey(server, url));
        return work();
      }),
  };
}

/** Takes a keyring that cannot be used as this value; other failures are none of it. */
function ofKeyring<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof McpError && error.failure.kind === "badKeyring") return value;
    throw error;
  };
}
