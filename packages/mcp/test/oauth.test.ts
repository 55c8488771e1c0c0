import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { clock, loginRig } from "./support/login-rig.ts";
import { never, remote } from "./support/servers.ts";

const echo = { server: "s", tool: "echo", arguments: null, signal: never };

test("a login registers a client, sends the browser, exchanges the code and is stored for its owner alone", async () => {
  await using rig = await loginRig();
  const { server, logins, file, transport } = rig;
  expect(await logins.status("s", remote(server.url))).toBe("notLoggedIn");
  const login = await rig.start({ scopes: ["read", "write"] });
  const url = new URL(login.authorizationUrl);
  const { redirect_uri: redirectUri, ...asked } = Object.fromEntries(url.searchParams);
  expect(asked).toEqual({
    response_type: "code",
    client_id: "cid-1",
    state: expect.stringMatching(/^[\w-]{32}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: "S256",
    scope: "read write",
    resource: server.url,
  });
  expect(redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  expect(await server.browse(login.authorizationUrl)).toEqual({
    status: 200,
    text: "Authentication complete. You may close this window.",
  });
  await login.completed;
  expect(server.posted).toEqual([
    {
      path: "/register",
      body: {
        client_name: "Heddle",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "none",
        response_types: ["code"],
        application_type: "native",
      },
    },
    {
      path: "/token",
      body: {
        grant_type: "authorization_code",
        code: "c0de",
        code_verifier: expect.any(String),
        redirect_uri: redirectUri,
        client_id: "cid-1",
        resource: server.url,
      },
    },
  ]);
  const [[key, record]] = Object.entries(JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>) as [
    [string, unknown],
  ];
  expect(key).toMatch(/^s\|[0-9a-f]{16}$/);
  expect(record).toEqual({
    server_name: "s",
    server_url: server.url,
    client_id: "cid-1",
    access_token: "at-1",
    expires_at: clock.now + 3_600_000,
    refresh_token: "rt-1",
    scopes: ["read"],
    issuer: server.origin,
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await logins.status("s", remote(server.url))).toBe("oAuth");
  await using started = rig.connect();
  expect(await started.servers.call(echo)).toMatchObject({ isError: false });
  expect(await logins.logout("s", transport)).toBe(true);
  expect(await logins.logout("s", transport)).toBe(false);
  await expect(stat(file)).rejects.toThrow("ENOENT");
});

test("without scopes of one's own, those are asked for that the server names", async () => {
  await using rig = await loginRig();
  const login = await rig.start();
  expect(new URL(login.authorizationUrl).searchParams.get("scope")).toBe("read write");
  await login.cancel();
});

test("the places of older servers are looked at, too", async () => {
  await using rig = await loginRig({ flaw: "oldPlaces" });
  await rig.logIn();
  expect(await rig.logins.status("s", remote(rig.server.url))).toBe("oAuth");
});

test.each([
  ["otherIssuer", /issuer/i],
  ["noRegistration", /registers no clients; set oauth.client_id to one that it knows$/],
  ["noPkce", /S256/],
  ["noPage", /is no web page: file:/],
] as const)("metadata with the flaw %s refuses the login", async (flaw, reason) => {
  await using rig = await loginRig({ flaw });
  await expect(rig.start()).rejects.toThrow(reason);
  expect(await readFile(rig.file, "utf8").catch(() => "none")).toBe("none");
});

test("requests that are no callback are refused, and waiting goes on", async () => {
  await using rig = await loginRig();
  const login = await rig.start();
  const stray = await rig.server.browse(login.authorizationUrl, (url) => (url.pathname = "/elsewhere"));
  expect(stray).toEqual({ status: 400, text: "Invalid OAuth callback" });
  const without = await rig.server.browse(login.authorizationUrl, (url) => url.searchParams.delete("code"));
  expect(without).toEqual({ status: 400, text: "Invalid OAuth callback" });
  await rig.server.browse(login.authorizationUrl);
  await login.completed;
});

test.each([
  ["the state of another login", (url: URL): void => url.searchParams.set("state", "x"), /state of the callback/],
  [
    "a refusal",
    (url: URL): void => {
      url.searchParams.delete("code");
      url.searchParams.set("error", "access_denied");
      url.searchParams.set("error_description", "not you");
    },
    /access_denied: not you/,
  ],
  ["another issuer", (url: URL): void => url.searchParams.set("iss", "https://other.example"), /[Ii]ssuer/],
])("%s ends the login", async (_name, change, reason) => {
  await using rig = await loginRig();
  const login = await rig.start();
  await rig.server.browse(login.authorizationUrl, change);
  await expect(login.completed).rejects.toThrow(reason);
});

test("a login that nobody finishes ends when its time is over", async () => {
  await using rig = await loginRig();
  const login = await rig.start({ timeoutMs: 10 });
  await expect(login.completed).rejects.toThrow("timed out waiting for OAuth callback");
});

test("a token is renewed before it expires, once for all that need it", async () => {
  await using rig = await loginRig();
  await rig.logIn();
  clock.now += 3_600_000 - 29_000;
  const { transport } = rig;
  const one = rig.logins.tokensFor("s", transport);
  const other = rig.another().tokensFor("s", transport);
  expect(await Promise.all([one.token(), one.token(), other.token()])).toEqual(["at-2", "at-2", "at-2"]);
  expect(
    rig.server.posted.filter(({ body }) => body["grant_type"] === "refresh_token").map(({ body }) => body),
  ).toEqual([{ grant_type: "refresh_token", refresh_token: "rt-1", client_id: "cid-1", resource: rig.server.url }]);
});

test("a token that the server refuses is renewed, and the request sent again", async () => {
  await using rig = await loginRig();
  await rig.logIn();
  await using started = rig.connect();
  await started.servers.call(echo);
  rig.server.expireTokens();
  expect(await started.servers.call(echo)).toMatchObject({ isError: false });
  expect(JSON.parse(await readFile(rig.file, "utf8"))).toMatchObject({
    [Object.keys(JSON.parse(await readFile(rig.file, "utf8")) as object)[0] ?? ""]: { access_token: "at-2" },
  });
});

test("a login that was revoked is forgotten, and the server asks for a new one", async () => {
  await using rig = await loginRig();
  await rig.logIn();
  rig.server.expireTokens();
  rig.server.revoke();
  await using started = rig.connect();
  await started.servers.settled(never);
  expect(started.statuses.at(-1)?.status).toMatchObject({ state: "failed", loginNeeded: true });
  await expect(stat(rig.file)).rejects.toThrow("ENOENT");
});

test("a login is not used with another issuer than the one that gave it", async () => {
  await using rig = await loginRig();
  await rig.logIn();
  const text = await readFile(rig.file, "utf8");
  await writeFile(rig.file, text.replace(`"issuer":"${rig.server.origin}"`, '"issuer":"https://other.example"'));
  clock.now += 3_600_000;
  await expect(rig.logins.tokensFor("s", rig.transport).token()).rejects.toThrow(
    "this one was made by https://other.example",
  );
});

test("a client that the authorization server knows is not registered, and comes back to its port", async () => {
  const port = await freePort();
  const oauth = { clientId: "known", clientSecretEnvVar: null, callbackPort: port };
  await using rig = await loginRig({ flaw: "noRegistration" }, { oauth });
  await rig.logIn();
  expect(rig.server.posted).toMatchObject([
    { path: "/token", body: { client_id: "known", redirect_uri: `http://127.0.0.1:${port}/callback` } },
  ]);
  clock.now += 3_600_000;
  await using started = rig.connect();
  expect((await started.servers.call(echo)).isError).toBe(false);
  expect(rig.server.posted[1]).toMatchObject({ body: { grant_type: "refresh_token", client_id: "known" } });
});

test("the secret of such a client comes from the environment, and is not stored", async () => {
  const oauth = { clientId: "known", clientSecretEnvVar: "CLIENT_SECRET", callbackPort: null };
  await using rig = await loginRig({}, { oauth, env: { CLIENT_SECRET: "s3cret" } });
  await rig.logIn();
  const basic = `Basic ${Buffer.from("known:s3cret").toString("base64")}`;
  expect(rig.server.authorizations).toEqual([basic]);
  expect(await readFile(rig.file, "utf8")).not.toContain("s3cret");
  clock.now += 3_600_000;
  await using started = rig.connect();
  expect((await started.servers.call(echo)).isError).toBe(false);
  expect(rig.server.authorizations).toEqual([basic, basic]);

  await using without = await loginRig({}, { oauth });
  await expect(without.start()).rejects.toThrow(
    "the environment variable CLIENT_SECRET with the client's secret for MCP server 's' is not set",
  );
});

/** One that nobody listens on a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

test("a file of logins that cannot be read is told by its path, and stays as it is", async () => {
  await using rig = await loginRig();
  await writeFile(rig.file, "{");
  await expect(rig.logins.tokensFor("s", rig.transport).token()).rejects.toThrow(`${rig.file}: `);
  await expect(rig.logIn()).rejects.toThrow("mend the file, or remove it and log in again");
  expect(await readFile(rig.file, "utf8")).toBe("{");
});
