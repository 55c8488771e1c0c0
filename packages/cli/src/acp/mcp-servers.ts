import type { McpServer } from "@agentclientprotocol/sdk";
import type { JsonValue } from "@heddle/protocol";

/**
 * The configuration of a thread for the MCP servers that an editor brings along, by their names as the configuration can
 * have them. Servers over SSE are left out: nobody speaks it any more, and it was not offered.
 */
export function toServerConfig(servers: readonly McpServer[]): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    servers.flatMap((server): [string, JsonValue][] => {
      const key = `mcp_servers.${server.name.replace(/[^a-zA-Z0-9_-]+/g, "_")}`;
      if (!("type" in server)) {
        const { command, args, env } = server;
        return [[key, { command, args: [...args], env: pairs(env) }]];
      }
      return server.type === "http" ? [[key, { url: server.url, http_headers: pairs(server.headers) }]] : [];
    }),
  );
}

function pairs(list: readonly { readonly name: string; readonly value: string }[]): Record<string, string> {
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}
