import { isJsonObject, type EventMsg, type JsonValue, type ThreadId } from "@heddle/protocol";
import type { Asked, Question } from "../feeds/follower.ts";

/** A question of an MCP server, as the first API names it. */
export interface LegacyElicitation {
  readonly threadId: ThreadId;
  readonly server: string;
  readonly id: string;
}

/** The questions of MCP servers that were told to a client of the first API, which answers them with a request of its own. */
export interface LegacyElicitations {
  /** Keeps the question until it is answered or withdrawn. */
  open(question: Question): { readonly event: EventMsg; readonly asked: Asked };
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
      // There is no place for an address of its own.
      const message = [textIn(params, "message"), textIn(params, "url")].filter((text) => text !== "").join("\n");
      return {
        event: { type: "elicitation_request", server_name: server, id, message },
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

function textIn(value: JsonValue, member: string): string {
  const text = isJsonObject(value) ? value[member] : null;
  return typeof text === "string" ? text : "";
}
