import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chatGptLogin, finishLogin, issuerOfOneLogin } from "./support/logins.ts";
import { startTestServer, type TestClient } from "./support/test-server.ts";

const changed = (authMethod: string | null) => ({ method: "authStatusChange", params: { authMethod } });
const completed = (loginId: string, error: string | null) => ({
  method: "loginChatGptComplete",
  params: { loginId, success: error === null, error },
});
const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);

async function startLogin(client: TestClient): Promise<{ readonly loginId: string; readonly authUrl: string }> {
  const answer = await client.ask("loginChatGpt");
  expect(answer).toEqual({ id: 1, result: { loginId: UUID, authUrl: expect.stringContaining("/oauth/authorize?") } });
  return ("result" in answer ? answer.result : {}) as { loginId: string; authUrl: string };
}

test("a connection hears of the login in the words of the API that it uses, others in the later one", async () => {
  await using server = await startTestServer();
  const [client, other] = [await server.connect(), await server.connect()];
  await client.ask("getAuthStatus", {});
  await client.ask("loginApiKey", { apiKey: "sk-1" });
  await client.hear(3);
  await client.ask("getAuthStatus", { includeToken: true });
  await client.ask("getAuthStatus", { includeToken: false });
  await client.ask("logoutChatGpt");
  await client.hear(7);
  const status = (authMethod: string | null, authToken: string | null) => ({
    authMethod,
    authToken,
    requiresOpenaiAuth: true,
  });
  expect(client.heard).toEqual([
    { id: 1, result: status(null, null) },
    { id: 2, result: {} },
    changed("apikey"),
    { id: 3, result: status("apikey", "sk-1") },
    { id: 4, result: status("apikey", null) },
    { id: 5, result: {} },
    changed(null),
  ]);
  expect(other.heard).toEqual([
    { method: "account/login/completed", params: { loginId: null, success: true, error: null } },
    { method: "account/updated", params: { authMode: "apikey" } },
    { method: "account/updated", params: { authMode: null } },
  ]);
});

test("a client of both APIs hears of a change in the words that it asked for it in", async () => {
  await using server = await startTestServer();
  const client = await server.connect();
  await client.ask("loginApiKey", { apiKey: "sk-1" });
  await client.hear(2);
  await client.ask("account/login/start", { type: "apiKey", apiKey: "sk-2" });
  await client.hear(5);
  await client.ask("logoutChatGpt");
  await client.hear(7);
  expect(client.heard.filter((message) => "method" in message)).toEqual([
    changed("apikey"),
    { method: "account/login/completed", params: { loginId: null, success: true, error: null } },
    { method: "account/updated", params: { authMode: "apikey" } },
    changed(null),
  ]);
});

test("a login in the browser is told when it has ended", async () => {
  await using server = await startTestServer({ fetch: issuerOfOneLogin().fetch });
  const client = await server.connect();
  const { loginId, authUrl } = await startLogin(client);
  await finishLogin(new URL(authUrl));
  await client.hear(3);
  await client.ask("userInfo");
  expect(client.heard.slice(1)).toEqual([
    completed(loginId, null),
    changed("chatgpt"),
    { id: 2, result: { allegedUserEmail: "user@example.com" } },
  ]);
});

test("a login that is cancelled has failed; one that is not there is refused", async () => {
  await using server = await startTestServer();
  const client = await server.connect();
  const { loginId } = await startLogin(client);
  await client.ask("cancelLoginChatGpt", { loginId });
  await client.hear(3);
  await client.ask("cancelLoginChatGpt", { loginId });
  expect(client.heard.slice(1)).toEqual([
    { id: 2, result: {} },
    completed(loginId, expect.stringMatching(/^Login server error: /)),
    { id: 3, error: { code: -32600, message: `login id not found: ${loginId}` } },
  ]);
});

test("a token is told of a ChatGPT login too, and of none for a provider that uses no login", async () => {
  await using server = await startTestServer({ homeFiles: chatGptLogin() });
  const client = await server.connect();
  expect(await client.ask("getAuthStatus", { includeToken: true })).toEqual({
    id: 1,
    result: { authMethod: "chatgpt", authToken: "at", requiresOpenaiAuth: true },
  });
  await using other = await startTestServer({
    homeFiles: chatGptLogin(),
    overrides: ["model_provider=p", 'model_providers.p={name="p",base_url="http://127.0.0.1:9/v1"}'],
  });
  expect(await (await other.connect()).ask("getAuthStatus", { includeToken: true })).toEqual({
    id: 1,
    result: { authMethod: null, authToken: null, requiresOpenaiAuth: false },
  });
});

const CONFIG = `# kept
model = "m" # this too
approval_policy = "on-failure"
forced_login_method = "api"

[sandbox_workspace_write]
network_access = true

[tools]
web_search = true

[profiles.p]
model = "n"
model_provider = "openai"
model_verbosity = "low"
`;
const NONE = {
  model: null,
  approvalPolicy: null,
  modelReasoningEffort: null,
  modelReasoningSummary: null,
  modelVerbosity: null,
};

test("what is configured is shown without what the command line says", async () => {
  await using server = await startTestServer({ homeFiles: { "config.toml": CONFIG }, overrides: ["model=flag"] });
  const client = await server.connect();
  expect(await client.ask("getUserSavedConfig")).toEqual({
    id: 1,
    result: {
      config: {
        ...NONE,
        model: "m",
        approvalPolicy: "on-failure",
        sandboxMode: null,
        sandboxSettings: { writableRoots: [], networkAccess: true, excludeTmpdirEnvVar: false, excludeSlashTmp: false },
        forcedChatgptWorkspaceId: null,
        forcedLoginMethod: "api",
        tools: { webSearch: true, viewImage: null },
        profile: null,
        profiles: { p: { ...NONE, model: "n", modelProvider: "openai", modelVerbosity: "low", chatgptBaseUrl: null } },
      },
    },
  });
});

test("the default model is set where it stands, or in the profile in use, and cleared when nothing is given", async () => {
  await using server = await startTestServer({ homeFiles: { "config.toml": CONFIG } });
  const client = await server.connect();
  const file = join(server.home, "config.toml");
  const read = (): Promise<string> => readFile(file, "utf8");
  expect(await client.ask("setDefaultModel", { model: "z", reasoningEffort: "high" })).toEqual({ id: 1, result: {} });
  const set = CONFIG.replace('"m" #', '"z" #').replace(
    'forced_login_method = "api"\n',
    'forced_login_method = "api"\nmodel_reasoning_effort = "high"\n',
  );
  expect(await read()).toBe(set);
  await client.ask("config/value/write", { keyPath: "profile", value: "p", mergeStrategy: "replace" });
  await client.ask("setDefaultModel", { model: "y" });
  expect(await read()).toContain('[profiles.p]\nmodel = "y"\n');
  expect(await read()).toContain('model = "z" # this too');
  await client.ask("config/value/write", { keyPath: "profile", value: null, mergeStrategy: "replace" });
  await client.ask("setDefaultModel", {});
  expect(await read()).not.toMatch(/"z"|model_reasoning_effort/);
});
