import { isAzure } from "../../provider/endpoint.ts";
import type { AdapterContext, WireAdapter } from "../adapter.ts";
import { classifyOpenAiReply } from "../http-errors.ts";
import { createResponsesDecoder } from "./decoder.ts";
import { encodeResponsesRequest } from "./request.ts";

/** The Responses API over SSE: the form that the history of a thread has anyway. Source: models spec, section 2. */
export function createResponsesAdapter({ provider }: AdapterContext): WireAdapter {
  const sendsItemIds = isAzure(provider);
  return {
    auth: "bearer",
    models: { path: "models", headers: {} },
    encode(request) {
      const { threadId, subagent } = request;
      return {
        path: "responses",
        headers: {
          conversation_id: threadId,
          session_id: threadId,
          ...(subagent === null ? {} : { "x-openai-subagent": subagent }),
        },
        body: encodeResponsesRequest(request, { provider, sendsItemIds }),
      };
    },
    createDecoder: ({ model }) => createResponsesDecoder({ provider: provider.id, model, keepIds: sendsItemIds }),
    classify: classifyOpenAiReply,
  };
}
