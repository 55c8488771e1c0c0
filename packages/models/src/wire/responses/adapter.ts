import type { ModelRequest } from "../../prompt.ts";
import { isAzure } from "../../provider/endpoint.ts";
import type { RequestHeaders } from "../../provider/headers.ts";
import type { AdapterContext, WireAdapter } from "../adapter.ts";
import { classifyOpenAiReply } from "../http-errors.ts";
import { decodeCompaction } from "./compaction.ts";
import { createResponsesDecoder } from "./decoder.ts";
import { encodeCompactionRequest, encodeResponsesRequest } from "./request.ts";

/** The Responses API over SSE: the form that the history of a thread has anyway. Source: models spec, section 2. */
export function createResponsesAdapter({ provider }: AdapterContext): WireAdapter {
  const sendsItemIds = isAzure(provider);
  const target = { provider, sendsItemIds };
  return {
    auth: "bearer",
    models: { path: "models", headers: {} },
    encode: (request) => ({
      path: "responses",
      headers: headersOf(request),
      body: encodeResponsesRequest(request, target),
    }),
    compaction: {
      encode: (request) => ({
        path: "responses/compact",
        headers: headersOf(request),
        body: encodeCompactionRequest(request, target),
      }),
      decode: (body) => decodeCompaction(body, { keepId: sendsItemIds }),
    },
    createDecoder: ({ model }) => createResponsesDecoder({ provider: provider.id, model, keepIds: sendsItemIds }),
    classify: classifyOpenAiReply,
  };
}

function headersOf({ threadId, subagent }: ModelRequest): RequestHeaders {
  return {
    conversation_id: threadId,
    session_id: threadId,
    ...(subagent === null ? {} : { "x-openai-subagent": subagent }),
  };
}
