import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { afterEach, expect, test, vi } from "vitest";
import {
  AuthError,
  startBrowserLogin,
  type BrowserLogin,
  type BrowserLoginOptions,
  type Credentials,
} from "../src/index.ts";
import { jwt, startIssuer, type IssuerAnswer, type IssuerRequest } from "@heddle/testkit";

const NOW = new Date("2026-01-02T03:04:05.678Z");
const ID_TOKEN = jwt({
  email: "user@example.com",
  "https://api.openai.com/auth": {
    chatgpt_plan_type: "pro",
    chatgpt_account_id: "acc_1",
    organization_id: "org_1",
    project_id: "proj_1",
    completed_platform_onboarding: false,
    is_org_owner: true,
  },
});
const TOKENS = { id_token: ID_TOKEN, access_token: "access", refresh_token: "refresh" };

const running: BrowserLogin[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(running.splice(0).map((login) => login.cancel()));
});

/** Answers the exchange of the code with tokens, that of the API key with a refusal. */
const withTokens = ({ body }: IssuerRequest): IssuerAnswer =>
  body["grant_type"] === "authorization_code" ? { body: TOKENS } : { status: 403, body: {} };

async function startLogin(options: Partial<BrowserLoginOptions> & { readonly issuerUrl: string }) {
  const saved: Credentials[] = [];
  const login = await startBrowserLogin({
    account: { save: async (credentials) => void saved.push(credentials) },
    issuer: { url: options.issuerUrl, clientId: "client_1" },
    fetch,
    now: () => NOW,
    originator: "test_originator",
    workspaceId: null,
    timeoutMs: null,
    port: 0,
    ...options,
  });
  running.push(login);
  const query = new URL(login.authUrl).searchParams;
  const visit = (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${login.port}${path}`, { redirect: "manual" });
  return {
    login,
    saved,
    query,
    visit,
    comeBack: (code = "code_1") => visit(`/auth/callback?code=${code}&state=${query.get("state")}`),
  };
}

test("the authorization URL has its parameters in order, the challenge and a state of 32 bytes", async () => {
  const { login, query } = await startLogin({ issuerUrl: "https://issuer.example", workspaceId: "ws 1" });

  const state = query.get("state") ?? "";
  const challenge = query.get("code_challenge") ?? "";
  expect(login.authUrl).toBe(
    "https://issuer.example/oauth/authorize?response_type=code&client_id=client_1" +
      `&redirect_uri=http%3A%2F%2Flocalhost%3A${login.port}%2Fauth%2Fcallback` +
      "&scope=openid%20profile%20email%20offline_access" +
      `&code_challenge=${challenge}&code_challenge_method=S256` +
      "&id_token_add_organizations=true&codex_cli_simplified_flow=true" +
      `&state=${state}&originator=test_originator&allowed_workspace_id=ws%201`,
  );
  expect(Buffer.from(state, "base64url")).toHaveLength(32);
  expect(Buffer.from(challenge, "base64url")).toHaveLength(32);
});

test("a code becomes the only login; the browser ends on a page, and no token is in any address", async () => {
  await using issuer = await startIssuer(withTokens);
  const { login, saved, query, visit, comeBack } = await startLogin({ issuerUrl: issuer.url });

  const redirect = await comeBack();
  const location = redirect.headers.get("location") ?? "";
  const page = await visit(location.replace(/^http:\/\/localhost:\d+/, ""));
  await login.completed;

  expect(saved).toEqual([
    {
      apiKey: null,
      tokens: { idToken: ID_TOKEN, accessToken: "access", refreshToken: "refresh", accountId: "acc_1" },
      lastRefresh: NOW,
    },
  ]);
  expect(redirect.status).toBe(302);
  expect(location).toBe(
    `http://localhost:${login.port}/success?needs_setup=true&org_id=org_1&project_id=proj_1&plan_type=pro` +
      "&platform_url=https%3A%2F%2Fplatform.api.openai.org",
  );
  expect([page.status, page.headers.get("content-type"), page.headers.get("connection")]).toEqual([
    200,
    "text/html; charset=utf-8",
    "close",
  ]);
  const html = await page.text();
  expect(html).toContain("/org-setup?p=pro&#38;with_org=org_1&#38;project_id=proj_1");
  expect(html).not.toContain(ID_TOKEN);
  expect(issuer.requests).toEqual([
    {
      path: "/oauth/token",
      contentType: "application/x-www-form-urlencoded",
      body: {
        grant_type: "authorization_code",
        code: "code_1",
        redirect_uri: `http://localhost:${login.port}/auth/callback`,
        client_id: "client_1",
        code_verifier: expect.any(String),
      },
    },
    {
      path: "/oauth/token",
      contentType: "application/x-www-form-urlencoded",
      body: {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        client_id: "client_1",
        requested_token: "openai-api-key",
        subject_token: ID_TOKEN,
        subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      },
    },
  ]);
  const verifier = String(issuer.requests[0]?.body["code_verifier"]);
  expect(createHash("sha256").update(verifier).digest("base64url")).toBe(query.get("code_challenge"));
  await expect(visit("/success")).rejects.toThrow("fetch failed"); // nobody listens any more
});

test("an API key that the issuer gives is stored with the tokens", async () => {
  await using issuer = await startIssuer(({ body }) =>
    body["grant_type"] === "authorization_code" ? { body: TOKENS } : { body: { access_token: "sk-exchanged" } },
  );
  const { saved, comeBack } = await startLogin({ issuerUrl: issuer.url });

  await comeBack();

  expect(saved.map(({ apiKey }) => apiKey)).toEqual(["sk-exchanged"]);
});

test("a browser that comes back with another state, or without a code, is refused and may try again", async () => {
  await using issuer = await startIssuer(withTokens);
  const { saved, query, visit, comeBack } = await startLogin({ issuerUrl: issuer.url });
  const state = query.get("state");

  const answers = [
    await visit("/auth/callback?code=code_1&state=other"),
    await visit("/auth/callback?code=code_1"),
    await visit(`/auth/callback?state=${state}`),
    await visit(`/auth/callback?state=${state}&code=`),
    await visit("/success"),
    await visit("/favicon.ico"),
  ];
  expect(await Promise.all(answers.map(async (answer) => [answer.status, await answer.text()]))).toEqual([
    [400, "State mismatch"],
    [400, "State mismatch"],
    [400, "Missing authorization code"],
    [400, "Missing authorization code"],
    [404, "Not Found"],
    [404, "Not Found"],
  ]);
  expect([issuer.requests, saved]).toEqual([[], []]);

  expect((await comeBack()).status).toBe(302);
});

test("a code that the issuer refuses is reported without what it said, and the next one counts", async () => {
  await using issuer = await startIssuer((request) =>
    request.body["code"] === "bad" ? { status: 400, body: { error: "secret detail" } } : withTokens(request),
  );
  const { saved, comeBack } = await startLogin({ issuerUrl: issuer.url });

  const refused = await comeBack("bad");
  expect([refused.status, await refused.text()]).toEqual([
    500,
    "Token exchange failed: token endpoint returned status 400",
  ]);
  expect((await comeBack("good")).status).toBe(302);
  expect(saved).toHaveLength(1);
});

test("a browser that asks twice uses the code once", async () => {
  await using issuer = await startIssuer(withTokens);
  const { saved, comeBack } = await startLogin({ issuerUrl: issuer.url });

  const answers = await Promise.all([comeBack(), comeBack()]);

  expect(answers.map(({ status }) => status)).toEqual([302, 302]);
  expect(saved).toHaveLength(1);
  expect(issuer.requests).toHaveLength(2);
});

test("another workspace than the one that is allowed ends the login, and nothing is stored", async () => {
  await using issuer = await startIssuer(withTokens);
  const { login, saved, comeBack } = await startLogin({ issuerUrl: issuer.url, workspaceId: "acc_2" });

  const answer = await comeBack();

  const message = "Login is restricted to workspace id acc_2.";
  expect([answer.status, await answer.text()]).toEqual([200, message]);
  await expect(login.completed).rejects.toEqual(new AuthError({ kind: "loginFailed", reason: message }));
  expect(saved).toEqual([]);
});

test("a login that cannot be stored says so", async () => {
  await using issuer = await startIssuer(withTokens);
  const account = { save: () => Promise.reject(new Error("disk full")) };
  const { comeBack } = await startLogin({ issuerUrl: issuer.url, account });

  const answer = await comeBack();
  expect([answer.status, await answer.text()]).toEqual([500, "Unable to persist auth file: disk full"]);
});

test("a login is over after its time", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { login } = await startLogin({ issuerUrl: "https://issuer.example", timeoutMs: 600_000 });

  vi.advanceTimersByTime(600_000);

  await expect(login.completed).rejects.toEqual(new AuthError({ kind: "loginTimedOut" }));
});

test("a cancelled login stores nothing, even when its code is being exchanged", async () => {
  let reached: () => void = () => {};
  const exchanging = new Promise<void>((resolve) => (reached = resolve));
  await using issuer = await startIssuer(() => {
    reached();
    return { body: TOKENS, after: new Promise(() => {}) };
  });
  const { login, saved, comeBack } = await startLogin({ issuerUrl: issuer.url });
  const answer = comeBack().catch(() => null);
  await exchanging;

  await login.cancel();
  await login.cancel();

  await expect(login.completed).rejects.toEqual(
    new AuthError({ kind: "loginFailed", reason: "Login was not completed" }),
  );
  await answer;
  expect(saved).toEqual([]);
});

test("a login that was stored has succeeded, whether or not the browser fetches the last page", async () => {
  await using issuer = await startIssuer(withTokens);
  const { login, comeBack } = await startLogin({ issuerUrl: issuer.url });

  await comeBack();
  await login.cancel();

  await expect(login.completed).resolves.toBeUndefined();
});

test("a new login takes the port over from an old one", async () => {
  const old = await startLogin({ issuerUrl: "https://issuer.example" });

  const { login } = await startLogin({ issuerUrl: "https://issuer.example", port: old.login.port });

  expect(login.port).toBe(old.login.port);
  await expect(old.login.completed).rejects.toEqual(
    new AuthError({ kind: "loginFailed", reason: "Login was not completed" }),
  );
});

test("a port that somebody else keeps is reported by its number", async () => {
  const asked: (string | undefined)[] = [];
  const holder = createServer((request, response) => {
    asked.push(request.url);
    response.end();
  });
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const address = holder.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    await expect(startLogin({ issuerUrl: "https://issuer.example", port })).rejects.toEqual(
      new AuthError({ kind: "loginServer", reason: `Port 127.0.0.1:${port} is already in use` }),
    );
    expect(asked).toEqual(["/cancel"]);
  } finally {
    holder.closeAllConnections();
    await new Promise((resolve) => holder.close(resolve));
  }
});
