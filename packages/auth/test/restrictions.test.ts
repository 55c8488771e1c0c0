import { expect, test } from "vitest";
import { enforceRestrictions, type Credentials, type LoginRestrictions } from "../src/index.ts";

const KEY: Credentials = { apiKey: "sk-1", tokens: null, lastRefresh: null };

function chatGpt(workspace: string | null): Credentials {
  const claims = { "https://api.openai.com/auth": { chatgpt_account_id: workspace } };
  const idToken = `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
  return {
    apiKey: null,
    tokens: { idToken, accessToken: "at", refreshToken: "rt", accountId: workspace },
    lastRefresh: null,
  };
}

/** A login in memory; tells whether it is still there. */
function accountOf(stored: Credentials | null) {
  let login = stored;
  return {
    current: () => Promise.resolve(login),
    logout() {
      const was = login !== null;
      login = null;
      return Promise.resolve(was);
    },
  };
}

const API: LoginRestrictions = { method: "api", workspaceId: null };
const CHATGPT: LoginRestrictions = { method: "chatgpt", workspaceId: null };
const WORKSPACE: LoginRestrictions = { method: null, workspaceId: "ws-1" };

test.each<[string, Credentials | null, LoginRestrictions, string | null]>([
  ["nothing is demanded", KEY, { method: null, workspaceId: null }, null],
  ["a key where a key is demanded", KEY, API, null],
  ["ChatGPT where that is demanded", chatGpt("ws-1"), CHATGPT, null],
  ["nobody is logged in", null, CHATGPT, null],
  ["the right workspace", chatGpt("ws-1"), WORKSPACE, null],
  ["a key has no workspace", KEY, WORKSPACE, null],
  ["a key of the run counts in place of the stored login", chatGpt("ws-2"), WORKSPACE, "sk-run"],
])("passes: %s", async (_, stored, restrictions, keyOfRun) => {
  const account = accountOf(stored);
  expect(await enforceRestrictions(account, { restrictions, keyOfRun })).toBeNull();
  expect(await account.current()).toEqual(stored);
});

test.each<[Credentials, LoginRestrictions, string | null, string]>([
  [chatGpt("ws-1"), API, null, "An API key login is required, and the login in use is one with ChatGPT."],
  [KEY, CHATGPT, null, "A ChatGPT login is required, and an API key is in use."],
  [chatGpt("ws-1"), CHATGPT, "sk-run", "A ChatGPT login is required, and an API key is in use."],
  [
    chatGpt("ws-2"),
    WORKSPACE,
    null,
    "Login is restricted to workspace ws-1, and the login in use is in workspace ws-2.",
  ],
  [chatGpt(null), WORKSPACE, null, "Login is restricted to workspace ws-1, and the login in use names no workspace."],
])("a violation is told and removes the login (%#)", async (stored, restrictions, keyOfRun, message) => {
  const account = accountOf(stored);
  const told = await enforceRestrictions(account, { restrictions, keyOfRun });
  expect(told).toBe(`${message} You have been logged out.`);
  expect(await account.current()).toBeNull();
});

test("where nothing is stored, nobody is told of a logout", async () => {
  const told = await enforceRestrictions(accountOf(null), { restrictions: CHATGPT, keyOfRun: "sk-run" });
  expect(told).toBe("A ChatGPT login is required, and an API key is in use.");
});
