import { McpError, whyNoMcpLogin, type McpServerListing, type McpServersMeant, type Thread } from "@heddle/core";
import type { ResolvedConfig } from "@heddle/config";
import {
  ContentBlockSchema,
  decode,
  EmbeddedResourceResourceSchema,
  INTERNAL_ERROR,
  INVALID_REQUEST,
  invalidRequest,
  McpServerSchema,
  ResourceSchema,
  ResourceTemplateSchema,
  RpcError,
  type Decoded,
  type McpServer,
  type ParamsOf,
  type ThreadId,
} from "@heddle/protocol";
import { toRpcError } from "../errors.ts";
import type { OutgoingNotification } from "../notifications.ts";
import type { Call, Handler } from "./handler.ts";
import { offsetPage } from "./offset-page.ts";
import { readThreadId } from "./thread-id.ts";

/** `mcpServers/list` and its first name: a page of the configured servers with what they offer. */
export const listMcpServers: Handler<"mcpServers/list" | "mcp/servers/list"> = (params, call) =>
  list({ ...params, serverName: null, threadId: null, detail: null }, call);

/** `mcpServerStatus/list`: the same, for one server or one thread if wanted. */
export const listMcpServerStatus: Handler<"mcpServerStatus/list"> = (params, call) => list(params, call);

async function list(
  params: ParamsOf<"mcpServerStatus/list">,
  call: Call,
): Promise<{ data: McpServer[]; nextCursor: string | null }> {
  const { cursor, limit, serverName, detail } = params;
  const { engine } = call.session.host;
  try {
    const meant = await meantServers(params.threadId ?? null, call);
    const names = Object.keys(meant.config.mcpServers)
      .filter((name) => (serverName ?? name) === name)
      .sort();
    // The page is known without the servers: a wrong cursor starts none.
    const page = offsetPage(names, { cursor, limit, what: "MCP servers" });
    const resources = detail !== "toolsAndAuthOnly";
    const listings = page.data.length === 0 ? [] : await engine.mcp.list(meant, { resources });
    const shown = listings.filter(({ name }) => page.data.includes(name));
    return { data: shown.map(viewListing), nextCursor: page.nextCursor };
  } catch (error) {
    throw toRpcError(error, "listing");
  }
}

/** `mcpServer/resource/read`: one resource, as the server gives it. */
export const readMcpResource: Handler<"mcpServer/resource/read"> = async ({ server, uri, threadId }, call) => {
  try {
    const contents = await call.session.host.engine.mcp.readResource(
      await meantServers(threadId ?? null, call),
      server,
      uri,
    );
    return { contents: readAll((value) => decode(EmbeddedResourceResourceSchema, value), contents) };
  } catch (error) {
    throw mcpRpcError(error);
  }
};

/** `mcpServer/tool/call`: a call of the client's own, beside the thread's turns. */
export const callMcpTool: Handler<"mcpServer/tool/call"> = async (params, { session, signal }) => {
  const { server, tool, arguments: args } = params;
  if (args !== undefined && args !== null && !isMembers(args)) {
    throw new RpcError(INVALID_REQUEST, "the arguments of a tool call have to be an object");
  }
  try {
    const id = readThreadId(params.threadId);
    const call = { server, tool, arguments: args ?? null, signal };
    const { content, structuredContent, isError } = await session.host.engine.mcp.callTool(id, call);
    return {
      content: readAll((value) => decode(ContentBlockSchema, value), content),
      ...(structuredContent === null ? {} : { structuredContent }),
      isError,
    };
  } catch (error) {
    throw mcpRpcError(error);
  }
};

/** `config/mcpServer/reload`: the loaded threads get the servers that their configuration names now. */
export const reloadMcpServers: Handler<"config/mcpServer/reload"> = async (_params, { session }) => {
  const { engine, loadConfig } = session.host;
  try {
    await engine.mcp.reload(async (thread) => (await loadConfig(requestOf(thread))).mcpServers);
    return {};
  } catch (error) {
    throw toRpcError(error, "listing");
  }
};

const LOGIN_SECONDS = 300;

/** `mcpServer/oauth/login` and its first name: begins a login; its end is told later. The configuration is read anew. */
export const logInAtMcpServer: Handler<"mcpServer/oauth/login" | "mcpServer/oauthLogin"> = async (params, call) => {
  const { name, scopes, timeoutSecs } = params;
  const { session, afterAnswer } = call;
  const { engine, loadConfig } = session.host;
  const config = await loadConfig({}).catch((error: unknown) => {
    throw toRpcError(error, "listing");
  });
  const refusal = whyNoMcpLogin(config);
  if (refusal !== null) throw invalidRequest(refusal);
  const server = config.mcpServers[name];
  if (server === undefined) throw invalidRequest(`No MCP server named '${name}' found.`);
  const { transport } = server;
  if (transport.type !== "http") throw invalidRequest("OAuth login is only supported for streamable HTTP servers.");
  const timeoutMs = Math.max(1, timeoutSecs ?? LOGIN_SECONDS) * 1_000;
  try {
    const login = await engine.mcp.logIn(config, { server: name, transport, scopes: scopes ?? null, timeoutMs });
    if (login === null) throw new RpcError(INTERNAL_ERROR, "there are no logins at MCP servers here");
    const end = login.completed.then(() => null, describeFailure);
    afterAnswer(() => void end.then((error) => session.notify(loginCompleted(name, error))));
    return { authorizationUrl: login.authorizationUrl };
  } catch (error) {
    if (error instanceof RpcError) throw error;
    throw new RpcError(INTERNAL_ERROR, `failed to login to MCP server '${name}': ${describeFailure(error)}`);
  }
};

function loginCompleted(
  name: string,
  error: string | null,
): Extract<OutgoingNotification, { method: "mcpServer/oauthLogin/completed" }> {
  const end = error === null ? { success: true } : { success: false, error };
  return { method: "mcpServer/oauthLogin/completed", params: { name, ...end } };
}

function describeFailure(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function requestOf({ settings }: Thread): { readonly cwd: string } {
  return { cwd: settings.cwd };
}

async function meantServers(id: ThreadId | string | null, { session, signal }: Call): Promise<McpServersMeant> {
  const { engine, loadConfig } = session.host;
  const threadId = id === null ? null : readThreadId(id);
  const config: ResolvedConfig = threadId === null ? await loadConfig({}) : engine.thread(threadId).config;
  const mcpServers = threadId === null ? config.mcpServers : (engine.thread(threadId).mcp?.settings ?? {});
  return { config: { ...config, mcpServers }, threadId, signal };
}

/** As the protocol has it: an entry that does not fit its shape is left out, and the rest is there. */
function viewListing({ name, tools, resources, resourceTemplates, authStatus }: McpServerListing): McpServer {
  const readTools = decode(McpServerSchema.properties.tools, tools);
  return {
    name,
    tools: readTools.ok ? readTools.value : {},
    resources: readAll((value) => decode(ResourceSchema, value), resources),
    resourceTemplates: readAll((value) => decode(ResourceTemplateSchema, value), resourceTemplates),
    authStatus,
  };
}

function readAll<T>(read: (value: unknown) => Decoded<T>, values: readonly unknown[]): T[] {
  return values.flatMap((value) => {
    const decoded = read(value);
    return decoded.ok ? [decoded.value] : [];
  });
}

function isMembers(value: unknown): value is { readonly [member: string]: never } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the client asked wrongly, or what went wrong at the server. */
function mcpRpcError(error: unknown): RpcError {
  if (!(error instanceof McpError)) return toRpcError(error, "listing");
  const wrong = error.failure.kind === "unknownServer" || error.failure.kind === "toolDisabled";
  return new RpcError(wrong ? INVALID_REQUEST : INTERNAL_ERROR, error.message);
}
