import type { ResolvedConfig } from "@heddle/config";

/**
 * Whether logins at MCP servers are used. They are kept in a file: a configuration that insists on the system's keyring has
 * none, instead of one that lies where it must not.
 */
export function usesMcpLogins({ features, mcpOauthCredentialsStore }: ResolvedConfig): boolean {
  return features.rmcp_client && mcpOauthCredentialsStore !== "keyring";
}

/** Why nobody can log in at a server under this configuration; null when they can. */
export function whyNoMcpLogin(config: ResolvedConfig): string | null {
  if (usesMcpLogins(config)) return null;
  return config.features.rmcp_client
    ? 'logins at MCP servers cannot be kept in the keyring; set mcp_oauth_credentials_store to "auto" or "file"'
    : "OAuth login is only supported when [features].rmcp_client is true in config.toml";
}
