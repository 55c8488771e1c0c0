import type { Keyring } from "@heddle/auth";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { chatGptLogin, finishLogin, issuerOfOneLogin, jwt, services } from "./support/logins.ts";
import { startTestServer, type TestClient } from "./support/test-server.ts";

const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const SOMEBODY_ELSE = "00000000-0000-4000-8000-000000000000";

const error = (id: number, message: string | RegExp, code = -32600) => ({
  id,
  error: { code, message: typeof message === "string" ? message : expect.stringMatching(message) },
});
const loginCompleted = (loginId: unknown, failure: string | null) => ({
  method: "account/login/completed",
  params: { loginId, success: failure === null, error: failure },
});
const updated = (authMode: string | null) => ({ method: "account/updated", params: { authMode } });
const startedLogin = (id: number) => ({
  id,
  result: { type: "chatgpt", loginId: UUID, authUrl: expect.stringMatching(/^https:\/\/issuer\.example\/oauth\//) },
});

async function startLogin(client: TestClient): Promise<{ readonly loginId: string; readonly authUrl: URL }> {
  const answer = await client.ask("account/login/start", { type: "chatgpt" });
  if (!("result" in answer)) throw new Error("the login has not begun");
  const { loginId, authUrl } = answer.result as { loginId: string; authUrl: string };
  return { loginId, authUrl: new URL(authUrl) };
}

test("an API key login is answered, then told; logout likewise", async () => {
  await using server = await startTestServer();
  const client = await server.connect();

  await client.ask("account/read", {});
  await client.ask("account/login/start", { type: "apiKey", apiKey: "sk-test" });
  await client.hear(4);
  expect(await readFile(join(server.home, "auth.json"), "utf8")).toBe('{\n  "OPENAI_API_KEY": "sk-test"\n}');
  await client.ask("account/read", { refreshToken: false });
  await client.ask("account/logout");
  await client.hear(7);
  await client.ask("account/logout");
  await client.hear(9);
  await client.ask("account/read", {});

  expect(client.heard).toEqual([
    { id: 1, result: { account: null, requiresOpenaiAuth: true } },
    { id: 2, result: { type: "apiKey" } },
    loginCompleted(null, null),
    updated("apikey"),
    { id: 3, result: { account: { type: "apiKey" }, requiresOpenaiAuth: true } },
    { id: 4, result: {} },
    updated(null),
    { id: 5, result: {} },
    updated(null),
    { id: 6, result: { account: null, requiresOpenaiAuth: true } },
  ]);
  await expect(stat(join(server.home, "auth.json"))).rejects.toThrow("ENOENT");
});

test("every connection hears of a login, but for what it does not want to hear", async () => {
  await using server = await startTestServer();
  const [client, other] = [await server.connect(), await server.connect()];
  const quiet = await server.connect({ optOutNotificationMethods: ["account/updated"] });
  await Promise.all([other.ask("getUserAgent"), quiet.ask("getUserAgent")]);

  await client.ask("account/login/start", { type: "apiKey", apiKey: "sk-test" });

  const told = [loginCompleted(null, null), updated("apikey")];
  expect((await other.hear(3)).slice(1)).toEqual(told);
  expect((await quiet.hear(2)).slice(1)).toEqual(told.slice(0, 1));
});

test("a provider that needs no login has no account, whatever is stored", async () => {
  await using server = await startTestServer({
    homeFiles: {
      "config.toml": 'model_provider = "own"\n[model_providers.own]\nname = "own"\nbase_url = "http://127.0.0.1:1"\n',
      ...chatGptLogin(),
    },
  });
  const client = await server.connect();
  expect(await client.ask("account/read", { refreshToken: true })).toEqual({
    id: 1,
    result: { account: null, requiresOpenaiAuth: false },
  });
});

test("account/read of a ChatGPT login gives email and plan of its id token", async () => {
  await using server = await startTestServer({ homeFiles: chatGptLogin() });
  const client = await server.connect();
  expect(await client.ask("account/read", {})).toEqual({
    id: 1,
    result: { account: { type: "chatgpt", email: "user@example.com", planType: "pro" }, requiresOpenaiAuth: true },
  });
});

test.each([
  ["says no email", jwt({ "https://api.openai.com/auth": { chatgpt_plan_type: "pro" } })],
  ["says no plan", jwt({ email: "a@b.c" })],
  ["is none", "opaque"],
])("account/read refuses an id token that %s", async (_, idToken) => {
  await using server = await startTestServer({ homeFiles: chatGptLogin({ idToken }) });
  const client = await server.connect();
  expect(await client.ask("account/read", {})).toEqual(
    error(1, "email and plan type are required for chatgpt authentication"),
  );
});

test("account/read refreshes when asked, and answers with what there is when that fails", async () => {
  const plus = jwt({ email: "user@example.com", "https://api.openai.com/auth": { chatgpt_plan_type: "plus" } });
  const { fetch, asked } = services({
    "https://issuer.example/oauth/token": [{ body: { id_token: plus } }, { status: 500, body: {} }],
  });
  await using server = await startTestServer({ homeFiles: chatGptLogin(), fetch });
  const client = await server.connect();
  const result = {
    account: { type: "chatgpt", email: "user@example.com", planType: "plus" },
    requiresOpenaiAuth: true,
  };
  expect(await client.ask("account/read", { refreshToken: true })).toEqual({ id: 1, result });
  expect(await client.ask("account/read", { refreshToken: true })).toEqual({ id: 2, result });
  expect(asked).toHaveLength(2);
});

test.each([
  ["chatgpt", { type: "apiKey", apiKey: "sk" }, "API key login is disabled. Use ChatGPT login instead."],
  ["api", { type: "chatgpt" }, "ChatGPT login is disabled. Use API key login instead."],
])("a forced login method %s refuses the other kind", async (method, params, message) => {
  await using server = await startTestServer({ overrides: [`forced_login_method=${method}`] });
  const client = await server.connect();
  expect(await client.ask("account/login/start", params)).toEqual(error(1, message));
});

test("a key goes to the keyring where the configuration says so, and into no file", async () => {
  const entries = new Map<string, string>();
  const keyring: Keyring = {
    get: (name) => Promise.resolve(entries.get(name) ?? null),
    set: async (name, secret) => void entries.set(name, secret),
    remove: (name) => Promise.resolve(entries.delete(name)),
  };
  await using server = await startTestServer({ overrides: ["cli_auth_credentials_store=keyring"], keyring });
  const client = await server.connect();
  expect(await client.ask("account/login/start", { type: "apiKey", apiKey: "sk" })).toEqual({
    id: 1,
    result: { type: "apiKey" },
  });
  expect([...entries.values()]).toEqual([expect.stringContaining('"sk"')]);
  await expect(stat(join(server.home, "auth.json"))).rejects.toThrow("ENOENT");
});

test("a key for a keyring that was asked for too late is not put into a file", async () => {
  await using server = await startTestServer({ overrides: ["cli_auth_credentials_store=keyring"] });
  const client = await server.connect();
  expect(await client.ask("account/login/start", { type: "apiKey", apiKey: "sk" })).toEqual(
    error(1, /^failed to save api key: .*keyring/, -32603),
  );
  await expect(stat(join(server.home, "auth.json"))).rejects.toThrow("ENOENT");
});

test("a blank key is refused", async () => {
  await using server = await startTestServer();
  const client = await server.connect();
  expect(await client.ask("account/login/start", { type: "apiKey", apiKey: " " })).toEqual(
    error(1, "No API key provided."),
  );
});

test("a key that cannot be stored is a failure of the server, and nobody is told of a login", async () => {
  await using server = await startTestServer();
  await mkdir(join(server.home, "auth.json"));
  const client = await server.connect();
  expect(await client.ask("account/login/start", { type: "apiKey", apiKey: "sk" })).toEqual(
    error(1, /^failed to save api key: cannot write .*auth\.json/, -32603),
  );
  expect(client.heard).toHaveLength(1);
});

test("a login in the browser is told when it has ended", async () => {
  await using server = await startTestServer({ fetch: issuerOfOneLogin().fetch });
  const client = await server.connect();

  const { loginId, authUrl } = await startLogin(client);
  await finishLogin(authUrl);
  await client.hear(3);
  await client.ask("account/read", {});

  expect(client.heard).toEqual([
    startedLogin(1),
    loginCompleted(loginId, null),
    updated("chatgpt"),
    {
      id: 2,
      result: { account: { type: "chatgpt", email: "user@example.com", planType: "pro" }, requiresOpenaiAuth: true },
    },
  ]);
});

test("a cancelled login is answered, then told as failed", async () => {
  await using server = await startTestServer();
  const client = await server.connect();

  const { loginId } = await startLogin(client);
  await client.ask("account/login/cancel", { loginId: SOMEBODY_ELSE });
  await client.ask("account/login/cancel", { loginId });
  await client.hear(4);
  await client.ask("account/login/cancel", { loginId });
  await client.ask("account/login/cancel", { loginId: "x" });

  expect(client.heard).toEqual([
    startedLogin(1),
    error(2, `login id not found: ${SOMEBODY_ELSE}`),
    { id: 3, result: {} },
    loginCompleted(loginId, "Login server error: Login was not completed"),
    error(4, `login id not found: ${loginId}`),
    error(5, "invalid login id: x"),
  ]);
});

test("a new login drops the one that is pending; so does an API key", async () => {
  await using server = await startTestServer();
  const client = await server.connect();
  const dropped = (loginId: string) => loginCompleted(loginId, "Login server error: Login was not completed");

  const first = await startLogin(client);
  const second = await startLogin(client);
  await client.hear(3);
  await client.ask("account/login/start", { type: "apiKey", apiKey: "sk" });

  expect(await client.hear(7)).toEqual([
    startedLogin(1),
    startedLogin(2),
    dropped(first.loginId),
    { id: 3, result: { type: "apiKey" } },
    dropped(second.loginId),
    loginCompleted(null, null),
    updated("apikey"),
  ]);
});

test("logins that are started at once take turns: the last one stays", async () => {
  await using server = await startTestServer();
  const client = await server.connect();

  await Promise.all([startLogin(client), startLogin(client), startLogin(client)]);
  const heard = await client.hear(5);

  expect(heard.filter((message) => "method" in message)).toHaveLength(2);
});

test("logout drops a pending login, and tells of that last", async () => {
  await using server = await startTestServer();
  const client = await server.connect();

  const { loginId } = await startLogin(client);
  await client.ask("account/logout");

  expect(await client.hear(4)).toEqual([
    startedLogin(1),
    { id: 2, result: {} },
    updated(null),
    loginCompleted(loginId, "Login server error: Login was not completed"),
  ]);
});

test("a login that nobody finishes is over after ten minutes", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    await using server = await startTestServer();
    const client = await server.connect();

    const { loginId } = await startLogin(client);
    vi.advanceTimersByTime(600_000);

    expect(await client.hear(2)).toEqual([startedLogin(1), loginCompleted(loginId, "Login timed out")]);
  } finally {
    vi.useRealTimers();
  }
});

const USAGE = {
  plan_type: "education",
  rate_limit: {
    primary_window: { used_percent: 42.4, limit_window_seconds: 3601, reset_at: 1_735_689_720 },
    secondary_window: { used_percent: 5, limit_window_seconds: 0, reset_at: null },
  },
  credits: { has_credits: true, unlimited: false, balance: "12.5" },
};
const RATE_LIMITS = {
  primary: { usedPercent: 42, windowDurationMins: 61, resetsAt: 1_735_689_720 },
  secondary: { usedPercent: 5, windowDurationMins: null, resetsAt: null },
  credits: { hasCredits: true, unlimited: false, balance: "12.5" },
  planType: "edu",
};

test.each([
  ["https://chatgpt.com/backend-api/", "https://chatgpt.com/backend-api/wham/usage"],
  ["https://chatgpt.com", "https://chatgpt.com/backend-api/wham/usage"],
  ["https://chat.openai.com//", "https://chat.openai.com/backend-api/wham/usage"],
  ["https://chatgpt.com.example", "https://chatgpt.com.example/api/codex/usage"],
  ["http://127.0.0.1:9/", "http://127.0.0.1:9/api/codex/usage"],
])("the limits of an account at %s are read from %s", async (base, url) => {
  const { fetch, asked } = services({ [url]: [{ body: USAGE }] });
  await using server = await startTestServer({
    homeFiles: chatGptLogin(),
    overrides: [`chatgpt_base_url="${base}"`],
    fetch,
  });
  const client = await server.connect();

  expect(await client.ask("account/rateLimits/read")).toEqual({ id: 1, result: { rateLimits: RATE_LIMITS } });
  expect(asked).toEqual([
    {
      url,
      request: {
        method: "GET",
        headers: { authorization: "Bearer at", "chatgpt-account-id": "acc_1", "user-agent": "heddle/0 (test; 1)" },
        redirect: "manual",
        signal: expect.any(AbortSignal),
      },
    },
  ]);
});

test("an account without limits and credits has none", async () => {
  const url = "https://chatgpt.com/backend-api/wham/usage";
  const { fetch } = services({ [url]: [{ body: { plan_type: "guest", rate_limit: null, credits: null } }] });
  await using server = await startTestServer({ homeFiles: chatGptLogin(), fetch });
  const client = await server.connect();
  expect(await client.ask("account/rateLimits/read")).toEqual({
    id: 1,
    result: { rateLimits: { primary: null, secondary: null, credits: null, planType: "unknown" } },
  });
});

test("a refused token is refreshed once", async () => {
  const url = "https://chatgpt.com/backend-api/wham/usage";
  const { fetch, asked } = services({
    [url]: [{ status: 401, body: {} }, { body: USAGE }],
    "https://issuer.example/oauth/token": [{ body: { access_token: "at 2" } }],
  });
  await using server = await startTestServer({ homeFiles: chatGptLogin(), fetch });
  const client = await server.connect();

  expect(await client.ask("account/rateLimits/read")).toEqual({ id: 1, result: { rateLimits: RATE_LIMITS } });
  expect(asked.map(({ request }) => request.headers["authorization"])).toEqual(["Bearer at", undefined, "Bearer at 2"]);
});

test("only a ChatGPT login has limits", async () => {
  await using server = await startTestServer();
  const client = await server.connect();
  expect(await client.ask("account/rateLimits/read")).toEqual(
    error(1, "codex account authentication required to read rate limits"),
  );
  await client.ask("account/login/start", { type: "apiKey", apiKey: "sk" });
  expect(await client.ask("account/rateLimits/read")).toEqual(
    error(3, "chatgpt authentication required to read rate limits"),
  );
});

test.each([
  ["fails", { status: 503, body: {} }, /failed: 503$/],
  ["answers with something else", { body: ["secret"] }, /failed: the answer is no usage$/],
])("a service that %s is a failure of the server", async (_, answer, reason) => {
  const { fetch } = services({ "https://chatgpt.com/backend-api/wham/usage": [answer] });
  await using server = await startTestServer({ homeFiles: chatGptLogin(), fetch });
  const client = await server.connect();
  const message = new RegExp(`^failed to fetch codex rate limits: GET https://.*${reason.source}`);
  expect(await client.ask("account/rateLimits/read")).toEqual(error(1, message, -32603));
});

test("a configuration that cannot be read is a failure of the server", async () => {
  await using server = await startTestServer({ homeFiles: { "config.toml": "model = \n" } });
  const client = await server.connect();
  expect(await client.ask("account/read", {})).toEqual(
    error(1, /^failed to load configuration: .*config\.toml/, -32603),
  );
});
