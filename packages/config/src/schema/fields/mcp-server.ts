import { choice, flag, integer, list, map, number, table, text } from "../field.ts";

/**
 * `[mcp_servers.<name>]`: keys of both transports; which go together is checked by `mcp-servers.ts`.
 * Source: configuration spec, section 3.
 */
export const mcpServerField = table(
  {
    command: text({ doc: "The program of a server on stdio." }),
    args: list(text({ doc: "An argument." }), { doc: "Its arguments.", default: "[]" }),
    env: map(text({ doc: "Value of the variable." }), { keyName: "name", doc: "Environment variables to set for it." }),
    env_vars: list(text({ doc: "Name of a variable." }), {
      doc: "Environment variables to pass on to it.",
      default: "[]",
    }),
    cwd: text({ doc: "Its working directory.", default: "that of the process" }),
    url: text({ doc: "The URL of a server on streamable HTTP." }),
    bearer_token_env_var: text({ doc: "Environment variable that holds the bearer token." }),
    http_headers: map(text({ doc: "Value of the header." }), { keyName: "name", doc: "Headers of each request." }),
    env_http_headers: map(text({ doc: "Name of the variable." }), {
      keyName: "name",
      doc: "Headers whose values are read from environment variables.",
    }),
    oauth: table(
      {
        client_id: text({ doc: "The id of a client that the authorization server knows.", required: true }),
        client_secret_env_var: text({ doc: "Environment variable that holds the client's secret.", default: "none" }),
        callback_port: integer({
          doc: "Port of this machine to which the browser comes back, at `/callback`.",
          default: "a free one",
          min: 1,
          max: 65_535,
        }),
      },
      { doc: "A client for logins at a server that registers none by itself." },
    ),
    enabled: flag({ doc: "Whether the server is used.", default: "true" }),
    startup_timeout_sec: number({ doc: "How long the start may take, in seconds.", default: "10" }),
    startup_timeout_ms: integer({ doc: "The same in milliseconds; counts only without `startup_timeout_sec`." }),
    tool_timeout_sec: number({ doc: "How long one tool call may take, in seconds.", default: "60" }),
    enabled_tools: list(text({ doc: "Name of a tool." }), { doc: "Only these tools are offered." }),
    default_tools_approval_mode: choice(["approve", "auto", "prompt"], {
      doc: "Which calls are asked about: none (`approve`), those of tools that the server marks as destructive (`auto`), all (`prompt`).",
      default: '"approve"',
    }),
    disabled_tools: list(text({ doc: "Name of a tool." }), { doc: "These tools are not offered." }),
  },
  { doc: "An MCP server: a program (`command`) or an address (`url`)." },
);
