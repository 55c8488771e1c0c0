import { PROVIDER_DEFAULTS, type ProviderConfig } from "./provider-config.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const OLLAMA_PORT = 11_434;
const LM_STUDIO_PORT = 1_234;

/** The providers that need no configuration but a key or a login, by id. Source: models spec, section 4. */
export function builtInProviders(env: Environment): Readonly<Record<string, ProviderConfig>> {
  const providers: readonly ProviderConfig[] = [
    {
      ...PROVIDER_DEFAULTS,
      id: "openai",
      name: "OpenAI",
      // Without the variable it depends on the login, which is known only when a request is made.
      baseUrl: read(env, "OPENAI_BASE_URL"),
      wireApi: "responses",
      envHttpHeaders: { "OpenAI-Organization": "OPENAI_ORGANIZATION", "OpenAI-Project": "OPENAI_PROJECT" },
      requiresOpenaiAuth: true,
    },
    { ...PROVIDER_DEFAULTS, id: "ollama", name: "gpt-oss", baseUrl: localUrl(env, OLLAMA_PORT), wireApi: "chat" },
    {
      ...PROVIDER_DEFAULTS,
      id: "lmstudio",
      name: "gpt-oss",
      baseUrl: localUrl(env, LM_STUDIO_PORT),
      wireApi: "responses",
    },
    {
      ...PROVIDER_DEFAULTS,
      id: "anthropic",
      name: "Anthropic",
      baseUrl: read(env, "ANTHROPIC_BASE_URL") ?? "https://api.anthropic.com",
      envKey: "ANTHROPIC_API_KEY",
      envKeyInstructions: "Create a key at https://console.anthropic.com and set the variable to it.",
      wireApi: "anthropic",
    },
    {
      ...PROVIDER_DEFAULTS,
      id: "gemini",
      name: "Google Gemini",
      baseUrl: "https://generativelanguage.googleapis.com/v1beta",
      envKey:
        read(env, "GEMINI_API_KEY") === null && read(env, "GOOGLE_API_KEY") !== null
          ? "GOOGLE_API_KEY"
          : "GEMINI_API_KEY",
      envKeyInstructions: "Create a key at https://aistudio.google.com and set the variable to it.",
      wireApi: "gemini",
    },
    {
      ...PROVIDER_DEFAULTS,
      id: "openrouter",
      name: "OpenRouter",
      baseUrl: "https://openrouter.ai/api/v1",
      envKey: "OPENROUTER_API_KEY",
      envKeyInstructions: "Create a key at https://openrouter.ai/keys and set the variable to it.",
      wireApi: "chat",
    },
  ];
  return Object.fromEntries(providers.map((provider) => [provider.id, provider]));
}

/** The providers that there are: one that is built in wins over a configured one of the same id. */
export function knownProviders(
  configured: Readonly<Record<string, ProviderConfig>>,
  env: Environment,
): Readonly<Record<string, ProviderConfig>> {
  return { ...configured, ...builtInProviders(env) };
}

function localUrl(env: Environment, defaultPort: number): string {
  return read(env, "CODEX_OSS_BASE_URL") ?? `http://localhost:${read(env, "CODEX_OSS_PORT") ?? defaultPort}/v1`;
}

/** The value of a variable, null when it is unset or blank. */
function read(env: Environment, name: string): string | null {
  return env[name]?.trim() || null;
}
