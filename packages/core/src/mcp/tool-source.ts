import { toParameters, type McpCallResult, type McpServers, type NamedTool } from "@heddle/mcp";
import { itemId } from "@heddle/protocol";
import type { Approved } from "../approvals/grant.ts";
import { judgeMcpCall, type McpApprovalMode, type McpCallPlan } from "../approvals/mcp-call.ts";
import type { OfferedTool, Tool } from "../tools/tool.ts";
import type { ToolOffer, ToolSource } from "../tools/tool-source.ts";
import { readArguments, showCall } from "./show-call.ts";

/** How a tool call is put under a person's word. */
export interface McpToolSourceOptions {
  readonly servers: McpServers;
  /** When the tools of a server are asked about. */
  readonly approvalMode: (server: string) => McpApprovalMode;
}

/**
 * The tools of a thread's servers. Within a turn the offer stays the same, whatever servers do meanwhile: providers cache
 * what comes before the input. The first request waits for servers that start. Closes nothing: the servers have an owner.
 */
export function createMcpToolSource({ servers, approvalMode }: McpToolSourceOptions): ToolSource {
  const ofTurn = new WeakMap<AbortSignal, Promise<ToolOffer>>();
  let last: { readonly tools: readonly NamedTool[]; readonly offer: ToolOffer } | null = null;

  const offerNow = (): ToolOffer => {
    const tools = servers.tools();
    if (last?.tools !== tools) last = { tools, offer: toOffer(tools, { servers, approvalMode }) };
    return last.offer;
  };
  return {
    place: "last",
    offer({ signal }) {
      const known = ofTurn.get(signal);
      if (known !== undefined) return known;
      const offer = servers.settled(signal).then(offerNow);
      ofTurn.set(signal, offer);
      return offer;
    },
    close: async () => {},
  };
}

function toOffer(tools: readonly NamedTool[], options: McpToolSourceOptions): ToolOffer {
  const offered: OfferedTool[] = [];
  const served: Tool[] = [];
  for (const named of tools) {
    const tool = toTool(named, options);
    if (!named.enabled) {
      served.push(tool);
      continue;
    }
    const { description, inputSchema } = named.tool;
    const parameters = toParameters(inputSchema);
    offered.push({ tool, spec: { type: "function", name: named.name, description, strict: false, parameters } });
  }
  return { offered, served };
}

function toTool({ name, server, tool }: NamedTool, { servers, approvalMode }: McpToolSourceOptions): Tool {
  return {
    name,
    admission: tool.readOnly ? "parallel" : "exclusive",
    async handle(call, context) {
      const read = readArguments(call);
      if (!read.ok) return read.output;
      const shown = { server, tool: tool.name, arguments: read.value };
      const { emit, turnId, signal } = context;
      return showCall(shown, call, {
        context,
        async run(item) {
          const id = itemId(item.id);
          const plan = { itemId: id, server, tool, arguments: read.value };
          const verdict = await judgeMcpCall(plan, approvalMode(server), context);
          if (verdict.type !== "approved") return verdict;
          const onProgress = (message: string): void =>
            emit({ type: "mcpToolCallProgress", turnId, itemId: id, message });
          return { type: "result", result: await callApproved(verdict.approved, { servers, signal, onProgress }) };
        },
      });
    },
  };
}

/** Takes an approved plan and nothing else. */
function callApproved(
  { plan }: Approved<McpCallPlan>,
  options: {
    readonly servers: McpServers;
    readonly signal: AbortSignal;
    readonly onProgress: (message: string) => void;
  },
): Promise<McpCallResult> {
  const { servers, ...rest } = options;
  return servers.call({ server: plan.server, tool: plan.tool.name, arguments: plan.arguments, ...rest });
}
