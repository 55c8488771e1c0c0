import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import {
  apiKeyLogin,
  AuthError,
  authPath,
  createAccount,
  createFileStore,
  createTokenSource,
  maskApiKey,
  readAuth,
  removeAuth,
  writeAuth,
  type Credentials,
  type TokenSourceOptions,
} from "../src/index.ts";

const homes: string[] = [];

afterEach(async () => {
  await Promise.all(homes.splice(0).map((home) => rm(home, { recursive: true, force: true })));
});

async function newHome(authJson?: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "heddle-auth-"));
  homes.push(home);
  if (authJson !== undefined) await writeFile(authPath(home), authJson);
  return home;
}

const OPENAI = { id: "openai", requiresOpenaiAuth: true };
const CHATGPT: Credentials = {
  apiKey: null,
  tokens: { idToken: "id.jwt.x", accessToken: "access.jwt.x", refreshToken: "refresh", accountId: "acc-1" },
  lastRefresh: new Date("2025-12-10T08:00:00.123Z"),
};

function tokenOf(options: Partial<TokenSourceOptions> & { home: string }) {
  return createTokenSource({ env: {}, provider: OPENAI, ...options }).token();
}

test("an API key login is the only credential, in a file of mode 0600", async () => {
  const home = join(await newHome(), "not", "yet", "there");
  const account = createAccount({ store: createFileStore(home) });
  await account.save(CHATGPT);

  await apiKeyLogin(account, { apiKey: " sk-proj-1234567890\n" });

  expect(await readFile(authPath(home), "utf8")).toBe('{\n  "OPENAI_API_KEY": "sk-proj-1234567890"\n}');
  expect((await stat(authPath(home))).mode & 0o777).toBe(0o600);
  expect(await readdir(home)).toEqual(["auth.json"]);
  expect(await account.current()).toEqual({ apiKey: "sk-proj-1234567890", tokens: null, lastRefresh: null });
});

test("a ChatGPT login is written and read back", async () => {
  const home = await newHome();

  await writeAuth(home, CHATGPT);

  expect(JSON.parse(await readFile(authPath(home), "utf8"))).toEqual({
    OPENAI_API_KEY: null,
    tokens: { id_token: "id.jwt.x", access_token: "access.jwt.x", refresh_token: "refresh", account_id: "acc-1" },
    last_refresh: "2025-12-10T08:00:00.123Z",
  });
  expect(await readAuth(home)).toEqual(CHATGPT);
});

test("a file that was readable for others is not after a login", async () => {
  const home = await newHome("{}");
  await chmod(authPath(home), 0o644);

  await writeAuth(home, CHATGPT);

  expect((await stat(authPath(home))).mode & 0o777).toBe(0o600);
});

test("a link to the file stays a link", async () => {
  const home = await newHome();
  const elsewhere = await newHome("{}");
  await symlink(authPath(elsewhere), authPath(home));

  await writeAuth(home, CHATGPT);

  expect((await lstat(authPath(home))).isSymbolicLink()).toBe(true);
  expect(await readAuth(elsewhere)).toEqual(CHATGPT);
});

test("logout removes what a link leads to, and the link", async () => {
  const home = await newHome();
  const elsewhere = await newHome('{"OPENAI_API_KEY": "sk-1"}');
  await symlink(authPath(elsewhere), authPath(home));

  expect(await removeAuth(home)).toBe(true);
  expect([await readdir(home), await readdir(elsewhere)]).toEqual([[], []]);
});

test("logout removes the file and says whether there was one", async () => {
  const home = await newHome();
  await writeAuth(home, CHATGPT);

  expect([await removeAuth(home), await removeAuth(home), await readAuth(home)]).toEqual([true, false, null]);
});

test.each([
  ["not JSON", "sk-secret"],
  ["not a JSON object", '["sk-secret"]'],
  ["`OPENAI_API_KEY` is not a string", '{"OPENAI_API_KEY": 5}'],
  ["`tokens` is not a set of tokens", '{"tokens": {"id_token": "sk-secret"}}'],
  ["`last_refresh` is not a date", '{"last_refresh": "sk-secret"}'],
])("a file that is wrong is an error that does not quote it: %s", async (reason, text) => {
  const home = await newHome(text);

  const error = await readAuth(home).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(AuthError);
  expect(error).toMatchObject({ failure: { kind: "invalid", file: authPath(home), reason } });
  expect(String(error)).not.toContain("sk-secret");
});

test("for requests a file that is wrong counts as not logged in, with a warning", async () => {
  const home = await newHome("{");
  const warnings: string[] = [];
  const account = createAccount({ store: createFileStore(home), warn: (message) => warnings.push(message) });

  expect(await tokenOf({ home, account })).toBeNull();
  expect(warnings).toEqual([`${authPath(home)}: not JSON; log out and in again to write it anew`]);
});

test("an API key in the file wins over tokens", async () => {
  const home = await newHome();
  await writeAuth(home, { ...CHATGPT, apiKey: "sk-1" });

  expect(await tokenOf({ home })).toEqual({ token: "sk-1", accountId: null, login: "apiKey" });
});

test("a ChatGPT login sends its access token and account", async () => {
  const home = await newHome();
  await writeAuth(home, CHATGPT);

  expect(await tokenOf({ home })).toEqual({ token: "access.jwt.x", accountId: "acc-1", login: "chatgpt" });
});

test("a provider that does not use the login gets no credential at all", async () => {
  const home = await newHome();
  await writeAuth(home, CHATGPT);
  const env = { OPENAI_API_KEY: "sk-env", CODEX_API_KEY: "sk-run" };

  expect(
    await tokenOf({ home, env, provider: { id: "mine", requiresOpenaiAuth: false }, apiKeyFromEnvironment: true }),
  ).toBeNull();
});

test.each([
  ["of the run, before the stored login", { CODEX_API_KEY: " sk-run " }, true, "sk-run"],
  ["of the run, by its newer name first", { CODEX_API_KEY: "sk-old", HEDDLE_API_KEY: "sk-new" }, true, "sk-new"],
  ["of the run, where it does not count", { CODEX_API_KEY: "sk-run" }, false, "sk-stored"],
  ["of the run, everywhere", { CODEX_API_KEY: "sk-run", HEDDLE_API_KEY_EVERYWHERE: "1" }, false, "sk-run"],
  ["of the run, blank", { CODEX_API_KEY: " " }, true, "sk-stored"],
  ["for openai, after the stored login", { OPENAI_API_KEY: "sk-openai" }, true, "sk-stored"],
])("an API key in the environment: %s", async (_, env, apiKeyFromEnvironment, token) => {
  const home = await newHome('{"OPENAI_API_KEY": "sk-stored"}');

  expect(await tokenOf({ home, env, apiKeyFromEnvironment })).toEqual({ token, accountId: null, login: "apiKey" });
});

test("OPENAI_API_KEY is used for the built-in provider alone, when nobody is logged in", async () => {
  const home = await newHome();
  const env = { OPENAI_API_KEY: "sk-openai" };

  expect(await tokenOf({ home, env })).toEqual({ token: "sk-openai", accountId: null, login: "apiKey" });
  expect(await tokenOf({ home, env, provider: { id: "proxy", requiresOpenaiAuth: true } })).toBeNull();
});

test("what another process stores is seen after a reload", async () => {
  const home = await newHome();
  const account = createAccount({ store: createFileStore(home) });
  const source = createTokenSource({ home, env: {}, provider: OPENAI, account });
  expect(await source.token()).toBeNull();

  await writeAuth(home, { apiKey: "sk-other", tokens: null, lastRefresh: null });

  expect(await source.token()).toBeNull();
  await account.reload();
  expect(await source.token()).toEqual({ token: "sk-other", accountId: null, login: "apiKey" });
  expect([await account.logout(), await source.token()]).toEqual([true, null]);
});

test("an API key login that the configuration forbids changes nothing", async () => {
  const home = await newHome();
  const account = createAccount({ store: createFileStore(home) });

  await expect(apiKeyLogin(account, { apiKey: "sk-1", forcedLoginMethod: "chatgpt" })).rejects.toThrow(
    new AuthError({ kind: "loginDisabled", method: "api" }),
  );
  await expect(apiKeyLogin(account, { apiKey: " \n" })).rejects.toThrow(new AuthError({ kind: "emptyApiKey" }));
  expect(await readAuth(home)).toBeNull();
});

test("a login that cannot be stored leaves the old one in place", async () => {
  const file = authPath(await newHome("{}"));

  await expect(writeAuth(file, CHATGPT)).rejects.toMatchObject({ failure: { kind: "unwritable" } });
  expect(await readFile(file, "utf8")).toBe("{}");
});

test("a key is shown by its ends, a short one not at all", () => {
  expect(["sk-proj-1234567890ABCDE", "sk-proj-12345"].map(maskApiKey)).toEqual(["sk-proj-***ABCDE", "***"]);
});

const SOON = Buffer.from(JSON.stringify({ exp: 1_000_000 })).toString("base64url");

test.each([
  ["is older than eight days", { lastRefresh: new Date(1_000), accessToken: "opaque" }, 8 * 86_400_000 + 1_001],
  ["ends in less than five minutes", { lastRefresh: null, accessToken: `h.${SOON}.s` }, 1_000_000_000 - 299_999],
])("a ChatGPT login that %s is refreshed before it is used", async (_, { lastRefresh, accessToken }, now) => {
  const home = await newHome();
  const tokens = { idToken: "id", accessToken, refreshToken: "refresh", accountId: null };
  const account = createAccount({ store: createFileStore(home) });
  await account.save({ apiKey: null, tokens, lastRefresh });
  const renew = (): Promise<void> =>
    account.save({ apiKey: null, tokens: { ...tokens, accessToken: "new" }, lastRefresh: new Date(now) });

  const early = { home, account, refresh: renew, now: () => new Date(now - 2) };
  expect(await tokenOf(early)).toEqual({ token: accessToken, accountId: null, login: "chatgpt" });
  expect(await tokenOf({ ...early, now: () => new Date(now) })).toEqual({
    token: "new",
    accountId: null,
    login: "chatgpt",
  });
});

test("a ChatGPT login that cannot be refreshed is used as it is", async () => {
  const home = await newHome();
  await writeAuth(home, CHATGPT);
  const refresh = (): Promise<void> => Promise.reject(new Error("offline"));

  expect(await tokenOf({ home, refresh, now: () => new Date("2027-01-01") })).toMatchObject({ token: "access.jwt.x" });
});
