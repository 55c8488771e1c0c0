import { isJsonObject, type JsonObject, type JsonValue } from "@heddle/protocol";

/** A question of an MCP server that is passed on to the client of our own server. */
export interface ForwardedQuestion {
  readonly question: JsonObject;
  /** How the answer names it. */
  readonly reply: { readonly conversationId: string; readonly serverName: string; readonly requestId: string };
}

const NOTHING_TO_FILL_IN: JsonObject = { type: "object", properties: {} };

/**
 * @param event the parameters of `codex/event/elicitation_request`. A page to open is a form with nothing to fill in, whose
 * message has the address: every client that can be asked knows forms.
 */
export function toForwarded(event: JsonObject): ForwardedQuestion {
  const msg = isJsonObject(event["msg"]) ? event["msg"] : {};
  const asked = isJsonObject(event["question"]) ? event["question"] : {};
  const schema = asked["requestedSchema"];
  const serverName = textOf(msg["server_name"]);
  return {
    question: {
      message: textOf(msg["message"]),
      requestedSchema: isJsonObject(schema) ? schema : NOTHING_TO_FILL_IN,
      codex_elicitation: "mcp-server",
      codex_mcp_server: serverName,
    },
    reply: { conversationId: textOf(event["conversationId"]), serverName, requestId: textOf(msg["id"]) },
  };
}

/** The answer of the client in the words of `resolveElicitation`. What is neither a yes nor a no is a `cancel`. */
export function toResolution(answer: unknown): JsonObject {
  if (!isJsonObject(answer)) return { decision: "cancel" };
  const { action, content } = answer;
  if (action === "accept") return { decision: "accept", ...(isMembers(content) ? { content } : {}) };
  return { decision: action === "decline" ? "decline" : "cancel" };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Came off the wire as JSON: its members are JSON. */
function isMembers(value: unknown): value is { readonly [member: string]: JsonValue | undefined } {
  return isJsonObject(value);
}
