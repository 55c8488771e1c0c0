import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createAccount, createFileStore, createRefresh, readAuth, writeAuth, type Credentials } from "../src/index.ts";
import { startIssuer, type IssuerAnswer } from "@heddle/testkit";

const homes: string[] = [];
afterEach(async () => {
  await Promise.all(homes.splice(0).map((home) => rm(home, { recursive: true, force: true })));
});

const NOW = new Date("2026-01-02T03:04:05.678Z");
const LOGIN: Credentials = {
  apiKey: null,
  tokens: { idToken: "id", accessToken: "access", refreshToken: "refresh", accountId: "acc" },
  lastRefresh: new Date("2025-12-10T08:00:00.000Z"),
};

async function setUp(options: { readonly issuerUrl: string; readonly login?: Credentials }) {
  const home = await mkdtemp(join(tmpdir(), "heddle-refresh-"));
  homes.push(home);
  await writeAuth(home, options.login ?? LOGIN);
  const account = createAccount({ store: createFileStore(home) });
  await account.current();
  const issuer = { url: options.issuerUrl, clientId: "client_1" };
  return { home, account, refresh: createRefresh({ account, issuer, fetch, now: () => NOW }) };
}

test("a refresh asks with the refresh token and replaces only what is answered", async () => {
  await using issuer = await startIssuer(() => ({ body: { access_token: "access 2" } }));
  const { home, account, refresh } = await setUp({ issuerUrl: issuer.url });

  await refresh();

  const expected: Credentials = {
    apiKey: null,
    tokens: { idToken: "id", accessToken: "access 2", refreshToken: "refresh", accountId: "acc" },
    lastRefresh: NOW,
  };
  expect(await readAuth(home)).toEqual(expected);
  expect(await account.current()).toEqual(expected);
  expect(issuer.requests).toEqual([
    {
      path: "/oauth/token",
      contentType: "application/json",
      body: {
        client_id: "client_1",
        grant_type: "refresh_token",
        refresh_token: "refresh",
        scope: "openid profile email",
      },
    },
  ]);
});

test("twenty refreshes at once are one", async () => {
  await using issuer = await startIssuer(() => ({ body: { refresh_token: "refresh 2" } }));
  const { refresh } = await setUp({ issuerUrl: issuer.url });

  await Promise.all(Array.from({ length: 20 }, () => refresh()));

  expect(issuer.requests).toHaveLength(1);
});

test("tokens that another process has stored are taken over instead", async () => {
  await using issuer = await startIssuer(() => ({ body: {} }));
  const { home, account, refresh } = await setUp({ issuerUrl: issuer.url });
  const theirs: Credentials = {
    ...LOGIN,
    tokens: { idToken: "id", accessToken: "theirs", refreshToken: "theirs", accountId: "acc" },
  };
  await writeAuth(home, theirs);

  await refresh();

  expect(issuer.requests).toEqual([]);
  expect(await account.current()).toEqual(theirs);
});

test("a logout while tokens are on their way is final", async () => {
  let answer: () => void = () => {};
  let reached: () => void = () => {};
  const asked = new Promise<void>((resolve) => (reached = resolve));
  const after = new Promise<void>((resolve) => (answer = resolve));
  await using issuer = await startIssuer(() => {
    reached();
    return { body: { access_token: "access 2" }, after };
  });
  const { home, account, refresh } = await setUp({ issuerUrl: issuer.url });

  const refreshing = refresh();
  await asked;
  await account.logout();
  answer();
  await refreshing;

  expect(await readAuth(home)).toBeNull();
});

test("an API key is left alone", async () => {
  await using issuer = await startIssuer(() => ({ body: {} }));
  const { refresh } = await setUp({ issuerUrl: issuer.url, login: { ...LOGIN, apiKey: "sk-1" } });

  await refresh();

  expect(issuer.requests).toEqual([]);
});

test.each<[IssuerAnswer["body"], string]>([
  [{ error: { code: "refresh_token_expired" } }, "expired"],
  [{ error: "REFRESH_TOKEN_REUSED" }, "exhausted"],
  [{ code: "refresh_token_invalidated" }, "revoked"],
  [{ error: { code: "?" } }, "other"],
  [{}, "other"],
])("a 401 with %j is final: %s; the login stays", async (body, refusal) => {
  await using issuer = await startIssuer(() => ({ status: 401, body }));
  const { home, refresh } = await setUp({ issuerUrl: issuer.url });

  await expect(refresh()).rejects.toMatchObject({ failure: { kind: "refreshRefused", refusal } });
  expect(await readAuth(home)).toEqual(LOGIN);
});

test("every other failure may pass", async () => {
  await using issuer = await startIssuer(() => ({ status: 503, body: {} }));
  const { home, refresh } = await setUp({ issuerUrl: issuer.url });

  await expect(refresh()).rejects.toMatchObject({ failure: { kind: "refreshFailed", reason: "503" } });
  expect(await readAuth(home)).toEqual(LOGIN);
});
