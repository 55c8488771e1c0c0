import { expect, test } from "vitest";
import { startMcpHttpServer } from "@heddle/testkit";
import { never, remote, startServers } from "./support/servers.ts";

const echo = { server: "s", tool: "echo", arguments: null, signal: never };

test("a server over HTTP gets the configured headers and the token with every request", async () => {
  await using server = await startMcpHttpServer();
  const config = remote(server.url);
  const transport = {
    type: "http" as const,
    url: server.url,
    bearerTokenEnvVar: "TOKEN",
    httpHeaders: { "X-Fixed": "a", "bad name": "b" },
    envHttpHeaders: { "X-Env": "FROM_ENV", "X-Blank": "BLANK", "X-Unset": "UNSET", "X-Bad": "BAD" },
    oauth: null,
  };
  const env = { TOKEN: "t0ken", FROM_ENV: "c", BLANK: " ", BAD: "a\nb" };
  await using started = startServers({ s: { ...config, transport } }, { env });
  await started.servers.call(echo);
  for (const { headers } of server.seen) {
    const {
      authorization,
      "x-fixed": fixed,
      "x-env": fromEnv,
      "x-blank": blank,
      "x-unset": unset,
      "x-bad": bad,
    } = headers;
    expect({ authorization, fixed, fromEnv, blank, unset, bad }).toEqual({
      authorization: "Bearer t0ken",
      fixed: "a",
      fromEnv: "c",
    });
  }
  expect(started.log).toEqual([
    's: the header name "bad name" is not valid',
    "s: the value of the header X-Bad is not valid",
  ]);
});

test.each([
  [{}, "is not set"],
  [{ TOKEN: "" }, "is empty"],
  [{ TOKEN: "a\uFFFDb" }, "contains invalid Unicode"],
])("a token variable in %j fails the start, and nothing is sent", async (env, problem) => {
  await using server = await startMcpHttpServer();
  const config = remote(server.url);
  const transport = {
    type: "http" as const,
    url: server.url,
    bearerTokenEnvVar: "TOKEN",
    httpHeaders: null,
    envHttpHeaders: null,
    oauth: null,
  };
  await using started = startServers({ s: { ...config, transport } }, { env });
  await started.servers.settled(never);
  expect(started.statuses.at(-1)?.status).toMatchObject({
    state: "failed",
    error: expect.stringContaining(`Environment variable TOKEN for MCP server 's' ${problem}`),
  });
  expect(server.seen).toEqual([]);
});

test("a server that wants a login says so", async () => {
  await using server = await startMcpHttpServer(() => false);
  await using started = startServers({ s: remote(server.url) });
  await started.servers.settled(never);
  expect(started.statuses.at(-1)?.status).toEqual({
    state: "failed",
    error: "The s MCP server is not logged in. Run `heddle mcp login s`.",
    loginNeeded: true,
  });
});

test("a refused token is renewed once, and the request sent again with the new one", async () => {
  await using server = await startMcpHttpServer(({ authorization }) => authorization === "Bearer new");
  let token = "old";
  let renewals = 0;
  const tokens = {
    token: () => Promise.resolve(token),
    renew() {
      renewals += 1;
      token = "new";
      return Promise.resolve();
    },
  };
  await using started = startServers({ s: remote(server.url) }, { tokensFor: () => tokens });
  expect(await started.servers.call(echo)).toMatchObject({ content: [{ text: "in session-1" }] });
  expect(renewals).toBe(1);
});

test("a server that has forgotten the session is met anew", async () => {
  await using server = await startMcpHttpServer();
  await using started = startServers({ s: remote(server.url) });
  await started.servers.call(echo);
  server.forgetSession();
  await expect(started.servers.call(echo)).rejects.toThrow("tools/call failed");
  expect(await started.servers.call(echo)).toMatchObject({ content: [{ text: "in session-2" }] });
  expect(started.warnings).toEqual([
    "MCP server 's' has ended and is started again: the server does not know this session any more",
  ]);
});

test("a server is told that the session is over", async () => {
  await using server = await startMcpHttpServer();
  const started = startServers({ s: remote(server.url) });
  await started.servers.settled(never);
  await started.servers.close();
  expect(server.seen.at(-1)).toMatchObject({ verb: "DELETE", headers: { "mcp-session-id": "session-1" } });
});

test("an address that nobody answers at fails the start", async () => {
  const server = await startMcpHttpServer();
  await server[Symbol.asyncDispose]();
  await using started = startServers({ s: remote(server.url) });
  await started.servers.settled(never);
  expect(started.statuses.at(-1)?.status).toMatchObject({
    state: "failed",
    error: expect.stringMatching(/^MCP client for `s` failed to start: .*ECONNREFUSED/),
  });
});
