import {
  createMcpServers,
  type ElicitationAnswer,
  type McpServerConfig,
  type McpServers,
  type McpServersOptions,
  type McpServerStatus,
} from "@heddle/mcp";
import { scriptedMcpServer } from "@heddle/testkit";

/** The configuration of a server that behaves as `mode` says. */
export function scripted(
  mode = "plain",
  more: Partial<McpServerConfig> & { readonly file?: string } = {},
): McpServerConfig {
  const { file = "", ...rest } = more;
  return {
    transport: {
      type: "stdio",
      ...scriptedMcpServer(mode, file),
      env: null,
      envVars: [],
      cwd: null,
    },
    enabled: true,
    startupTimeoutMs: 10_000,
    toolTimeoutMs: 10_000,
    enabledTools: null,
    disabledTools: [],
    ...rest,
  };
}

export function remote(url: string, more: Partial<McpServerConfig> = {}): McpServerConfig {
  return {
    ...scripted(),
    transport: { type: "http", url, bearerTokenEnvVar: null, httpHeaders: null, envHttpHeaders: null, oauth: null },
    ...more,
  };
}

/** Servers with a record of what they told their owner. */
export interface StartedServers {
  readonly servers: McpServers;
  readonly statuses: { readonly server: string; readonly status: McpServerStatus }[];
  readonly warnings: string[];
  readonly log: string[];
  /** Resolves when `holds` does, looked at whenever something is told. */
  until(holds: () => boolean): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export function startServers(
  configs: Readonly<Record<string, McpServerConfig>>,
  options: Partial<McpServersOptions> = {},
): StartedServers {
  const statuses: StartedServers["statuses"] = [];
  const warnings: string[] = [];
  const log: string[] = [];
  const waiting = new Set<() => void>();
  const told = (): void => {
    for (const look of waiting) look();
  };
  const servers = createMcpServers({
    configs,
    clientVersion: "0.0.0",
    env: { PATH: process.env["PATH"], HOME: "/nowhere", SECRET: "s" },
    cwd: process.cwd(),
    log(message) {
      log.push(message);
      told();
    },
    onStatus(server, status) {
      statuses.push({ server, status });
      told();
    },
    onWarning(message) {
      warnings.push(message);
      told();
    },
    elicit: (): Promise<ElicitationAnswer> => Promise.resolve({ action: "cancel" }),
    restartDelaysMs: [1, 1],
    ...options,
  });
  servers.start();
  return {
    servers,
    statuses,
    warnings,
    log,
    until: (holds) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!holds()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    [Symbol.asyncDispose]: () => servers.close(),
  };
}

export const never = new AbortController().signal;
