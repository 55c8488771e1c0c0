import { quoteCommand } from "@heddle/execpolicy";
import { isJsonObject, type JsonObject, type JsonValue } from "@heddle/protocol";

/** An approval that the engine asks for, in the words of the first API. */
export interface ApprovalAsked {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The call that an approval belongs to. */
export interface AskedFor {
  /** Of the request that called the tool, as text. */
  readonly toolCallId: string;
  /** Under which events of the turn are told. */
  readonly eventId: string;
}

/** The question as an MCP client is asked it; null for what has no such question. Source: MCP spec, section C. */
export function toElicitation({ method, params }: ApprovalAsked, { toolCallId, eventId }: AskedFor): JsonObject | null {
  const common = {
    requestedSchema: { type: "object", properties: {} },
    codex_mcp_tool_call_id: toolCallId,
    codex_event_id: eventId,
    codex_call_id: String(params["callId"]),
  };
  const json: JsonObject = JSON.parse(JSON.stringify(params));
  switch (method) {
    case "execCommandApproval": {
      const words = Array.isArray(params["command"]) ? params["command"].map(String) : [];
      const cwd = String(params["cwd"]);
      return {
        message: `Allow Heddle to run \`${quoteCommand(words)}\` in \`${cwd}\`?`,
        ...common,
        codex_elicitation: "exec-approval",
        codex_command: words,
        codex_cwd: cwd,
        codex_parsed_cmd: json["parsedCmd"],
        ...optional("codex_risk", json["risk"]),
      };
    }
    case "applyPatchApproval": {
      const reason = typeof params["reason"] === "string" ? `${params["reason"]}\n` : "";
      return {
        message: `${reason}Allow Heddle to apply proposed code changes?`,
        ...common,
        codex_elicitation: "patch-approval",
        codex_changes: json["fileChanges"],
        ...optional("codex_reason", json["reason"]),
        ...optional("codex_grant_root", json["grantRoot"]),
      };
    }
    default:
      return null;
  }
}

function optional(key: string, value: JsonValue | undefined): JsonObject {
  return value === undefined || value === null ? {} : { [key]: value };
}

/**
 * The answer of an MCP client in the words of the first API: its own `decision`, else the standard `action`. What is
 * neither is a no.
 */
export function toDecision(answer: unknown): JsonValue {
  if (!isJsonObject(answer)) return "denied";
  const { decision, action } = answer;
  if (decision !== undefined) return isDecision(decision) ? decision : "denied";
  switch (action) {
    case "accept":
      return "approved";
    case "cancel":
      return "abort";
    default:
      return "denied";
  }
}

/** Whether it is one of the words is for the engine to say, which takes any other for a no. */
function isDecision(value: unknown): value is JsonValue {
  return typeof value === "string" || isJsonObject(value);
}
