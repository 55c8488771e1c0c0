import { waitForLockFile } from "@heddle/config";
import { createMcpLogins, type McpLogins } from "@heddle/mcp";

/** How long another process may have a login in its hands, in milliseconds: renewing takes a few requests. */
const WAIT_MS = 30_000;

/** The logins of a home at MCP servers; one process at a time changes or renews one. */
export function mcpLoginsOf(home: string, env: Readonly<Record<string, string | undefined>>): McpLogins {
  return createMcpLogins({
    home,
    env,
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
}
