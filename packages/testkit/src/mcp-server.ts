import { fileURLToPath } from "node:url";

/**
 * A program that is an MCP server on stdio, with a tool for everything that a server can do well or badly: `echo`, `fail`,
 * `throw`, `image`, `env`, `progress`, `ask`, `grow`, `hang`, `die`, `flood`, `seen`; resources below `s://`.
 */
export interface McpProgram {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * @param mode `plain`; `paged` or `endless` lists; `odd` tools; `broken-json`; `silent`; `exits`; `stubborn`; `grandchild`,
 * whose process id goes to `file`; `die-once`, which lives through `die` once `file` is there.
 */
export function scriptedMcpServer(mode = "plain", file = ""): McpProgram {
  const script = fileURLToPath(new URL("scripted-mcp-server.mjs", import.meta.url));
  return { command: process.execPath, args: [script, mode, file] };
}

/** The lines of a configuration that run it as the server `name`; `more` are further lines of its table. */
export function mcpServerConfig(name: string, { command, args }: McpProgram, more = ""): string {
  return `[mcp_servers.${name}]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\n${more}\n`;
}
