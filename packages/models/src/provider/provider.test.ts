import { expect, test } from "vitest";
import { builtInProviders } from "./built-in-providers.ts";
import { selectCredential, type CredentialSource, type SelectedCredential } from "./credentials.ts";
import { baseUrlOf, endpointUrl, isAzure } from "./endpoint.ts";
import { providerHeaders } from "./headers.ts";
import type { ProviderConfig } from "./provider-config.ts";

const IDENTITY = { originator: "codex_cli_rs", userAgent: "codex_cli_rs/1.2.3 (Linux) xterm", version: "1.2.3" };
const NONE: SelectedCredential = { source: "none" };
const LOGIN: CredentialSource = { token: () => Promise.resolve({ token: "tok", accountId: "acc" }) };

function builtIn(id: string, env: Record<string, string> = {}): ProviderConfig {
  const provider = builtInProviders(env)[id];
  if (provider === undefined) throw new Error(`no provider ${id}`);
  return provider;
}

test("the base URLs of the built-in providers follow the environment", () => {
  const urls = (env: Record<string, string>): unknown =>
    Object.fromEntries(
      Object.entries(builtInProviders(env)).map(([id, { baseUrl, wireApi }]) => [id, [baseUrl, wireApi]]),
    );
  expect(urls({})).toEqual({
    openai: [null, "responses"],
    ollama: ["http://localhost:11434/v1", "chat"],
    lmstudio: ["http://localhost:1234/v1", "responses"],
    anthropic: ["https://api.anthropic.com", "anthropic"],
    gemini: ["https://generativelanguage.googleapis.com/v1beta", "gemini"],
    openrouter: ["https://openrouter.ai/api/v1", "chat"],
  });
  expect(urls({ OPENAI_BASE_URL: "http://o", CODEX_OSS_PORT: "9", ANTHROPIC_BASE_URL: "http://a" })).toMatchObject({
    openai: ["http://o", "responses"],
    ollama: ["http://localhost:9/v1", "chat"],
    lmstudio: ["http://localhost:9/v1", "responses"],
    anthropic: ["http://a", "anthropic"],
  });
});

test("Gemini's key is looked for in GEMINI_API_KEY, then in GOOGLE_API_KEY", () => {
  expect(builtIn("gemini").envKey).toBe("GEMINI_API_KEY");
  expect(builtIn("gemini", { GOOGLE_API_KEY: "g" }).envKey).toBe("GOOGLE_API_KEY");
  expect(builtIn("gemini", { GOOGLE_API_KEY: "g", GEMINI_API_KEY: "k" }).envKey).toBe("GEMINI_API_KEY");
});

test("OpenAI is reached at the API with a key and at ChatGPT with its login", () => {
  const openai = builtIn("openai");
  const login = (accountId: string | null): SelectedCredential => ({
    source: "login",
    credential: { token: "t", accountId },
  });
  expect([NONE, login(null), login("acc")].map((credential) => baseUrlOf(openai, credential))).toEqual([
    "https://api.openai.com/v1",
    "https://api.openai.com/v1",
    "https://chatgpt.com/backend-api/codex",
  ]);
});

test("slashes between base and path are one, and query parameters are escaped", () => {
  expect(endpointUrl("http://h/v1/", "/responses", null)).toBe("http://h/v1/responses");
  expect(endpointUrl("http://h/v1", "responses", { "api-version": "2025 a&b" })).toBe(
    "http://h/v1/responses?api-version=2025+a%26b",
  );
  expect(endpointUrl("http://h/v1", "m:stream?alt=sse", { a: "1" })).toBe("http://h/v1/m:stream?alt=sse&a=1");
});

test("Azure is known by name or host", () => {
  expect(isAzure({ name: "Azure", baseUrl: null })).toBe(true);
  expect(isAzure({ name: "x", baseUrl: "https://me.OpenAI.azure.com/openai" })).toBe(true);
  expect(isAzure({ name: "x", baseUrl: "https://api.openai.com/v1" })).toBe(false);
});

test("a provider's own variable wins over its token, and that over the login", async () => {
  const openai = builtIn("openai");
  const env = { MY_KEY: " sk-1 " };
  const select = (overrides: Partial<ProviderConfig>): Promise<SelectedCredential> =>
    selectCredential({ provider: { ...openai, ...overrides }, env, credentials: LOGIN });
  expect(await select({ envKey: "MY_KEY", bearerToken: "lit" })).toEqual({ source: "provider", token: "sk-1" });
  expect(await select({ bearerToken: "lit" })).toEqual({ source: "provider", token: "lit" });
  expect(await select({})).toEqual({ source: "login", credential: { token: "tok", accountId: "acc" } });
});

test("the login is never sent to a provider that is not declared to use it", async () => {
  const provider = { ...builtIn("openrouter"), envKey: null };
  expect(await selectCredential({ provider, env: {}, credentials: LOGIN })).toEqual({ source: "none" });
});

test("a variable that is named and blank fails with its name and what to do", async () => {
  const provider = { ...builtIn("openai"), envKey: "MY_KEY", envKeyInstructions: "Make one." };
  await expect(selectCredential({ provider, env: { MY_KEY: " " }, credentials: LOGIN })).rejects.toMatchObject({
    failure: { kind: "missingEnvironmentVariable", name: "MY_KEY", instructions: "Make one." },
  });
});

test("OpenAI is told the version, the organisation and the account", () => {
  const headers = providerHeaders({
    provider: builtIn("openai"),
    env: { OPENAI_ORGANIZATION: "org", OPENAI_PROJECT: " " },
    identity: IDENTITY,
    credential: { source: "login", credential: { token: "tok", accountId: "acc" } },
    auth: "bearer",
  });
  expect(headers).toEqual({
    originator: "codex_cli_rs",
    "user-agent": "codex_cli_rs/1.2.3 (Linux) xterm",
    version: "1.2.3",
    accept: "text/event-stream",
    "content-type": "application/json",
    "openai-organization": "org",
    authorization: "Bearer tok",
    "chatgpt-account-id": "acc",
  });
});

test("other providers are told our name, and headers that HTTP does not allow are left out", () => {
  const provider = {
    ...builtIn("openrouter"),
    httpHeaders: { "X-A": "1", "bad name": "x", "X-Bad": "a\nb" },
    envHttpHeaders: { "X-B": "MYB", "X-C": "UNSET" },
  };
  const headers = providerHeaders({
    provider,
    env: { MYB: "bval" },
    identity: IDENTITY,
    credential: { source: "provider", token: "sk-1" },
    auth: "x-api-key",
  });
  expect(headers).toEqual({
    originator: "heddle",
    "user-agent": "heddle/1.2.3 (Linux) xterm",
    accept: "text/event-stream",
    "content-type": "application/json",
    "x-a": "1",
    "x-b": "bval",
    "x-api-key": "sk-1",
  });
});
