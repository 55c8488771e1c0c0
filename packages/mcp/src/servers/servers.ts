import { timeoutSignal, withSignal } from "../abort.ts";
import type {
  ConnectOptions,
  McpCallResult,
  McpConnection,
  McpTool,
  ResourceKind,
  ResourcePage,
  TokenProvider,
} from "../connection/connection.ts";
import type { Elicitation, ElicitationAnswer } from "../elicitation/elicitation.ts";
import type { JsonObject } from "../json.ts";
import { McpError } from "../mcp-error.ts";
import type { Environment, HttpTransportConfig, McpServerConfig, McpServerConfigs } from "../server-config.ts";
import type { WebFetch } from "../web-fetch.ts";
import { nameTools } from "../tools/tool-names.ts";
import { isToolEnabled } from "../tools/tool-filter.ts";
import { createProgressGate } from "./progress-gate.ts";
import { readAllPages } from "./resources.ts";
import { createServer, type McpServer, type McpServerStatus } from "./server.ts";

/** What the servers of a thread need. */
export interface McpServersOptions {
  readonly configs: McpServerConfigs;
  readonly clientVersion: string;
  readonly env: Environment;
  /** For servers over HTTP; default: the platform's. */
  readonly fetch?: WebFetch;
  /** Where servers run that are not told where, absolute. */
  readonly cwd: string;
  /** The login for a server over HTTP that has no token of its own; null without one. */
  readonly tokensFor?: (server: string, transport: HttpTransportConfig) => TokenProvider | null;
  /** For the log: what servers write to their standard error, and what is odd about them. */
  readonly log: (message: string) => void;
  readonly onStatus: (server: string, status: McpServerStatus) => void;
  /** Something that the person should know. */
  readonly onWarning: (message: string) => void;
  /** Puts a question of a server to a person. */
  readonly elicit: (server: string, question: Elicitation, signal: AbortSignal) => Promise<ElicitationAnswer>;
  /** Default: half a second, then more, six times. */
  readonly restartDelaysMs?: readonly number[];
}

/** A tool under the name that models call it by. */
export interface NamedTool {
  readonly name: string;
  readonly server: string;
  readonly tool: McpTool;
  /** False: the configuration turns it off. A call is refused with that. */
  readonly enabled: boolean;
}

export interface McpCall {
  readonly server: string;
  /** The raw name. */
  readonly tool: string;
  readonly arguments: JsonObject | null;
  readonly signal: AbortSignal;
  /** At most ten times a second; absent: nobody wants to know. */
  readonly onProgress?: (message: string) => void;
}

/** What one server offers at the moment. */
export interface McpServerState {
  readonly name: string;
  readonly config: McpServerConfig;
  /** Null: it is disabled. */
  readonly status: McpServerStatus | null;
  /** Those that the configuration leaves on. */
  readonly tools: readonly McpTool[];
}

/**
 * The MCP servers of one thread. They start in the background; the first that needs their tools waits, each server no
 * longer than its own limit. Closed by its owner.
 */
export interface McpServers {
  /** The enabled servers, sorted by name. */
  readonly names: readonly string[];
  /** Starts what is enabled and has not been started. */
  start(): void;
  /** Resolves when no server is starting any more, or has had its time. Never rejects. */
  settled(signal: AbortSignal): Promise<void>;
  /** The tools that the servers have listed, sorted by name; the same list as long as nothing has changed. */
  tools(): readonly NamedTool[];
  states(): readonly McpServerState[];
  /** @throws McpError. @throws the reason of the signal. */
  call(call: McpCall): Promise<McpCallResult>;
  /** One page of what a server lists. @throws McpError. */
  listResources(
    server: string,
    kind: ResourceKind,
    options: { readonly cursor: string | null; readonly signal: AbortSignal },
  ): Promise<ResourcePage>;
  /** All pages of all servers that are ready and list something, in the order of their names. Never throws an McpError. */
  listAllResources(
    kind: ResourceKind,
    signal: AbortSignal,
  ): Promise<readonly { readonly server: string; readonly entries: readonly JsonObject[] }[]>;
  /** @throws McpError. */
  readResource(server: string, uri: string, signal: AbortSignal): Promise<readonly JsonObject[]>;
  /** Tells servers that want to know under which sandbox the thread runs from now on; before the next call is sent. */
  setSandboxState(state: JsonObject): Promise<void>;
  /** Takes a new configuration: starts what is new or different, ends what is gone, leaves the rest alone. */
  reconfigure(configs: McpServerConfigs): Promise<void>;
  /** Starts a server anew, for example after a login. */
  restart(server: string): Promise<void>;
  cancelStart(): void;
  close(): Promise<void>;
}

const RESTART_DELAYS_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000];

export function createMcpServers(options: McpServersOptions): McpServers {
  return new ThreadServers(options);
}

/** The SDK is loaded with the first server that starts. */
async function connectLazily(options: ConnectOptions): Promise<McpConnection> {
  const { connect } = await import("../connection/connect.ts");
  return connect(options);
}

/** What a server has listed, at one moment. */
interface ToolList {
  readonly server: McpServer;
  readonly tools: readonly McpTool[];
}

class ThreadServers implements McpServers {
  readonly #options: McpServersOptions;
  #configs: McpServerConfigs;
  #servers = new Map<string, McpServer>();
  #named: { readonly lists: readonly ToolList[]; readonly tools: readonly NamedTool[] } = { lists: [], tools: [] };
  #sandboxState: JsonObject | null = null;
  #started = false;
  #closed: Promise<void> | null = null;

  constructor(options: McpServersOptions) {
    this.#options = options;
    this.#configs = options.configs;
    for (const name of this.#enabled()) this.#servers.set(name, this.#create(name));
  }

  get names(): readonly string[] {
    return this.#enabled();
  }

  start(): void {
    if (this.#started || this.#closed !== null) return;
    this.#started = true;
    for (const server of this.#servers.values()) server.start();
  }

  async settled(signal: AbortSignal): Promise<void> {
    await Promise.all(
      Array.from(this.#servers.values(), async (server) => {
        const left = server.startDeadline - performance.now();
        if (left <= 0 || signal.aborted) return;
        const enough = AbortSignal.any([signal, timeoutSignal(left)]);
        await withSignal(server.settled(), enough).catch(() => {});
      }),
    );
  }

  tools(): readonly NamedTool[] {
    const lists = Array.from(this.#servers.values(), (server) => ({ server, tools: server.tools }));
    if (!sameLists(lists, this.#named.lists)) this.#named = { lists, tools: this.#name(lists) };
    return this.#named.tools;
  }

  #name(lists: readonly ToolList[]): readonly NamedTool[] {
    const all = lists.flatMap(({ server, tools }) =>
      tools.map((tool) => ({
        server: server.name,
        tool: tool.name,
        named: { server: server.name, tool, enabled: isToolEnabled(tool.name, server.config) },
      })),
    );
    const { tools, dropped } = nameTools(all);
    for (const { server, tool } of dropped)
      this.#options.log(`${server}: its tool ${tool} is left out: the name is taken`);
    return tools.map(({ name, tool }) => ({ name, ...tool.named }));
  }

  states(): readonly McpServerState[] {
    const names = Object.keys(this.#configs).sort();
    return names.flatMap((name) => {
      const config = this.#configs[name];
      if (config === undefined) return [];
      const server = this.#servers.get(name);
      const tools = (server?.tools ?? []).filter((tool) => isToolEnabled(tool.name, config));
      return [{ name, config, status: server?.status ?? null, tools }];
    });
  }

  async call({ server: name, tool, arguments: args, signal, onProgress }: McpCall): Promise<McpCallResult> {
    const server = this.#server(name);
    if (!isToolEnabled(tool, server.config)) throw new McpError({ kind: "toolDisabled", server: name, tool });
    const connection = await server.connection(signal);
    const timeoutMs = server.config.toolTimeoutMs;
    const gate = createProgressGate({ perSecond: 10, now: () => performance.now() });
    return connection.callTool({
      name: tool,
      arguments: args,
      timeoutMs,
      signal,
      onProgress: (message) => {
        if (onProgress !== undefined && gate()) onProgress(message);
      },
    });
  }

  async listResources(
    name: string,
    kind: ResourceKind,
    { cursor, signal }: { readonly cursor: string | null; readonly signal: AbortSignal },
  ): Promise<ResourcePage> {
    const server = this.#server(name);
    const connection = await server.connection(signal);
    if (!connection.hasResources) return { entries: [], nextCursor: null };
    return connection.listResources(kind, cursor, { timeoutMs: server.config.toolTimeoutMs, signal });
  }

  async listAllResources(
    kind: ResourceKind,
    signal: AbortSignal,
  ): Promise<readonly { readonly server: string; readonly entries: readonly JsonObject[] }[]> {
    const ready = [...this.#servers.values()].filter(({ status }) => status.state === "ready");
    const lists = await Promise.all(
      ready.map(async ({ name }) => {
        try {
          const entries = await readAllPages((cursor) => this.listResources(name, kind, { cursor, signal }));
          return { server: name, entries };
        } catch (error) {
          if (!(error instanceof McpError)) throw error;
          this.#options.log(`${name}: ${error.message}`);
          return { server: name, entries: [] };
        }
      }),
    );
    return lists.toSorted((a, b) => (a.server < b.server ? -1 : 1));
  }

  async readResource(name: string, uri: string, signal: AbortSignal): Promise<readonly JsonObject[]> {
    const server = this.#server(name);
    const connection = await server.connection(signal);
    return connection.readResource(uri, { timeoutMs: server.config.toolTimeoutMs, signal });
  }

  async setSandboxState(state: JsonObject): Promise<void> {
    if (JSON.stringify(state) === JSON.stringify(this.#sandboxState)) return;
    this.#sandboxState = state;
    await Promise.all(Array.from(this.#servers.values(), (server) => server.tellSandboxState()));
  }

  async reconfigure(configs: McpServerConfigs): Promise<void> {
    const before = this.#configs;
    this.#configs = configs;
    const wanted = new Set(this.#enabled());
    const gone = [...this.#servers.values()].filter(
      ({ name, status }) => !wanted.has(name) || status.state === "failed" || !same(before[name], configs[name]),
    );
    for (const { name } of gone) this.#servers.delete(name);
    await Promise.all(gone.map((server) => server.close()));
    for (const name of wanted) if (!this.#servers.has(name)) this.#add(name);
  }

  async restart(name: string): Promise<void> {
    const server = this.#servers.get(name);
    if (server === undefined) return;
    this.#servers.delete(name);
    await server.close();
    if (!this.#servers.has(name) && this.#enabled().includes(name)) this.#add(name);
  }

  cancelStart(): void {
    for (const server of this.#servers.values()) server.cancelStart();
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all(Array.from(this.#servers.values(), (server) => server.close())).then(() => {});
    return this.#closed;
  }

  #enabled(): readonly string[] {
    const entries = Object.entries(this.#configs).filter(([, { enabled }]) => enabled);
    return entries.map(([name]) => name).sort();
  }

  #add(name: string): void {
    if (this.#closed !== null) return;
    const server = this.#create(name);
    this.#servers.set(name, server);
    if (this.#started) server.start();
  }

  #create(name: string): McpServer {
    const config = this.#configs[name];
    if (config === undefined) throw new McpError({ kind: "unknownServer", server: name });
    const { clientVersion, env, cwd, log, onStatus, onWarning, elicit, restartDelaysMs, tokensFor } = this.#options;
    const { fetch: webFetch = fetch } = this.#options;
    const { transport } = config;
    return createServer(name, config, {
      tokens: transport.type === "http" ? (tokensFor?.(name, transport) ?? null) : null,
      surroundings: {
        clientVersion,
        env,
        fetch: webFetch,
        cwd,
        log,
        onStatus,
        onWarning,
        elicit,
        sandboxState: () => this.#sandboxState,
        connect: connectLazily,
        restartDelaysMs: restartDelaysMs ?? RESTART_DELAYS_MS,
      },
    });
  }

  #server(name: string): McpServer {
    const server = this.#servers.get(name);
    if (server === undefined) throw new McpError({ kind: "unknownServer", server: name });
    return server;
  }
}

function same(a: McpServerConfig | undefined, b: McpServerConfig | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function sameLists(a: readonly ToolList[], b: readonly ToolList[]): boolean {
  return a.length === b.length && a.every(({ server, tools }, at) => server === b[at]?.server && tools === b[at].tools);
}
