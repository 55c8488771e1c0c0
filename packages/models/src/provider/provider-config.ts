/** The APIs that are spoken. */
export type WireApi = "responses" | "chat" | "anthropic" | "gemini";

/** Where the key goes: `Authorization: Bearer`, a header of its own, or nowhere. */
export type AuthScheme = "bearer" | "x-api-key" | "x-goog-api-key" | "none";

/**
 * An endpoint and how to talk to it: built in, or written in a configuration, which has this shape too. Null where
 * nothing is chosen. Source: models spec, section 4.
 */
export interface ProviderConfig {
  /** The key in the configuration. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Without the path of the API; null for the default of the wire API. */
  readonly baseUrl: string | null;
  /** Variable that holds the key. When it is named and not set, requests fail before they are sent. */
  readonly envKey: string | null;
  readonly envKeyInstructions: string | null;
  readonly bearerToken: string | null;
  readonly wireApi: WireApi;
  readonly queryParams: Readonly<Record<string, string>> | null;
  readonly httpHeaders: Readonly<Record<string, string>> | null;
  /** Header name to variable name; left out when the variable is unset or blank. */
  readonly envHttpHeaders: Readonly<Record<string, string>> | null;
  /** Retries of a request that got no answer, or a 5xx. */
  readonly requestMaxRetries: number;
  /** Retries of a whole sampling request; the engine counts these. */
  readonly streamMaxRetries: number;
  /** The longest silence before a stream is given up. */
  readonly streamIdleTimeoutMs: number;
  /** Whether the stored login may be sent there. */
  readonly requiresOpenaiAuth: boolean;
  /** Null: as the environment says; empty: none. */
  readonly proxy: string | null;
  /** Null: what the wire API has by default. */
  readonly auth: AuthScheme | null;
  /** Version header of the Anthropic API; null: chosen by host. */
  readonly apiVersion: string | null;
  /** Null: what the family says. */
  readonly maxOutputTokens: number | null;
  /** What a Chat Completions endpoint understands; null: by host name. */
  readonly dialect: Partial<ChatDialect> | null;
}

/** What a provider has of which nothing else is said. Source: configuration spec, section 3.1. */
export const PROVIDER_DEFAULTS: Omit<ProviderConfig, "id" | "name" | "wireApi"> = {
  baseUrl: null,
  envKey: null,
  envKeyInstructions: null,
  bearerToken: null,
  queryParams: null,
  httpHeaders: null,
  envHttpHeaders: null,
  requestMaxRetries: 4,
  streamMaxRetries: 5,
  streamIdleTimeoutMs: 300_000,
  requiresOpenaiAuth: false,
  proxy: null,
  auth: null,
  apiVersion: null,
  maxOutputTokens: null,
  dialect: null,
};

/** Where Chat Completions endpoints differ. Source: models spec, section 9.5. */
export interface ChatDialect {
  /** The member that carries reasoning back; `echo`: the one that the stream came with; null: none. */
  readonly reasoningField: "reasoning" | "reasoning_content" | "echo" | null;
  readonly developerRole: boolean;
  readonly parallelToolCalls: boolean;
  readonly streamUsage: boolean;
  readonly reasoningEffort: boolean;
  readonly images: boolean;
  readonly maxTokensField: "max_tokens" | "max_completion_tokens";
}
