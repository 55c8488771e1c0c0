import type { ChatDialect, ProviderConfig } from "../../provider/provider-config.ts";

const DEFAULT_DIALECT: ChatDialect = {
  reasoningField: "echo",
  developerRole: false,
  parallelToolCalls: true,
  streamUsage: true,
  reasoningEffort: true,
  images: true,
  maxTokensField: "max_tokens",
};

/** What is known of endpoints by their host. Anything else starts with the default and learns from refusals. */
const BY_HOST: readonly (readonly [RegExp, Partial<ChatDialect>])[] = [
  [/(^|\.)openai\.com$/, { reasoningField: null, developerRole: true, maxTokensField: "max_completion_tokens" }],
  [/(^|\.)openrouter\.ai$/, { reasoningField: "reasoning" }],
  [/(^|\.)deepseek\.com$/, { reasoningField: "reasoning_content", reasoningEffort: false, images: false }],
  [/(^|\.)mistral\.ai$/, { reasoningEffort: false, streamUsage: false }],
];

/** How an endpoint is spoken to before it has refused anything: by its host, then as configured. */
export function initialDialect({ baseUrl, dialect }: Pick<ProviderConfig, "baseUrl" | "dialect">): ChatDialect {
  const host = baseUrl !== null && URL.canParse(baseUrl) ? new URL(baseUrl).hostname : "";
  const known = BY_HOST.find(([pattern]) => pattern.test(host))?.[1];
  return { ...DEFAULT_DIALECT, ...known, ...dialect };
}

/**
 * The dialect without what a refusal complains about; null when it names nothing that the request had.
 * @param body of the request, to blame only what was in it.
 */
export function learnDialect(dialect: ChatDialect, refusal: string, body: string): ChatDialect | null {
  const isBlamed = (parameter: string): boolean => refusal.includes(parameter) && body.includes(`"${parameter}":`);
  if (isBlamed("parallel_tool_calls")) return { ...dialect, parallelToolCalls: false };
  if (isBlamed("stream_options")) return { ...dialect, streamUsage: false };
  if (isBlamed("reasoning_effort")) return { ...dialect, reasoningEffort: false };
  if (isBlamed("max_completion_tokens")) return { ...dialect, maxTokensField: "max_tokens" };
  if (isBlamed("max_tokens")) return { ...dialect, maxTokensField: "max_completion_tokens" };
  if (isBlamed("reasoning_content") || isBlamed("reasoning")) return { ...dialect, reasoningField: null };
  if (refusal.includes("developer") && body.includes('"role":"developer"')) return { ...dialect, developerRole: false };
  if (refusal.includes("image") && body.includes('"type":"image_url"')) return { ...dialect, images: false };
  return null;
}
