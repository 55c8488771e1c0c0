import {
  loadConfig,
  readConfig,
  readDotEnv,
  resolveHome,
  updateUserConfig,
  type McpServerSettings,
  type ResolvedConfig,
} from "@heddle/config";
import { whyNoMcpLogin } from "@heddle/core";
import { McpError, type McpAuthStatus, type McpLogins } from "@heddle/mcp";
import { isJsonObject, type JsonObject, type JsonValue } from "@heddle/protocol";
import type { WantedServer } from "../command-line/mcp.ts";
import { createSink } from "../exec/sink.ts";
import { mcpLoginsOf } from "../runtime/mcp-logins.ts";
import { openBrowser } from "../runtime/open-browser.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { describeServer, serverTables } from "./mcp-text.ts";

/** What all of `heddle mcp` is told. */
export interface McpRequest {
  readonly context: ProcessContext;
  /** `-c key=value`, `--enable` and `--disable`. */
  readonly overrides: readonly string[];
}

const EXIT_DONE = 0;
const LOGIN_MS = 300_000;

type HttpTransport = Extract<McpServerSettings["transport"], { type: "http" }>;

/** What the commands work with. */
interface Opened {
  readonly home: string;
  readonly config: ResolvedConfig;
  readonly logins: McpLogins;
  /** The table of a server as it is written; the resolved one has the defaults. */
  written(name: string): JsonObject;
}

async function open({ context, overrides }: McpRequest): Promise<Opened> {
  const home = resolveHome(context.env, context.userHome);
  const env = { ...readDotEnv(home), ...context.env };
  const sources = { home, cwd: context.cwd, env, overrides };
  const config = await loadConfig(sources);
  const { config: tables } = await readConfig({ home, env, overrides });
  return {
    home,
    config,
    logins: mcpLoginsOf(home, env)(config.mcpOauthCredentialsStore),
    written(name) {
      const servers = isJsonObject(tables) ? tables["mcp_servers"] : {};
      const table = isJsonObject(servers) ? servers[name] : {};
      return isMembers(table) ? table : {};
    },
  };
}

function isMembers(value: unknown): value is JsonObject {
  return isJsonObject(value);
}

/** `mcp list`: tables for people, or all that is known. */
export async function listServers(request: McpRequest, { json = false }: { readonly json?: boolean }): Promise<number> {
  const opened = await open(request);
  const names = Object.keys(opened.config.mcpServers).sort();
  const servers = await Promise.all(
    names.map(async (name) => {
      const settings = settingsOf(opened, name);
      return { name, settings, auth: await authStatus(opened, name, settings) };
    }),
  );
  if (json) {
    const entries = servers.map(({ name, settings, auth }) => ({
      ...viewServer(name, settings, opened.written(name)),
      auth_status: AUTH_WORDS[auth],
    }));
    return print(`${JSON.stringify(entries, null, 2)}\n`);
  }
  if (servers.length === 0) {
    return print("No MCP servers configured yet. Try `heddle mcp add my-tool -- my-command`.\n");
  }
  return print(serverTables(servers));
}

/** `mcp get NAME`. */
export async function showServer(
  request: McpRequest,
  name: string,
  { json = false }: { readonly json?: boolean },
): Promise<number> {
  const opened = await open(request);
  const settings = settingsOf(opened, name);
  const written = opened.written(name);
  if (!json) return print(describeServer(name, settings, written));
  const { enabledTools, disabledTools } = settings;
  const disabled = "disabled_tools" in written ? disabledTools : null;
  const view = { ...viewServer(name, settings, written), enabled_tools: enabledTools, disabled_tools: disabled };
  return print(`${JSON.stringify(view, null, 2)}\n`);
}

/** `mcp add NAME`: writes the user's file. A server over HTTP that knows logins is logged in at. */
export async function addServer(request: McpRequest, name: string, wanted: WantedServer): Promise<number> {
  const { home } = await open(request);
  const path = ["mcp_servers", name];
  const members = wanted.type === "stdio" ? stdioMembers(wanted) : httpMembers(wanted);
  await updateUserConfig(home, [
    { type: "remove", path },
    ...Object.entries(members).map(([key, value]) => ({ type: "set" as const, path: [...path, key], value })),
    { type: "expand", path },
  ]);
  await print(`Added global MCP server '${name}'.\n`);
  if (wanted.type === "stdio" || wanted.bearerTokenEnvVar !== null) return EXIT_DONE;
  const opened = await open(request);
  const { transport } = settingsOf(opened, name);
  if (transport.type !== "http" || !(await opened.logins.isSupported(transport))) return EXIT_DONE;
  const refusal = whyNoMcpLogin(opened.config);
  if (refusal !== null) return print(`The server knows logins, and there is none: ${refusal}\n`);
  return logInAt(opened, { name, transport, scopes: null });
}

/** `mcp remove NAME`. */
export async function removeServer(request: McpRequest, name: string): Promise<number> {
  const { home } = await open(request);
  const removed = await updateUserConfig(home, [{ type: "remove", path: ["mcp_servers", name] }]);
  return print(removed ? `Removed global MCP server '${name}'.\n` : `No MCP server named '${name}' found.\n`);
}

/** `mcp login NAME`: opens the browser and waits. */
export async function logIn(request: McpRequest, name: string, scopes: readonly string[] | null): Promise<number> {
  const opened = await open(request);
  const refusal = whyNoMcpLogin(opened.config);
  if (refusal !== null) throw new Error(refusal);
  return logInAt(opened, { name, transport: httpTransport(opened, name), scopes });
}

/** `mcp logout NAME`. */
export async function logOut(request: McpRequest, name: string): Promise<number> {
  const opened = await open(request);
  const removed = await opened.logins.logout(name, httpTransport(opened, name));
  return print(removed ? `Removed OAuth credentials for '${name}'.\n` : `No OAuth credentials stored for '${name}'.\n`);
}

async function logInAt(
  { logins }: Opened,
  login: { readonly name: string; readonly transport: HttpTransport; readonly scopes: readonly string[] | null },
): Promise<number> {
  const { name, transport, scopes } = login;
  try {
    const { authorizationUrl, completed } = await logins.start(name, transport, { scopes, timeoutMs: LOGIN_MS });
    // The address stands alone on its line: programs read it from there.
    await print(`Authorize \`${name}\` by opening this URL in your browser:\n${authorizationUrl}\n\n`);
    await openBrowser(authorizationUrl);
    await completed;
  } catch (error) {
    if (!(error instanceof McpError)) throw error;
    throw new Error(`failed to login to MCP server '${name}': ${error.message}`, { cause: error });
  }
  return print(`Successfully logged in to MCP server '${name}'.\n`);
}

function settingsOf({ config }: Opened, name: string): McpServerSettings {
  const settings = config.mcpServers[name];
  if (settings === undefined) throw new Error(`No MCP server named '${name}' found.`);
  return settings;
}

function httpTransport(opened: Opened, name: string): HttpTransport {
  const { transport } = settingsOf(opened, name);
  if (transport.type === "http") return transport;
  throw new Error("OAuth login is only supported for streamable HTTP servers.");
}

const AUTH_WORDS: Readonly<Record<McpAuthStatus, string>> = {
  unsupported: "unsupported",
  notLoggedIn: "not_logged_in",
  bearerToken: "bearer_token",
  oAuth: "o_auth",
};

async function authStatus({ logins }: Opened, name: string, settings: McpServerSettings): Promise<McpAuthStatus> {
  return settings.enabled ? logins.status(name, settings) : "unsupported";
}

/** An entry as programs know it. */
function viewServer(name: string, { enabled, transport }: McpServerSettings, written: JsonObject): JsonObject {
  return {
    name,
    enabled,
    transport: viewTransport(transport),
    startup_timeout_sec: startupSeconds(written),
    tool_timeout_sec: written["tool_timeout_sec"] ?? null,
  };
}

function startupSeconds({ startup_timeout_sec: seconds, startup_timeout_ms: ms }: JsonObject): number | null {
  if (typeof seconds === "number") return seconds;
  return typeof ms === "number" ? ms / 1_000 : null;
}

function viewTransport(transport: McpServerSettings["transport"]): JsonObject {
  if (transport.type === "stdio") {
    const { command, args, env, envVars, cwd } = transport;
    return { type: "stdio", command, args, env, env_vars: envVars, cwd };
  }
  return {
    type: "streamable_http",
    url: transport.url,
    bearer_token_env_var: transport.bearerTokenEnvVar,
    http_headers: transport.httpHeaders,
    env_http_headers: transport.envHttpHeaders,
    ...(transport.oauth === null ? {} : { oauth: viewClient(transport.oauth) }),
  };
}

function viewClient({ clientId, clientSecretEnvVar, callbackPort }: NonNullable<HttpTransport["oauth"]>): JsonObject {
  return { client_id: clientId, client_secret_env_var: clientSecretEnvVar, callback_port: callbackPort };
}

type Members = Readonly<Record<string, JsonValue>>;

function stdioMembers({ argv, env }: Extract<WantedServer, { type: "stdio" }>): Members {
  const [command = "", ...args] = argv;
  return { command, ...(args.length === 0 ? {} : { args }), ...(Object.keys(env).length === 0 ? {} : { env }) };
}

function httpMembers({ url, bearerTokenEnvVar }: Extract<WantedServer, { type: "http" }>): Members {
  return { url, ...(bearerTokenEnvVar === null ? {} : { bearer_token_env_var: bearerTokenEnvVar }) };
}

async function print(text: string): Promise<number> {
  const sink = createSink(process.stdout);
  sink.write(text);
  await sink.flushed();
  return EXIT_DONE;
}
