import { isJsonObject, type ElicitationQuestion, type EventMsg, type JsonValue, type ThreadId } from "@heddle/protocol";
import type { Asked, Question } from "../feeds/follower.ts";

/** A question of an MCP server, as the first API names it. */
export interface LegacyElicitation {
  readonly threadId: ThreadId;
  readonly server: string;
  readonly id: string;
}

/** A question as the client is told it. */
export interface OpenedElicitation {
  readonly event: EventMsg;
  /** What the event has no place for. */
  readonly question: ElicitationQuestion;
  readonly asked: Asked;
}

/** The questions of MCP servers that were told to a client of the first API, which answers them with a request of its own. */
export interface LegacyElicitations {
  /** Keeps the question until it is answered or withdrawn. */
  open(question: Question): OpenedElicitation;
  /** False when there is no such question (any more). */
  answer(elicitation: LegacyElicitation, answer: JsonValue): boolean;
}

export function createLegacyElicitations(): LegacyElicitations {
  const pending = new Map<string, Question>();
  return {
    open(question) {
      const { key: id, threadId, params } = question;
      const server = textIn(params, "serverName");
      const name = nameOf({ threadId, server, id });
      pending.set(name, question);
      const url = textIn(params, "url");
      // The event has no place for an address of its own.
      const message = [textIn(params, "message"), url].filter((text) => text !== "").join("\n");
      return {
        event: { type: "elicitation_request", server_name: server, id, message },
        question: url === "" ? { mode: "form", requestedSchema: schemaIn(params) } : { mode: "url", url },
        asked: { withdraw: () => void pending.delete(name) },
      };
    },
    answer(elicitation, answer) {
      const name = nameOf(elicitation);
      const question = pending.get(name);
      pending.delete(name);
      question?.settle(answer);
      return question !== undefined;
    },
  };
}

function nameOf({ threadId, server, id }: LegacyElicitation): string {
  return JSON.stringify([threadId, server, id]);
}

function schemaIn(params: JsonValue): JsonValue {
  return isJsonObject(params) ? (params["requestedSchema"] ?? null) : null;
}

function textIn(value: JsonValue, member: string): string {
  const text = isJsonObject(value) ? value[member] : null;
  return typeof text === "string" ? text : "";
}
