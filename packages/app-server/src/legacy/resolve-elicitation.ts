import { invalidRequest } from "@heddle/protocol";
import { legacyClient } from "./client.ts";
import { readConversationId } from "./conversation-id.ts";
import type { LegacyHandler } from "./handler.ts";

/** `resolveElicitation`: the answer to `elicitation_request`; `content` is that of the form, for a yes. */
export const resolveElicitation: LegacyHandler<"resolveElicitation"> = (params, { session }) => {
  const { conversationId, serverName, requestId, decision, content } = params;
  const elicitation = { threadId: readConversationId(conversationId), server: serverName, id: `${requestId}` };
  const answer = { action: decision, ...(content === undefined || content === null ? {} : { content }) };
  if (legacyClient(session).elicitations.answer(elicitation, answer)) return {};
  throw invalidRequest(`elicitation not found: ${serverName} ${requestId}`);
};
