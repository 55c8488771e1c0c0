import type { ApprovalAnswer, ApprovalQuestion, ElicitationAnswer, OpenElicitation, Thread } from "@heddle/core";
import { isJsonObject, type ItemId, type JsonValue, type TurnId } from "@heddle/protocol";
import type { Question } from "./feeds/follower.ts";

const METHOD = "mcpServer/elicitation/request";

/** A question of an MCP server as it is put to clients. An error or a wrong shape for an answer is a `cancel`. */
export function elicitationQuestion(thread: Thread, elicitation: OpenElicitation): Question {
  const { id, server: serverName, turnId, question } = elicitation;
  const threadId = thread.identity.id;
  return {
    key: id,
    threadId,
    isElicitation: true,
    addressee: null,
    method: METHOD,
    params: { threadId, turnId, serverName, ...question },
    settle: (answer) => void thread.mcp?.answer(id, readAnswer(answer)),
  };
}

/** A question whether a tool of an MCP server may be called, with what it belongs to. */
export interface McpApproval {
  readonly turnId: TurnId;
  readonly itemId: ItemId;
  readonly question: Extract<ApprovalQuestion, { kind: "mcpToolCall" }>;
}

/** The one field of the form: a yes for all calls of this tool. */
const REMEMBER = "remember";

/**
 * May this tool be called? In the form of an elicitation: clients that know those need nothing else. What is no clear yes
 * is a no.
 */
export function mcpApprovalQuestion(thread: Thread, { turnId, itemId, question }: McpApproval): Question {
  const threadId = thread.identity.id;
  return {
    key: itemId,
    threadId,
    isElicitation: true,
    addressee: null,
    method: METHOD,
    params: {
      threadId,
      turnId,
      serverName: question.server,
      mode: "form",
      message: describe(question),
      requestedSchema: {
        type: "object",
        properties: { [REMEMBER]: { type: "boolean", title: "Do not ask again for this tool in this thread" } },
      },
    },
    settle: (answer) => void thread.answerApproval(itemId, toApproval(readAnswer(answer))),
  };
}

function describe({ server, tool, arguments: args, reason }: McpApproval["question"]): string {
  const call = `Allow the tool ${server}.${tool} to run with ${JSON.stringify(args ?? {})}?`;
  return reason === null ? call : `${call} (${reason})`;
}

function toApproval(answer: ElicitationAnswer): ApprovalAnswer {
  if (answer.action !== "accept") return { type: "decline" };
  return answer.content?.[REMEMBER] === true ? { type: "acceptForSession" } : { type: "accept" };
}

/** Everything that is not exactly an answer means that there is none. */
function readAnswer(result: unknown): ElicitationAnswer {
  if (!isJsonObject(result)) return { action: "cancel" };
  switch (result["action"]) {
    case "accept": {
      const { content } = result;
      return { action: "accept", content: isMembers(content) ? content : null };
    }
    case "decline":
      return { action: "decline" };
    default:
      return { action: "cancel" };
  }
}

/** Came off the wire as JSON: its members are JSON. */
function isMembers(value: unknown): value is { readonly [member: string]: JsonValue | undefined } {
  return isJsonObject(value);
}
