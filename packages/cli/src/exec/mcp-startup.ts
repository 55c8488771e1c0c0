import type { ServerNotification } from "@heddle/protocol";
import { visibleText } from "./visible-text.ts";

type Status = Extract<ServerNotification, { method: "mcpServer/startupStatus/updated" }>["params"];

/** How far the MCP servers of the thread have come. */
export interface McpStartup {
  readonly servers: ReadonlyMap<string, Status["status"]>;
  /** Whether it was told what came of it all. */
  readonly summed: boolean;
}

export const noMcpStartup: McpStartup = { servers: new Map(), summed: false };

/** What is printed about one change: a line, and the sum of all when no server is starting any more. Source: MCP spec, A2. */
export function stepMcpStartup(
  before: McpStartup,
  { name, status, error }: Status,
): { readonly startup: McpStartup; readonly text: string } {
  const servers = new Map(before.servers).set(name, status);
  const end = status === "failed" ? `failed: ${error ?? "for no known reason"}` : status;
  const line = `mcp: ${visibleText(`${name} ${end}`)}\n`;
  if (before.summed || [...servers.values()].includes("starting")) {
    return { startup: { ...before, servers }, text: line };
  }
  return { startup: { servers, summed: true }, text: `${line}mcp startup: ${sum(servers)}\n` };
}

function sum(servers: McpStartup["servers"]): string {
  const groups = (["ready", "failed", "cancelled"] as const).map((status) => {
    const names = [...servers].filter(([, has]) => has === status).map(([name]) => name);
    return names.length === 0 ? null : `${status}: ${names.toSorted().join(", ")}`;
  });
  return visibleText(groups.filter((group) => group !== null).join("; "));
}
