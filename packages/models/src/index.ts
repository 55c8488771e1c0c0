export { createModelClient, type ModelClient, type ModelClientOptions } from "./client.ts";
export type { FamilyOverrides, ModelFamily } from "./catalogue/family.ts";
export {
  createModelCatalogue,
  type ModelCatalogue,
  type ModelCatalogueOptions,
  type ModelListCache,
} from "./catalogue/model-catalogue.ts";
export { modelFamily, overridesOf } from "./catalogue/model-family.ts";
export { toOverrides, type ListedModel } from "./catalogue/model-list.ts";
export {
  DEFAULT_MODEL,
  modelPresets,
  withConfigured,
  type ConfiguredModel,
  type ModelPreset,
  type ModelUpgrade,
} from "./catalogue/presets.ts";
export { isRetryable, ModelError, retryDelayMs, type ModelFailure } from "./failure.ts";
export type { JsonValue } from "./json.ts";
export type { ModelEvent, TokenUsage } from "./model-event.ts";
export type { ModelRequest, Prompt, ReasoningEffort, ReasoningSummary, ToolSpec, Verbosity } from "./prompt.ts";
export { probeEndpoint, toFamilyOverrides, type EndpointProfile, type ProbeRefusal } from "./probe/probe-endpoint.ts";
export { isLocalProvider, LOCAL_MODELS } from "./local/local-models.ts";
export { prepareLocalModel, type LocalPreparation } from "./local/local-server.ts";
export { builtInProviders, knownProviders } from "./provider/built-in-providers.ts";
export type { Credential, CredentialSource } from "./provider/credentials.ts";
export {
  PROVIDER_DEFAULTS,
  type AuthScheme,
  type ChatDialect,
  type ProviderConfig,
  type WireApi,
} from "./provider/provider-config.ts";
export { reachProvider, type Reach } from "./provider/reach.ts";
export type { RateLimits, RateLimitWindow } from "./rate-limits.ts";
export type { ContentItem, ProviderState, ResponseItem } from "./response-item.ts";
export { createTextFetch, type TextAnswer, type TextFetch } from "./transport/text-fetch.ts";
export { createWebFetch, type WebFetch } from "./transport/web-fetch.ts";
export { createTransport, type Transport } from "./transport/transport.ts";
