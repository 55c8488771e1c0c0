import {
  PROVIDER_DEFAULTS,
  type ChatDialect,
  type ConfiguredModel,
  type FamilyOverrides,
  type ProviderConfig,
} from "@heddle/models";
import type { ConfigTable, ProviderTable } from "../schema/fields/root.ts";
import { MAX_RETRIES } from "../schema/fields/provider.ts";

/** The providers of `[model_providers]`. */
export function resolveProviders(providers: ConfigTable["model_providers"]): Record<string, ProviderConfig> {
  return Object.fromEntries(Object.entries(providers ?? {}).map(([id, table]) => [id, resolveProvider(id, table)]));
}

function resolveProvider(id: string, table: ProviderTable): ProviderConfig {
  return {
    ...PROVIDER_DEFAULTS,
    id,
    name: table.name,
    wireApi: table.wire_api ?? "chat",
    ...given({
      baseUrl: table.base_url,
      envKey: table.env_key,
      envKeyInstructions: table.env_key_instructions,
      bearerToken: table.experimental_bearer_token,
      queryParams: table.query_params,
      httpHeaders: table.http_headers,
      envHttpHeaders: table.env_http_headers,
      requestMaxRetries: atMost(MAX_RETRIES, table.request_max_retries),
      streamMaxRetries: atMost(MAX_RETRIES, table.stream_max_retries),
      streamIdleTimeoutMs: table.stream_idle_timeout_ms,
      requiresOpenaiAuth: table.requires_openai_auth,
      proxy: table.proxy,
      auth: table.auth,
      apiVersion: table.api_version,
      maxOutputTokens: table.max_output_tokens,
      dialect: table.dialect === undefined ? undefined : resolveDialect(table.dialect),
    }),
  };
}

function atMost(limit: number, value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.min(value, limit);
}

function resolveDialect(table: Exclude<ProviderTable["dialect"], undefined>): Partial<ChatDialect> {
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

/** The models of `[models]`. */
export function resolveModels(models: ConfigTable["models"]): readonly ConfiguredModel[] {
  return Object.entries(models ?? {}).map(([slug, table]) => ({
    slug,
    provider: table.provider ?? null,
    displayName: table.display_name ?? null,
    description: table.description ?? null,
    efforts: table.reasoning_efforts ?? null,
    defaultEffort: table.default_reasoning_effort ?? null,
    showInPicker: table.hidden !== true,
  }));
}

/** The families of `[model_families]`. */
export function resolveModelFamilies(families: ConfigTable["model_families"]): Record<string, FamilyOverrides> {
  const entries = Object.entries(families ?? {}).map(([prefix, table]): [string, FamilyOverrides] => [
    prefix,
    given({
      contextWindow: table.context_window,
      autoCompactLimit: table.auto_compact_token_limit,
      maxOutputTokens: table.max_output_tokens,
      supportsReasoningSummaries: table.supports_reasoning_summaries,
      supportsParallelToolCalls: table.supports_parallel_tool_calls,
      supportsVerbosity: table.supports_verbosity,
      supportsImages: table.supports_images,
      defaultVerbosity: table.default_verbosity,
      defaultEffort: table.default_reasoning_effort,
      applyPatchTool: table.apply_patch_tool === "none" ? null : table.apply_patch_tool,
      shellTool: table.shell_tool,
      experimentalTools: table.experimental_tools,
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
