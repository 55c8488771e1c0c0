import type { ConfigTable, ProviderTable } from "../schema/fields/root.ts";
import { MAX_RETRIES } from "../schema/fields/provider.ts";
import type { ModelFamilySettings, ProviderDialect, ProviderSettings } from "./resolved-config.ts";

const DEFAULT_REQUEST_RETRIES = 4;
const DEFAULT_STREAM_RETRIES = 5;
const DEFAULT_STREAM_IDLE_MS = 300_000;

/** The providers of `[model_providers]`. */
export function resolveProviders(providers: ConfigTable["model_providers"]): Record<string, ProviderSettings> {
  return Object.fromEntries(Object.entries(providers ?? {}).map(([id, table]) => [id, resolveProvider(id, table)]));
}

function resolveProvider(id: string, table: ProviderTable): ProviderSettings {
  return {
    id,
    name: table.name,
    baseUrl: table.base_url ?? null,
    envKey: table.env_key ?? null,
    envKeyInstructions: table.env_key_instructions ?? null,
    bearerToken: table.experimental_bearer_token ?? null,
    wireApi: table.wire_api ?? "chat",
    queryParams: table.query_params ?? null,
    httpHeaders: table.http_headers ?? null,
    envHttpHeaders: table.env_http_headers ?? null,
    requestMaxRetries: Math.min(table.request_max_retries ?? DEFAULT_REQUEST_RETRIES, MAX_RETRIES),
    streamMaxRetries: Math.min(table.stream_max_retries ?? DEFAULT_STREAM_RETRIES, MAX_RETRIES),
    streamIdleTimeoutMs: table.stream_idle_timeout_ms ?? DEFAULT_STREAM_IDLE_MS,
    requiresOpenaiAuth: table.requires_openai_auth ?? false,
    proxy: table.proxy ?? null,
    auth: table.auth ?? null,
    apiVersion: table.api_version ?? null,
    maxOutputTokens: table.max_output_tokens ?? null,
    dialect: table.dialect === undefined ? null : resolveDialect(table.dialect),
  };
}

function resolveDialect(table: Exclude<ProviderTable["dialect"], undefined>): Partial<ProviderDialect> {
  const field = table.reasoning_field;
  return given({
    reasoningField: field === "none" ? null : field,
    developerRole: table.developer_role,
    parallelToolCalls: table.parallel_tool_calls,
    streamUsage: table.stream_usage,
    reasoningEffort: table.reasoning_effort,
    images: table.images,
    maxTokensField: table.max_tokens_field,
  });
}

/** The families of `[model_families]`. */
export function resolveModelFamilies(families: ConfigTable["model_families"]): Record<string, ModelFamilySettings> {
  const entries = Object.entries(families ?? {}).map(([prefix, table]): [string, ModelFamilySettings] => [
    prefix,
    given({
      contextWindow: table.context_window,
      autoCompactTokenLimit: table.auto_compact_token_limit,
      maxOutputTokens: table.max_output_tokens,
      supportsReasoningSummaries: table.supports_reasoning_summaries,
      supportsParallelToolCalls: table.supports_parallel_tool_calls,
      supportsVerbosity: table.supports_verbosity,
      supportsImages: table.supports_images,
      defaultVerbosity: table.default_verbosity,
      defaultEffort: table.default_reasoning_effort,
      applyPatchTool: table.apply_patch_tool === "none" ? null : table.apply_patch_tool,
      shellTool: table.shell_tool,
      truncation: table.truncation,
      base: table.base,
    }),
  ]);
  return Object.fromEntries(entries);
}

/** The object without the members that are undefined. */
function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same members, less the undefined ones
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
