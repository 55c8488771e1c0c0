import type { ConfigTable, McpServerTable } from "../schema/fields/root.ts";
import type { McpServerSettings } from "./resolved-config.ts";

const DEFAULT_STARTUP_MS = 10_000;
const DEFAULT_TOOL_SECONDS = 60;

/** The servers of `[mcp_servers]`, the ones that are turned off too. */
export function resolveMcpServers(servers: ConfigTable["mcp_servers"]): Record<string, McpServerSettings> {
  return Object.fromEntries(Object.entries(servers ?? {}).map(([name, table]) => [name, resolveServer(table)]));
}

function resolveServer(table: McpServerTable): McpServerSettings {
  const startupSeconds = table.startup_timeout_sec;
  return {
    transport: resolveTransport(table),
    enabled: table.enabled ?? true,
    startupTimeoutMs:
      startupSeconds === undefined ? (table.startup_timeout_ms ?? DEFAULT_STARTUP_MS) : startupSeconds * 1000,
    toolTimeoutMs: (table.tool_timeout_sec ?? DEFAULT_TOOL_SECONDS) * 1000,
    enabledTools: table.enabled_tools ?? null,
    disabledTools: table.disabled_tools ?? [],
    toolApproval: table.default_tools_approval_mode ?? "approve",
  };
}

function resolveOauth({ client_id, client_secret_env_var, callback_port }: NonNullable<McpServerTable["oauth"]>) {
  return {
    clientId: client_id,
    clientSecretEnvVar: client_secret_env_var ?? null,
    callbackPort: callback_port ?? null,
  };
}

function resolveTransport(table: McpServerTable): McpServerSettings["transport"] {
  if (table.command !== undefined) {
    return {
      type: "stdio",
      command: table.command,
      args: table.args ?? [],
      env: table.env ?? null,
      envVars: table.env_vars ?? [],
      cwd: table.cwd ?? null,
    };
  }
  return {
    type: "http",
    url: table.url ?? "", // there, or the check of the servers would have failed
    bearerTokenEnvVar: table.bearer_token_env_var ?? null,
    httpHeaders: table.http_headers ?? null,
    envHttpHeaders: table.env_http_headers ?? null,
    oauth: table.oauth === undefined ? null : resolveOauth(table.oauth),
  };
}
