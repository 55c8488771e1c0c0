import { expect, test } from "vitest";
import { deviceLogin, type Credentials, type DeviceCode } from "../src/index.ts";
import { jwt, startIssuer, type IssuerAnswer, type IssuerRequest } from "@heddle/testkit";

const NOW = new Date("2026-01-02T03:04:05.678Z");
const ID_TOKEN = jwt({ "https://api.openai.com/auth": { chatgpt_account_id: "acc_1" } });
const TOKENS = { id_token: ID_TOKEN, access_token: "access", refresh_token: "refresh" };
const CODE = { device_auth_id: "dev_1", user_code: "ABCD-1234", interval: "5" };
const GRANT = { authorization_code: "code_1", code_challenge: "challenge", code_verifier: "verifier_1" };

/** The issuer's answers by path; a list is taken one by one, its last one again and again. */
async function login(
  answers: Readonly<Record<string, IssuerAnswer | readonly IssuerAnswer[]>>,
  {
    workspaceId = null,
    signal = new AbortController().signal,
  }: { workspaceId?: string | null; signal?: AbortSignal } = {},
) {
  const asked = new Map<string, number>();
  await using issuer = await startIssuer(({ path }: IssuerRequest): IssuerAnswer => {
    const given = answers[path] ?? { status: 500, body: {} };
    const at = asked.get(path) ?? 0;
    asked.set(path, at + 1);
    return "body" in given ? given : (given[Math.min(at, given.length - 1)] ?? { status: 500, body: {} });
  });
  const saved: Credentials[] = [];
  const shown: DeviceCode[] = [];
  const waits: number[] = [];
  let elapsedMs = 0;
  const outcome = await deviceLogin({
    account: { save: async (credentials) => void saved.push(credentials) },
    issuer: { url: issuer.url, clientId: "client_1" },
    fetch,
    now: () => new Date(NOW.getTime() + elapsedMs),
    workspaceId,
    onCode: (code) => shown.push(code),
    signal,
    wait: async (ms, stop) => {
      stop.throwIfAborted();
      waits.push(ms);
      elapsedMs += ms;
    },
  }).then(
    () => "logged in",
    (error: Error) => error.message,
  );
  return { outcome, saved, shown, waits, requests: issuer.requests, url: issuer.url };
}

const PATHS = {
  code: "/api/accounts/deviceauth/usercode",
  token: "/api/accounts/deviceauth/token",
  exchange: "/oauth/token",
};
const PENDING: IssuerAnswer = { status: 403, body: {} };
const GOOD = { [PATHS.code]: { body: CODE }, [PATHS.token]: { body: GRANT }, [PATHS.exchange]: { body: TOKENS } };

test("the code is shown, asked for until it is typed in, exchanged and stored without an API key", async () => {
  const { outcome, saved, shown, waits, requests, url } = await login({
    ...GOOD,
    [PATHS.token]: [PENDING, { status: 404, body: {} }, { body: GRANT }],
  });
  expect({ outcome, shown, waits }).toEqual({
    outcome: "logged in",
    shown: [{ url: `${url}/codex/device`, userCode: "ABCD-1234" }],
    waits: [5000, 5000],
  });
  const question = {
    path: PATHS.token,
    contentType: "application/json",
    body: { device_auth_id: "dev_1", user_code: "ABCD-1234" },
  };
  expect(requests).toEqual([
    { path: PATHS.code, contentType: "application/json", body: { client_id: "client_1" } },
    question,
    question,
    question,
    {
      path: PATHS.exchange,
      contentType: "application/x-www-form-urlencoded",
      body: {
        grant_type: "authorization_code",
        code: "code_1",
        redirect_uri: `${url}/deviceauth/callback`,
        client_id: "client_1",
        code_verifier: "verifier_1",
      },
    },
  ]);
  expect(saved).toEqual([
    {
      apiKey: null,
      tokens: { idToken: ID_TOKEN, accessToken: "access", refreshToken: "refresh", accountId: "acc_1" },
      lastRefresh: new Date(NOW.getTime() + 10_000),
    },
  ]);
});

test("the other spelling of the code is understood, too", async () => {
  const { shown } = await login({
    ...GOOD,
    [PATHS.code]: { body: { device_auth_id: "dev_1", usercode: "EFGH", interval: "0" } },
  });
  expect(shown.map(({ userCode }) => userCode)).toEqual(["EFGH"]);
});

test.each<[string, Parameters<typeof login>[0], string]>([
  ["the server has no such login", { [PATHS.code]: { status: 404, body: {} } }, "device code login is not enabled"],
  ["the server fails", { [PATHS.code]: { status: 503, body: {} } }, "device code request failed with status 503"],
  ["the server gives no code", { [PATHS.code]: { body: {} } }, "the server gave no device code"],
  ["asking fails", { ...GOOD, [PATHS.token]: { status: 400, body: {} } }, "device auth failed with status 400"],
  ["nobody types it in", { ...GOOD, [PATHS.token]: PENDING }, "device auth timed out after 15 minutes"],
  [
    "the exchange fails",
    { ...GOOD, [PATHS.exchange]: { status: 401, body: {} } },
    "device code exchange failed: token endpoint returned status 401",
  ],
])("nothing is stored when %s", async (_, answers, reason) => {
  const { outcome, saved } = await login(answers);
  expect(outcome).toContain(reason);
  expect(saved).toEqual([]);
});

test("nobody types it in for fifteen minutes: it was asked for to the end", async () => {
  const { waits } = await login({ ...GOOD, [PATHS.token]: PENDING });
  expect(waits.length).toBe((15 * 60) / 5);
});

test("another workspace than the wanted one is not stored", async () => {
  const { outcome, saved } = await login(GOOD, { workspaceId: "acc_2" });
  expect({ outcome, saved }).toEqual({ outcome: "Login is restricted to workspace id acc_2.", saved: [] });
});

test("a signal ends it", async () => {
  const signal = AbortSignal.abort(new DOMException("stopped", "AbortError"));
  expect(await login(GOOD, { signal })).toMatchObject({ outcome: "stopped", saved: [] });
});
