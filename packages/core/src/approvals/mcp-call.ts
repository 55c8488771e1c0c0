import type { McpTool } from "@heddle/mcp";
import type { ItemId, JsonValue } from "@heddle/protocol";
import type { ToolContext } from "../tools/tool.ts";
import { grant, type Approved } from "./grant.ts";

/**
 * When the tools of a server are asked about: never (`approve`), when the server marks one as destructive (`auto`), or
 * each time (`prompt`). Servers run outside of the sandbox: what their tools do, the sandbox does not see.
 */
export type McpApprovalMode = "approve" | "auto" | "prompt";

/** One call of a server's tool. */
export interface McpCallPlan {
  readonly itemId: ItemId;
  readonly server: string;
  readonly tool: McpTool;
  readonly arguments: { readonly [member: string]: JsonValue | undefined } | null;
}

export type McpCallVerdict =
  | { readonly type: "approved"; readonly approved: Approved<McpCallPlan> }
  | { readonly type: "declined"; readonly reason: string }
  | { readonly type: "cancelled" };

const REJECTED = "MCP tool call rejected by user";

/** Decides about a call, with a question to a person where the configuration wants one. */
export async function judgeMcpCall(
  plan: McpCallPlan,
  mode: McpApprovalMode,
  { approvals, settings, turnId, signal }: Pick<ToolContext, "approvals" | "settings" | "turnId" | "signal">,
): Promise<McpCallVerdict> {
  const { itemId, server, tool } = plan;
  if (mode === "approve" || (mode === "auto" && !tool.destructive)) {
    return { type: "approved", approved: grant(plan, { type: "unsandboxed", why: "rule" }) };
  }
  if (settings.approvalPolicy === "never") {
    return { type: "declined", reason: `${REJECTED}: it needs an approval, and the approval policy is never` };
  }
  const reason = tool.destructive ? "the server marks this tool as destructive" : null;
  const answer = await approvals.ask(
    {
      turnId,
      itemId,
      question: { kind: "mcpToolCall", server, tool: tool.name, arguments: plan.arguments, reason },
      // An answer for the session is one for the tool: its arguments differ each time.
      sessionKey: JSON.stringify(["mcp", server, tool.name]),
    },
    signal,
  );
  switch (answer.type) {
    case "accept":
    case "acceptForSession":
    case "acceptWithAmendment": // there is no rule for tools: the yes counts
      return { type: "approved", approved: grant(plan, { type: "unsandboxed", why: "approved" }) };
    case "decline":
      return { type: "declined", reason: REJECTED };
    case "cancel":
      return { type: "cancelled" };
  }
}
