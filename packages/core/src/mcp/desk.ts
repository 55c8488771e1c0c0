import {
  createMcpServers,
  type JsonObject,
  type McpAuthStatus,
  type McpCallResult,
  type McpServerConfig,
  type McpServers,
  type McpServerStatus,
} from "@heddle/mcp";
import type { ThreadId } from "@heddle/protocol";
import { EngineError } from "../engine-error.ts";
import type { Thread } from "../thread/thread.ts";
import type { McpServices, McpSettings, ThreadMcp } from "./thread-mcp.ts";

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
  readonly settings: McpSettings;
  /** Where servers for the moment run, absolute. */
  readonly cwd: string;
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
}

/** @param threads those that are loaded. */
export function createMcpDesk(options: {
  readonly threads: () => readonly Thread[];
  readonly services: () => McpServices;
}): McpDesk {
  const { threads, services } = options;

  const find = (meant: McpServersMeant): McpServers | null => {
    const { threadId, settings } = meant;
    if (threadId !== null) return mcpOf(threads(), threadId).servers;
    const same = threads().find(({ mcp }) => mcp !== null && JSON.stringify(mcp.settings) === JSON.stringify(settings));
    return same?.mcp?.servers ?? null;
  };
  const withServers = async <T>(meant: McpServersMeant, use: (servers: McpServers) => Promise<T>): Promise<T> => {
    const found = find(meant);
    if (found !== null) return use(found);
    const { settings, cwd } = meant;
    const { version, env, log, tokensFor } = services();
    const servers = createMcpServers({
      configs: settings,
      clientVersion: version,
      env,
      cwd,
      ...(tokensFor === undefined ? {} : { tokensFor }),
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
            authStatus: await services().authStatus(name, config),
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
  };
}

function mcpOf(threads: readonly Thread[], threadId: ThreadId): ThreadMcp {
  const mcp = threads.find(({ identity }) => identity.id === threadId)?.mcp;
  if (mcp === undefined || mcp === null) throw new EngineError({ kind: "unknownThread", threadId });
  return mcp;
}

/** What a server is used with, where logins are none of ours. */
export function plainAuthStatus({ transport }: McpServerConfig): McpAuthStatus {
  return transport.type === "http" && transport.bearerTokenEnvVar !== null ? "bearerToken" : "unsupported";
}
