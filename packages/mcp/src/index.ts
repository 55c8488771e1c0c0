/** MCP servers: connections, their tools by the names that models call, questions to people. */
export type { McpCallResult, McpTool, ResourceKind, ResourcePage, TokenProvider } from "./connection/connection.ts";
export type { Elicitation, ElicitationAnswer } from "./elicitation/elicitation.ts";
export type { McpAuthStatus } from "./auth-status.ts";
export type { JsonObject } from "./json.ts";
export { createMcpLogins, type McpLogin, type McpLogins } from "./oauth/oauth.ts";
export type { WebFetch } from "./web-fetch.ts";
export type { TokenKeyring, TokenStoreKind } from "./oauth/token-store.ts";
export { McpError, type McpFailure } from "./mcp-error.ts";
export type { HttpTransportConfig, McpServerConfig, McpServerConfigs, StdioTransportConfig } from "./server-config.ts";
export type { McpServerStatus } from "./servers/server.ts";
export {
  createMcpServers,
  type McpCall,
  type McpServers,
  type McpServersOptions,
  type McpServerState,
  type NamedTool,
} from "./servers/servers.ts";
export { toParameters } from "./tools/input-schema.ts";
