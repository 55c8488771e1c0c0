import { writeAuth } from "@heddle/auth";
import { createWorkspace, startIssuer, startScriptedModel, step } from "@heddle/testkit";
import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { createAccounts } from "../src/runtime/accounts.ts";

test("processes that refresh one login at once use its token once, and all have the new one", async () => {
  await using workspace = await createWorkspace();
  const { home } = workspace;
  const used = new Set<unknown>();
  await using issuer = await startIssuer(({ body }) => {
    const token = (body as { refresh_token: string }).refresh_token;
    if (used.has(token)) return { status: 401, body: { error: { code: "refresh_token_reused" } } };
    used.add(token);
    return { body: { access_token: "access 2", refresh_token: "refresh 2" } };
  });
  const tokens = { idToken: "id", accessToken: "access 1", refreshToken: "refresh 1", accountId: "acc" };
  await writeAuth(home, { apiKey: null, tokens, lastRefresh: null });
  // Each has what a process of its own would have: nothing is shared but the files.
  const env = { HEDDLE_LOGIN_ISSUER: issuer.url };
  const processes = [1, 2, 3].map(() =>
    createAccounts({ home, env, originator: "test", storeKind: "file", warn: () => {} }),
  );
  for (const { account } of processes) await account.current();

  await Promise.all(processes.map(({ refresh }) => refresh()));

  expect(issuer.requests).toHaveLength(1);
  const after = await Promise.all(processes.map(({ account }) => account.current()));
  expect(after.map((login) => login?.tokens?.refreshToken)).toEqual(["refresh 2", "refresh 2", "refresh 2"]);
  expect((await readdir(home)).toSorted()).toEqual(["auth.json"]);
});

test("a login is refreshed through the proxy that the environment names", async () => {
  await using workspace = await createWorkspace();
  const { home } = workspace;
  await using proxy = await startScriptedModel([
    [step.http(200, { access_token: "access 2", refresh_token: "refresh 2" })],
  ]);
  const tokens = { idToken: "id", accessToken: "access 1", refreshToken: "refresh 1", accountId: "acc" };
  await writeAuth(home, { apiKey: null, tokens, lastRefresh: null });
  const env = { HEDDLE_LOGIN_ISSUER: "http://login.example.test", HTTP_PROXY: new URL(proxy.baseUrl).origin };
  const { account, refresh } = createAccounts({ home, env, originator: "test", storeKind: "file", warn: () => {} });
  await account.current();
  await refresh();
  expect((await account.current())?.tokens?.accessToken).toBe("access 2");
  expect(proxy.requests.map(({ path }) => path)).toEqual(["http://login.example.test/oauth/token"]);
});
