import { Client, StreamableHTTPClientTransport, UnauthorizedError, type Transport } from "@modelcontextprotocol/client";
import { resolve } from "node:path";
import { timeoutSignal, withSignal } from "../abort.ts";
import { createContentCheck } from "../elicitation/content.ts";
import type { ElicitationAnswer } from "../elicitation/elicitation.ts";
import { McpError, reasonOf } from "../mcp-error.ts";
import type { HttpTransportConfig } from "../server-config.ts";
import { createClientConnection } from "./client-connection.ts";
import type { ConnectOptions, McpConnection } from "./connection.ts";
import { decodeElicitation, noValidation } from "./decode-result.ts";
import { failingOnEndedStreams } from "./ended-streams.ts";
import { serverEnvironment } from "./environment.ts";
import { configuredBearerToken, configuredHeaders } from "./headers.ts";
import { createStdioTransport } from "./stdio-transport.ts";

const GITHUB_COPILOT = "https://api.githubcopilot.com/mcp/";

/** How long a server over HTTP may take to hear that a session is over. */
const GOODBYE_MS = 500;

const METHOD_NOT_FOUND = -32601;
const UNSUPPORTED_VERSION = -32022;

/** A transport, and what it knows about its end. */
interface OpenTransport {
  readonly transport: Transport;
  readonly ending: () => string | null;
  readonly endSession: () => Promise<void>;
}

/**
 * Starts or reaches a server and shakes hands with it.
 * @throws McpError `badConfig`, `startFailed`, `startTimedOut`, `loginNeeded`. @throws the reason of the signal.
 */
export async function connect(options: ConnectOptions): Promise<McpConnection> {
  try {
    return await shakeHands(options, "legacy");
  } catch (error) {
    // The handshake that all servers but the newest know comes first: it is one request for those that there are.
    if (!knowsNoHandshake(error)) throw error;
    return shakeHands(options, "auto");
  }
}

async function shakeHands(options: ConnectOptions, mode: "legacy" | "auto"): Promise<McpConnection> {
  const { server, config, clientVersion, signal, log, onToolsChanged, onClosed } = options;
  const { transport, ending, endSession } = openTransport(options);
  const client = new Client(
    { name: "heddle-mcp-client", title: "Heddle", version: clientVersion },
    {
      capabilities: { elicitation: { form: {}, url: {} } },
      jsonSchemaValidator: noValidation,
      versionNegotiation: { mode },
    },
  );
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's client is no event target
  client.onerror = (error) => log(reasonOf(error));
  client.setNotificationHandler("notifications/tools/list_changed", () => onToolsChanged());
  const connection = createClientConnection({
    client,
    server,
    log,
    ending,
    endSession,
    timeoutMs: config.startupTimeoutMs,
    onToolsChanged,
  });
  client.setRequestHandler("elicitation/create", async (request, { mcpReq }) =>
    connection.whileAsking(() => answerElicitation(request.params, options, mcpReq.signal)),
  );
  const timeoutMs = config.startupTimeoutMs;
  const expiry = timeoutSignal(timeoutMs);
  try {
    await withSignal(client.connect(transport, { timeout: timeoutMs }), AbortSignal.any([signal, expiry]));
  } catch (error) {
    await client.close().catch(() => {});
    await transport.close().catch(() => {});
    if (signal.aborted) throw signal.reason;
    if (expiry.aborted) throw new McpError({ kind: "startTimedOut", server, afterMs: timeoutMs }, { cause: error });
    throw describeStartFailure(error, options, ending());
  }
  connection.opened(onClosed);
  return connection;
}

async function answerElicitation(
  params: unknown,
  { elicit, log }: ConnectOptions,
  signal: AbortSignal,
): Promise<{ action: ElicitationAnswer["action"]; content?: Record<string, string | number | boolean | string[]> }> {
  const question = decodeElicitation(params);
  if (question === null) return { action: "cancel" };
  const answer = await elicit(question, signal);
  if (answer.action !== "accept") return { action: answer.action };
  if (question.mode === "url") return { action: "accept" };
  const checked = createContentCheck(question.requestedSchema)(answer.content ?? {});
  if (checked.ok) return { action: "accept", content: checked.content };
  log(`the answer to an elicitation does not fit what was asked for: ${checked.reason}`);
  return { action: "cancel" };
}

function openTransport(options: ConnectOptions): OpenTransport {
  const { config, env, cwd, log } = options;
  if (config.transport.type === "http") return openHttp(config.transport, options);
  const { command, args } = config.transport;
  const transport = createStdioTransport({
    command,
    args,
    env: serverEnvironment(config.transport, env, process.platform === "win32" ? "windows" : "posix"),
    cwd: resolve(cwd, config.transport.cwd ?? "."),
    log,
  });
  return { transport, ending: () => transport.ending(), endSession: async () => {} };
}

function openHttp(config: HttpTransportConfig, { server, env, fetch, tokens, log }: ConnectOptions): OpenTransport {
  if (!URL.canParse(config.url)) {
    throw new McpError({ kind: "badConfig", server, reason: `the url of MCP server '${server}' is not valid` });
  }
  const { headers, skipped } = configuredHeaders(config, env);
  for (const problem of skipped) log(problem);
  const bearer = configuredBearerToken(server, config, env);
  const hasAuthorization = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  const login = bearer === null && !hasAuthorization ? tokens : null;
  const transport = new StreamableHTTPClientTransport(new URL(config.url), {
    fetch,
    requestInit: { headers: { ...headers, ...(bearer === null ? {} : { Authorization: `Bearer ${bearer}` }) } },
    ...(login === null
      ? {}
      : {
          authProvider: {
            token: async () => (await login.token()) ?? undefined,
            onUnauthorized: () => login.renew(),
          },
        }),
  });
  const endSession = async (): Promise<void> => {
    const told = transport.terminateSession().catch(() => {});
    await withSignal(told, timeoutSignal(GOODBYE_MS)).catch(() => {});
  };
  return { transport: failingOnEndedStreams(transport), ending: () => null, endSession };
}

function describeStartFailure(error: unknown, { server, config }: ConnectOptions, ending: string | null): McpError {
  if (error instanceof McpError) return error;
  const { transport } = config;
  if (transport.type === "http" && isUnauthorized(error)) {
    const { url, bearerTokenEnvVar, httpHeaders, envHttpHeaders } = transport;
    if (url === GITHUB_COPILOT && bearerTokenEnvVar === null && httpHeaders === null && envHttpHeaders === null) {
      const reason =
        `GitHub MCP does not support OAuth. Log in by adding a personal access token (https://github.com/settings/personal-access-tokens) ` +
        `to your environment and config.toml:\n[mcp_servers.${server}]\nbearer_token_env_var = CODEX_GITHUB_PERSONAL_ACCESS_TOKEN`;
      return new McpError({ kind: "badConfig", server, reason }, { cause: error });
    }
    return new McpError({ kind: "loginNeeded", server }, { cause: error });
  }
  const reason = ending ?? reasonOf(error);
  return new McpError({ kind: "startFailed", server, reason }, { cause: error });
}

function isUnauthorized(error: unknown): boolean {
  if (error instanceof UnauthorizedError) return true;
  return error instanceof Error && "status" in error && error.status === 401;
}

/** Whether a server answered the handshake as one does that has none: revision 2026-07-28 works without. */
function knowsNoHandshake(error: unknown): boolean {
  const cause = error instanceof McpError ? error.cause : null;
  if (!(cause instanceof Error)) return false;
  const code = "code" in cause ? cause.code : null;
  return code === METHOD_NOT_FOUND || code === UNSUPPORTED_VERSION || ("status" in cause && cause.status === 400);
}
