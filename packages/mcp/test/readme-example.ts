import { createMcpServers, type McpCallResult, type McpServerConfig } from "@heddle/mcp";

/** Starts one server, calls one of its tools and ends it. */
export async function callOnce(config: McpServerConfig, tool: string): Promise<McpCallResult> {
  const { signal } = new AbortController();
  const servers = createMcpServers({
    configs: { mine: config },
    clientVersion: "0.1.0",
    env: { PATH: process.env["PATH"] },
    cwd: process.cwd(),
    log: () => {},
    onStatus: () => {},
    onWarning: () => {},
    elicit: () => Promise.resolve({ action: "cancel" }),
  });
  try {
    servers.start();
    await servers.settled(signal);
    return await servers.call({ server: "mine", tool, arguments: null, signal });
  } finally {
    await servers.close();
  }
}
