import type { ResolvedConfig } from "@heddle/config";
import type { McpLogins } from "@heddle/mcp";

/** The logins at MCP servers, by where they are kept. */
export type McpLoginsOf = (store: ResolvedConfig["mcpOauthCredentialsStore"]) => McpLogins;

/** Why nobody can log in at a server under this configuration; null when they can. */
export function whyNoMcpLogin(config: ResolvedConfig): string | null {
  if (config.features.rmcp_client) return null;
  return "OAuth login is only supported when [features].rmcp_client is true in config.toml";
}
