import type { ModelRequest } from "../../prompt.ts";
import type { ChatDialect, ProviderConfig } from "../../provider/provider-config.ts";
import { toFunctionTool } from "../function-calls.ts";
import { toChatMessages } from "./messages.ts";

/** The body of a `POST /chat/completions`. Source: models spec, section 3. */
export function encodeChatRequest(request: ModelRequest, provider: ProviderConfig, dialect: ChatDialect): string {
  const { prompt, model, family } = request;
  const usable = { ...dialect, images: dialect.images && family.supportsImages };
  const tools = prompt.tools.flatMap((tool) => toFunctionTool(tool) ?? []);
  const effort = family.thinking === null ? request.effort : (request.effort ?? family.defaultEffort);
  const maxTokens = provider.maxOutputTokens ?? null;
  return JSON.stringify({
    model,
    messages: toChatMessages(prompt, usable, { provider: provider.id, model }),
    stream: true,
    ...(dialect.streamUsage ? { stream_options: { include_usage: true } } : {}),
    ...(tools.length === 0
      ? {}
      : { tools: tools.map((tool) => ({ type: "function", function: { ...tool, strict: false } })) }),
    ...(tools.length === 0 || !dialect.parallelToolCalls ? {} : { parallel_tool_calls: prompt.parallelToolCalls }),
    ...(effort === null || !dialect.reasoningEffort ? {} : { reasoning_effort: effort }),
    ...(maxTokens === null ? {} : { [dialect.maxTokensField]: maxTokens }),
    ...(prompt.outputSchema === null
      ? {}
      : {
          response_format: {
            type: "json_schema",
            json_schema: { name: "codex_output_schema", strict: true, schema: prompt.outputSchema },
          },
        }),
  });
}
