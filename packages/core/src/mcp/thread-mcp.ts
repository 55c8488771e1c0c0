import type { McpServerSettings } from "@heddle/config";
import {
  createMcpServers,
  type ElicitationAnswer,
  type McpLogins,
  type McpServers,
  type McpServersOptions,
  type WebFetch,
} from "@heddle/mcp";
import type { TurnId } from "@heddle/protocol";
import type { ThreadSettings } from "../settings/settings.ts";
import type { ThreadEvent } from "../thread/events.ts";
import type { ToolSource } from "../tools/tool-source.ts";
import { createElicitationDesk, type OpenElicitation } from "./elicitations.ts";
import { createMcpResourceSource } from "./resource-tools.ts";
import { toSandboxState } from "./sandbox-state.ts";
import { createMcpToolSource } from "./tool-source.ts";

export type McpSettings = Readonly<Record<string, McpServerSettings>>;

/** What an engine lends to the servers of all its threads. */
export interface McpServices {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For servers over HTTP. */
  readonly fetch: WebFetch;
  /** Where servers run that are not told where: that of the process, absolute. */
  readonly cwd: string;
  readonly newId: () => string;
  /** Null: there are none, or they are turned off. */
  readonly logins: McpLogins | null;
  readonly log: (message: string) => void;
  /** The program by which servers confine what they run; null where there is none. */
  readonly sandboxProgram: () => Promise<string | null>;
}

/** What the servers of a thread need of it. */
export interface McpThread {
  readonly settings: ThreadSettings;
  readonly servers: McpSettings;
  readonly emit: (event: ThreadEvent) => void;
  /** Whether a client is there that can put questions of servers to a person. */
  readonly someoneElicits: () => boolean;
  readonly runningTurn: () => TurnId | null;
}

/** The MCP servers of one thread, with their tools and questions. */
export interface ThreadMcp {
  readonly servers: McpServers;
  readonly toolSources: readonly ToolSource[];
  /** The configuration that the servers run with. */
  readonly settings: McpSettings;
  /** Starts the servers, if they have not been: events of the thread tell how far they are. */
  start(): void;
  /** Servers hear of the sandbox before the first call of a turn. */
  beginTurn(settings: ThreadSettings): Promise<void>;
  reconfigure(settings: McpSettings): Promise<void>;
  answer(id: string, answer: ElicitationAnswer): boolean;
  openElicitations(): readonly OpenElicitation[];
  cancelElicitations(): void;
  close(): Promise<void>;
}

export function createThreadMcp(thread: McpThread, services: McpServices): ThreadMcp {
  const { emit, someoneElicits, runningTurn } = thread;
  const { version, env, fetch, cwd, newId, log, sandboxProgram } = services;
  let settings = thread.servers;
  /** Of the last turn. */
  let turnSettings: ThreadSettings | null = null;
  const desk = createElicitationDesk({ emit, someoneAnswers: someoneElicits, newId });
  const servers = createMcpServers({
    configs: settings,
    clientVersion: version,
    env,
    fetch,
    cwd,
    ...tokensOf(services),
    log: (message) => log(`mcp: ${message}`),
    onStatus: (server, status) => emit({ type: "mcpServerStatus", server, status }),
    onWarning: (message) => emit({ type: "warning", turnId: runningTurn(), message }),
    elicit: (server, question, signal) => desk.ask(server, question, { turnId: runningTurn(), signal }),
  });
  const approvalMode = (server: string): McpServerSettings["toolApproval"] =>
    settings[server]?.toolApproval ?? "prompt";
  /** Nothing is made for threads without servers. */
  const tellSandboxState = async (): Promise<void> => {
    if (turnSettings === null || !Object.values(settings).some(({ enabled }) => enabled)) return;
    await servers.setSandboxState(toSandboxState(turnSettings, await sandboxProgram()));
  };
  return {
    servers,
    get settings() {
      return settings;
    },
    toolSources: [createMcpResourceSource(servers), createMcpToolSource({ servers, approvalMode })],
    start: () => servers.start(),
    async beginTurn(current) {
      turnSettings = current;
      await tellSandboxState();
    },
    async reconfigure(next) {
      settings = next;
      await tellSandboxState();
      await servers.reconfigure(next);
    },
    answer: (id, answer) => desk.answer(id, answer),
    openElicitations: () => desk.open(),
    cancelElicitations: () => desk.cancelAll(),
    async close() {
      desk.cancelAll();
      await servers.close();
    },
  };
}

/** The option by which servers get the tokens of logins. */
export function tokensOf({ logins }: Pick<McpServices, "logins">): Pick<McpServersOptions, "tokensFor"> {
  return logins === null ? {} : { tokensFor: (server, transport) => logins.tokensFor(server, transport) };
}
