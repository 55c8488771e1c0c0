import type { AdapterContext, WireAdapter } from "../adapter.ts";
import { customToolNames } from "../function-calls.ts";
import { createChatDecoder } from "./decoder.ts";
import { initialDialect, learnDialect } from "./dialect.ts";
import { classifyChatReply } from "./errors.ts";
import { encodeChatRequest } from "./request.ts";

/** Chat Completions over SSE, which most providers and all local servers speak. Source: models spec, section 3. */
export function createChatAdapter({ provider, newCallId }: AdapterContext): WireAdapter {
  let dialect = initialDialect(provider);
  let hasWarned = false;
  return {
    auth: "bearer",
    models: { path: "models", headers: {} },
    encode(request) {
      const lacksSearch = request.prompt.tools.some(({ type }) => type === "web_search");
      const warnings =
        lacksSearch && !hasWarned ? [`${provider.name} has no web search: the tool is not offered.`] : [];
      hasWarned ||= lacksSearch;
      return { path: "chat/completions", headers: {}, body: encodeChatRequest(request, provider, dialect), warnings };
    },
    createDecoder: ({ prompt, model }) =>
      createChatDecoder({
        recipient: { provider: provider.id, model },
        customTools: customToolNames(prompt),
        newCallId,
      }),
    classify: classifyChatReply,
    dialect: () => dialect,
    learn({ status, body }, encoded) {
      const learned = status === 400 || status === 422 ? learnDialect(dialect, body, encoded.body) : null;
      if (learned === null) return false;
      dialect = learned;
      return true;
    },
  };
}
