import { openKeyring } from "@heddle/auth";
import { waitForLockFile } from "@heddle/config";
import type { McpLoginsOf } from "@heddle/core";
import { createMcpLogins, type McpLogins } from "@heddle/mcp";
import { createWebFetch } from "@heddle/models";

/** How long another process may have a login in its hands, in milliseconds: renewing takes a few requests. */
const WAIT_MS = 30_000;

/** The name under which a keyring has the logins. Source: MCP spec, section B3. */
const SERVICE = "Heddle MCP Credentials";

/** The logins of a home at MCP servers, by where they are kept; one process at a time changes or renews one. */
export function mcpLoginsOf(home: string, env: Readonly<Record<string, string | undefined>>): McpLoginsOf {
  const made = new Map<string, McpLogins>();
  return (store) => {
    const known = made.get(store);
    if (known !== undefined) return known;
    const logins = createMcpLogins({
      home,
      env,
      fetch: createWebFetch(env),
      store,
      openKeyring: () => openKeyring(SERVICE, { env, platform: process.platform }),
      now: () => Date.now(),
      async withLock(path, work) {
        const lock = await waitForLockFile(path, { waitMs: WAIT_MS });
        try {
          return await work();
        } finally {
          await lock.release();
        }
      },
    });
    made.set(store, logins);
    return logins;
  };
}
