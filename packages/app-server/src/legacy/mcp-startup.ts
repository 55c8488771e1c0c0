import type { ThreadEvent, Thread } from "@heddle/core";
import type { EventMsg } from "@heddle/protocol";

type Status = Extract<ThreadEvent, { type: "mcpServerStatus" }>["status"];

/** How the MCP servers of a thread start, in the events of the first API. Source: MCP spec, section A2. */
export interface LegacyMcpStartup {
  /** What has happened by now, for a listener that was not there; all of it where there are no servers. */
  begun(mcp: Thread["mcp"]): readonly EventMsg[];
  /** A change, and the sum of all when no server is starting any more. */
  change(server: string, status: Status): readonly EventMsg[];
}

export function createLegacyMcpStartup(): LegacyMcpStartup {
  const known = new Map<string, Status>();

  const change = (server: string, status: Status): readonly EventMsg[] => {
    const wasStarting = isSomeoneStarting(known);
    known.set(server, status);
    const update: EventMsg = { type: "mcp_startup_update", server, status: toWire(status) };
    return wasStarting && !isSomeoneStarting(known) ? [update, sum(known)] : [update];
  };
  return {
    change,
    begun(mcp) {
      const started = (mcp?.servers.states() ?? []).flatMap(({ name, status }) => {
        return status === null ? [] : [{ name, status }];
      });
      if (started.length === 0) return [sum(known)];
      // They start when somebody listens, and are as good as cancelled before: all that is to be told comes yet.
      if (known.size > 0 || started.every(({ status }) => status.state === "cancelled")) return [];
      for (const { name, status } of started) known.set(name, status);
      const updates = started.map(({ name, status }): EventMsg => {
        return { type: "mcp_startup_update", server: name, status: toWire(status) };
      });
      return isSomeoneStarting(known) ? updates : [...updates, sum(known)];
    },
  };
}

function isSomeoneStarting(known: ReadonlyMap<string, Status>): boolean {
  for (const { state } of known.values()) if (state === "starting") return true;
  return false;
}

function sum(known: ReadonlyMap<string, Status>): EventMsg {
  const ends = [...known].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const named = (wanted: Status["state"]): string[] =>
    ends.filter(([, { state }]) => state === wanted).map(([name]) => name);
  return {
    type: "mcp_startup_complete",
    ready: named("ready"),
    failed: ends.flatMap(([server, status]) => (status.state === "failed" ? [{ server, error: status.error }] : [])),
    cancelled: named("cancelled"),
  };
}

function toWire(status: Status) {
  return status.state === "failed" ? { state: status.state, error: status.error } : { state: status.state };
}
