import type { AdapterContext, WireAdapter } from "../adapter.ts";
import { customToolNames } from "../function-calls.ts";
import { createGeminiDecoder } from "./decoder.ts";
import { classifyGeminiReply } from "./errors.ts";
import { encodeGeminiRequest, hasConflictingSearch } from "./request.ts";

/** `generateContent` of Google Gemini, also as Vertex offers it. Source: models spec, section 11. */
export function createGeminiAdapter({ provider, newCallId }: AdapterContext): WireAdapter {
  /** Threads whose signatures were refused: their calls are marked as not to be checked. */
  const unsigned = new Set<string>();
  let hasWarned = false;
  return {
    auth: provider.baseUrl?.includes("aiplatform.googleapis.com") === true ? "bearer" : "x-goog-api-key",
    models: { path: "models", headers: {} },
    encode(request) {
      const isConflict = hasConflictingSearch(request.prompt.tools);
      const warnings = isConflict && !hasWarned ? [SEARCH_CONFLICT] : [];
      hasWarned ||= isConflict;
      const body = encodeGeminiRequest(request, {
        provider: provider.id,
        maxOutputTokens: provider.maxOutputTokens ?? null,
        signatures: unsigned.has(request.threadId) ? "skip" : "own",
      });
      const model = encodeURIComponent(request.model.replace(/^models\//, ""));
      return { path: `models/${model}:streamGenerateContent?alt=sse`, headers: {}, body, warnings };
    },
    createDecoder: ({ prompt, model, attempt }) =>
      createGeminiDecoder({
        recipient: { provider: provider.id, model },
        customTools: customToolNames(prompt),
        newCallId,
        mayRepeat: attempt === 0,
      }),
    classify: classifyGeminiReply,
    learn({ status, body }, _encoded, { threadId }) {
      if (status !== 400 || !/thought.?signature/i.test(body) || unsigned.has(threadId)) return false;
      unsigned.add(threadId);
      return true;
    },
  };
}

const SEARCH_CONFLICT = "Gemini cannot search the web beside other tools: the search is not offered.";
