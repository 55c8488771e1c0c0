import type { McpServerSettings } from "@heddle/config";
import type { McpAuthStatus } from "@heddle/mcp";
import type { JsonObject } from "@heddle/protocol";
import { visibleText } from "../exec/visible-text.ts";

/** A server with what is known of its login. */
export interface ListedServer {
  readonly name: string;
  readonly settings: McpServerSettings;
  readonly auth: McpAuthStatus;
}

const AUTH_TEXTS: Readonly<Record<McpAuthStatus, string>> = {
  unsupported: "Unsupported",
  notLoggedIn: "Not logged in",
  bearerToken: "Bearer token",
  oAuth: "OAuth",
};

/** A table of the programs and one of the addresses. Values of variables and headers may be secret and are not shown. */
export function serverTables(servers: readonly ListedServer[]): string {
  const programs: string[][] = [];
  const addresses: string[][] = [];
  for (const { name, settings, auth } of servers) {
    const { transport, enabled } = settings;
    const end = [enabled ? "enabled" : "disabled", AUTH_TEXTS[auth]];
    if (transport.type === "stdio") {
      const { command, args, env, envVars, cwd } = transport;
      programs.push([name, command, args.join(" "), maskedEnv(env, envVars), cwd ?? "", ...end]);
    } else {
      addresses.push([name, transport.url, transport.bearerTokenEnvVar ?? "", ...end]);
    }
  }
  const tables = [
    table(["Name", "Command", "Args", "Env", "Cwd", "Status", "Auth"], programs),
    table(["Name", "Url", "Bearer Token Env Var", "Status", "Auth"], addresses),
  ];
  return tables.filter((text) => text !== "").join("\n");
}

/** One server, a line for each thing that is set. */
export function describeServer(name: string, settings: McpServerSettings, written: JsonObject): string {
  if (!settings.enabled) return `${name} (disabled)\n`;
  const { transport, enabledTools, disabledTools } = settings;
  const seconds = (key: string): string | null => (written[key] === undefined ? null : JSON.stringify(written[key]));
  const lines: (readonly [string, string | null])[] = [
    ["enabled", "true"],
    ["enabled_tools", enabledTools === null ? null : enabledTools.join(", ")],
    ["disabled_tools", disabledTools.length === 0 ? null : disabledTools.join(", ")],
    ...transportLines(transport),
    ["startup_timeout_sec", seconds("startup_timeout_sec")],
    ["tool_timeout_sec", seconds("tool_timeout_sec")],
    ["remove", `heddle mcp remove ${name}`],
  ];
  const shown = lines.flatMap(([key, value]) => (value === null ? [] : [`  ${key}: ${visibleText(value)}`]));
  return `${[name, ...shown].join("\n")}\n`;
}

function transportLines(transport: McpServerSettings["transport"]): (readonly [string, string])[] {
  if (transport.type === "stdio") {
    const { command, args, env, envVars, cwd } = transport;
    return [
      ["transport", "stdio"],
      ["command", command],
      ["args", dashed(args.join(" "))],
      ["cwd", dashed(cwd ?? "")],
      ["env", dashed(maskedEnv(env, envVars))],
    ];
  }
  const { url, bearerTokenEnvVar, httpHeaders, envHttpHeaders, oauth } = transport;
  return [
    ["transport", "streamable_http"],
    ["url", url],
    ["bearer_token_env_var", dashed(bearerTokenEnvVar ?? "")],
    ["http_headers", dashed(masked(Object.keys(httpHeaders ?? {})))],
    ["env_http_headers", dashed(pairs(envHttpHeaders ?? {}))],
    ...(oauth === null
      ? []
      : [
          ["oauth.client_id", oauth.clientId] as const,
          ["oauth.client_secret_env_var", dashed(oauth.clientSecretEnvVar ?? "")] as const,
          ["oauth.callback_port", dashed(`${oauth.callbackPort ?? ""}`)] as const,
        ]),
  ];
}

function maskedEnv(env: Readonly<Record<string, string>> | null, passedOn: readonly string[]): string {
  return masked([...Object.keys(env ?? {}).sort(), ...passedOn]);
}

function masked(keys: readonly string[]): string {
  return keys.map((key) => `${key}=*****`).join(", ");
}

function pairs(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
}

function dashed(text: string): string {
  return text === "" ? "-" : text;
}

/** Columns as wide as their widest cell, two spaces between; nothing for no rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const cells = [head, ...rows.map((row) => row.map((cell) => dashed(visibleText(cell))))];
  const widths = head.map((_title, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
