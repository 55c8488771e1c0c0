import type { ResolvedConfig } from "@heddle/config";
import {
  createMcpServers,
  type HttpTransportConfig,
  type JsonObject,
  type McpAuthStatus,
  type McpCallResult,
  type McpLogin,
  type McpServerConfig,
  type McpServers,
  type McpServerStatus,
} from "@heddle/mcp";
import type { ThreadId } from "@heddle/protocol";
import { EngineError } from "../engine-error.ts";
import type { Thread } from "../thread/thread.ts";
import { tokensOf, type McpServices, type McpSettings, type ThreadMcp } from "./thread-mcp.ts";

/** One configured server with what it offers, as the server said it. One that does not run has empty lists. */
export interface McpServerListing {
  readonly name: string;
  /** Null: it is disabled. */
  readonly status: McpServerStatus | null;
  /** By their raw names; those that the configuration leaves on. */
  readonly tools: Readonly<Record<string, JsonObject>>;
  readonly resources: readonly JsonObject[];
  readonly resourceTemplates: readonly JsonObject[];
  readonly authStatus: McpAuthStatus;
}

/** Whose servers are meant: those of a thread, else of any that runs with the same ones, else ones for the moment. */
export interface McpServersMeant {
  readonly config: ResolvedConfig;
  readonly threadId: ThreadId | null;
  readonly signal: AbortSignal;
}

/** What clients ask of MCP servers, beside the turns of threads. Errors are McpErrors. */
export interface McpDesk {
  /** Sorted by name. Takes no longer than the servers may take to start. @throws EngineError `unknownThread`. */
  list(meant: McpServersMeant, options: { readonly resources: boolean }): Promise<readonly McpServerListing[]>;
  /** @throws McpError. @throws EngineError `unknownThread`. */
  readResource(meant: McpServersMeant, server: string, uri: string): Promise<readonly JsonObject[]>;
  /** Calls a tool beside the thread's turns: its model does not see it. @throws McpError. @throws EngineError `unknownThread`. */
  callTool(
    threadId: ThreadId,
    call: {
      readonly server: string;
      readonly tool: string;
      readonly arguments: JsonObject | null;
      readonly signal: AbortSignal;
    },
  ): Promise<McpCallResult>;
  /** Gives every loaded thread the servers that it is to have now. */
  reload(settingsOf: (thread: Thread) => Promise<McpSettings>): Promise<void>;
  /**
   * Begins a login; null when logins are turned off. When it is completed, the server is started anew in loaded threads.
   * @throws McpError `loginFailed`.
   */
  logIn(config: ResolvedConfig, login: McpLoginWanted): Promise<McpLogin | null>;
  /** Gives up logins that are under way. Idempotent. */
  close(): Promise<void>;
}

/** Where somebody wants to log in. */
export interface McpLoginWanted {
  readonly server: string;
  readonly transport: HttpTransportConfig;
  /** Null: those that the server says can be asked for. */
  readonly scopes: readonly string[] | null;
  readonly timeoutMs: number;
}

/** @param threads those that are loaded. */
export function createMcpDesk(options: {
  readonly threads: () => readonly Thread[];
  readonly services: (config: ResolvedConfig) => McpServices;
}): McpDesk {
  const { threads, services } = options;
  const logins = new Set<McpLogin>();

  const find = (meant: McpServersMeant): McpServers | null => {
    const { threadId, config } = meant;
    if (threadId !== null) return mcpOf(threads(), threadId).servers;
    const same = threads().find(
      ({ mcp }) => mcp !== null && JSON.stringify(mcp.settings) === JSON.stringify(config.mcpServers),
    );
    return same?.mcp?.servers ?? null;
  };
  const withServers = async <T>(meant: McpServersMeant, use: (servers: McpServers) => Promise<T>): Promise<T> => {
    const found = find(meant);
    if (found !== null) return use(found);
    const lent = services(meant.config);
    const { version, env, fetch, cwd, log } = lent;
    const servers = createMcpServers({
      configs: meant.config.mcpServers,
      clientVersion: version,
      env,
      fetch,
      cwd,
      ...tokensOf(lent),
      log,
      onStatus: () => {},
      onWarning: log,
      elicit: () => Promise.resolve({ action: "cancel" }),
      restartDelaysMs: [],
    });
    try {
      return await use(servers);
    } finally {
      await servers.close();
    }
  };

  return {
    list: (meant, { resources }) =>
      withServers(meant, async (servers) => {
        servers.start();
        await servers.settled(meant.signal);
        const [lists, templates] = resources
          ? await Promise.all([
              servers.listAllResources("resources", meant.signal),
              servers.listAllResources("resourceTemplates", meant.signal),
            ])
          : [[], []];
        const of = (all: typeof lists, name: string): readonly JsonObject[] =>
          all.find(({ server }) => server === name)?.entries ?? [];
        return Promise.all(
          servers.states().map(async ({ name, config, status, tools }) => ({
            name,
            status,
            tools: Object.fromEntries(tools.map((tool) => [tool.name, tool.raw])),
            resources: of(lists, name),
            resourceTemplates: of(templates, name),
            // A server that is off is asked nothing.
            authStatus:
              (status === null ? null : await services(meant.config).logins?.status(name, config)) ??
              plainStatus(config),
          })),
        );
      }),
    readResource: (meant, server, uri) =>
      withServers(meant, (servers) => {
        servers.start();
        return servers.readResource(server, uri, meant.signal);
      }),
    callTool(threadId, call) {
      const { servers } = mcpOf(threads(), threadId);
      servers.start();
      return servers.call(call);
    },
    async reload(settingsOf) {
      await Promise.all(
        threads().map(async (thread) => {
          const { mcp } = thread;
          if (mcp !== null) await mcp.reconfigure(await settingsOf(thread));
        }),
      );
    },
    async logIn(config, { server, transport, scopes, timeoutMs }) {
      const { logins: known } = services(config);
      if (known === null) return null;
      const login = await known.start(server, transport, { scopes, timeoutMs });
      const finish = async (): Promise<void> => {
        await login.completed;
        await Promise.all(threads().map(async ({ mcp }) => mcp?.servers.restart(server)));
      };
      const begun: McpLogin = { ...login, completed: finish() };
      logins.add(begun);
      const forget = (): void => void logins.delete(begun);
      begun.completed.then(forget, forget);
      return begun;
    },
    async close() {
      await Promise.all([...logins].map((login) => login.cancel()));
    },
  };
}

function mcpOf(threads: readonly Thread[], threadId: ThreadId): ThreadMcp {
  const mcp = threads.find(({ identity }) => identity.id === threadId)?.mcp;
  if (mcp === undefined || mcp === null) throw new EngineError({ kind: "unknownThread", threadId });
  return mcp;
}

/** What a server is used with, where logins are turned off. */
function plainStatus({ transport }: McpServerConfig): McpAuthStatus {
  return transport.type === "http" && transport.bearerTokenEnvVar !== null ? "bearerToken" : "unsupported";
}
