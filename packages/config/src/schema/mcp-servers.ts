import type { Problem } from "./check.ts";
import type { McpServerTable } from "./fields/root.ts";

const STDIO_KEYS = ["args", "env", "env_vars", "cwd"];
const HTTP_KEYS = ["url", "bearer_token_env_var", "http_headers", "env_http_headers", "oauth"];

/** Finds servers whose keys do not make one transport. Source: configuration spec, section 3. */
export function checkMcpServers(servers: Readonly<Record<string, McpServerTable>>): readonly Problem[] {
  return Object.entries(servers).flatMap(([name, server]) => {
    const problem = (reason: string, ...key: string[]): Problem => ({
      kind: "value",
      path: ["mcp_servers", name, ...key],
      reason,
    });
    if ("bearer_token" in server) {
      const reason = `mcp_servers.${name} uses unsupported \`bearer_token\`; set \`bearer_token_env_var\`.`;
      return [problem(reason, "bearer_token")];
    }
    if (server.command !== undefined) {
      return HTTP_KEYS.filter((key) => key in server).map((key) => problem(`${key} is not supported for stdio`, key));
    }
    if (server.url !== undefined) {
      return STDIO_KEYS.filter((key) => key in server).map((key) =>
        problem(`${key} is not supported for streamable_http`, key),
      );
    }
    return [problem("invalid transport")];
  });
}
