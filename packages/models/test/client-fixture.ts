import {
  createModelClient,
  modelFamily,
  type ModelClient,
  type ModelClientOptions,
  type ModelEvent,
  type ModelRequest,
  type ProviderConfig,
} from "@heddle/models";

/** A provider as a configuration file would give it, without any retries. */
export function testProvider(overrides: Partial<ProviderConfig> = {}): ProviderConfig {
  return {
    id: "test",
    name: "Test",
    baseUrl: "http://127.0.0.1:9/v1",
    envKey: null,
    envKeyInstructions: null,
    bearerToken: null,
    wireApi: "responses",
    queryParams: null,
    httpHeaders: null,
    envHttpHeaders: null,
    requestMaxRetries: 0,
    streamMaxRetries: 0,
    streamIdleTimeoutMs: 10_000,
    requiresOpenaiAuth: false,
    proxy: null,
    auth: null,
    apiVersion: null,
    maxOutputTokens: null,
    dialect: null,
    ...overrides,
  };
}

/** A client whose jitter is always in the middle, and which does not really wait between retries: `sleeps` tells for how long it would. */
export function testClient(
  provider: Partial<ProviderConfig>,
  overrides: Partial<ModelClientOptions> = {},
): { readonly client: ModelClient; readonly sleeps: number[] } {
  const sleeps: number[] = [];
  const client = createModelClient({
    provider: testProvider(provider),
    credentials: { token: () => Promise.resolve(null) },
    env: {},
    userAgent: "codex_cli_rs/1.2.3 (Linux 6.1; x86_64) xterm",
    originator: "codex_cli_rs",
    version: "1.2.3",
    random: () => 0.5,
    sleep: (ms) => {
      sleeps.push(ms);
      return Promise.resolve();
    },
    clock: () => new Date("2026-11-22T10:00:00Z"),
    ...overrides,
  });
  return { client, sleeps };
}

export function testRequest(overrides: Partial<ModelRequest> = {}): ModelRequest {
  const model = overrides.model ?? "gpt-5.1-codex";
  return {
    prompt: {
      instructions: "Be brief.",
      input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "go" }] }],
      tools: [],
      parallelToolCalls: true,
      outputSchema: null,
    },
    model,
    family: modelFamily(model),
    effort: null,
    summary: "auto",
    verbosity: null,
    threadId: "01a20220-0000-7000-8000-000000000000",
    subagent: null,
    attempt: 0,
    ...overrides,
  };
}

/** The events of an answer, and the error that ended it, if one did. */
export async function collect(
  events: AsyncIterable<ModelEvent>,
): Promise<{ readonly events: ModelEvent[]; readonly error: unknown }> {
  const collected: ModelEvent[] = [];
  try {
    for await (const event of events) collected.push(event);
    return { events: collected, error: null };
  } catch (error) {
    return { events: collected, error };
  }
}

/** A signal that never fires. */
export function calm(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}
