import {
  mcpServerConfig,
  scriptedMcpServer,
  startAuthorizedMcpServer,
  startHttpProxy,
  startMcpHttpServer,
  step,
} from "@heddle/testkit";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startHeddle, type HeddleSetup, type TestHeddle } from "./support/start-heddle.ts";

/** A Heddle with the scripted server `s`, whose tools are called one after the other. */
function withServer(
  calls: readonly (readonly [string, object | string])[],
  { more, mode, ...setup }: Partial<HeddleSetup> & { readonly more?: string; readonly mode?: string } = {},
): Promise<TestHeddle> {
  const script = calls.map(([name, args], at) => [step.functionCall(`c${at}`, name, args)]);
  return startHeddle({
    script: [...script, [step.text("done")]],
    config: `sandbox_mode = "read-only"\n${mcpServerConfig("s", scriptedMcpServer(mode), more)}`,
    ...setup,
  });
}

/** What the model was told about the calls, in order. */
function outputs(heddle: TestHeddle): unknown[] {
  const last = heddle.model.requests.at(-1)?.body as { input: { type: string; output: unknown }[] };
  return last.input.filter(({ type }) => type === "function_call_output").map(({ output }) => output);
}

/** The names of the tools that a request offered. */
function offered(heddle: TestHeddle, request: number): string[] {
  const body = heddle.model.requests[request]?.body as { tools: { name?: string; type: string }[] };
  return body.tools.map(({ name, type }) => name ?? type);
}

const callItem = {
  type: "mcpToolCall",
  server: "s",
  arguments: {},
  result: null,
  error: null,
  durationMs: expect.any(Number),
};

test("the tools of a server are offered behind our own, those for resources behind the shell", async () => {
  await using heddle = await withServer([]);
  await heddle.runTurn(await heddle.startThread(), "go");
  expect(offered(heddle, 0)).toEqual([
    "shell_command",
    "list_mcp_resources",
    "list_mcp_resource_templates",
    "read_mcp_resource",
    "update_plan",
    "apply_patch",
    "view_image",
    ...["ask", "die", "echo", "env", "fail", "flood", "grow", "hang", "image", "progress", "seen", "throw"].map(
      (name) => `mcp__s__${name}`,
    ),
  ]);
});

test("calls are items: completed, failed with a result, failed with an error; the model sees each in its form", async () => {
  await using heddle = await withServer([
    ["mcp__s__echo", { text: "hi" }],
    ["mcp__s__fail", {}],
    ["mcp__s__throw", {}],
    ["mcp__s__image", {}],
  ]);
  const { items, status } = await heddle.runTurn(await heddle.startThread(), "go");
  const text = (value: string): object => ({ type: "text", text: value });
  const image = { type: "image", data: "AAAA", mimeType: "image/png" };
  expect(status).toBe("completed");
  expect(items.slice(1, -1)).toEqual([
    {
      ...callItem,
      id: "c0",
      tool: "echo",
      status: "completed",
      arguments: { text: "hi" },
      result: { content: [text("you said hi")], structuredContent: { n: 1 } },
    },
    {
      ...callItem,
      id: "c1",
      tool: "fail",
      status: "failed",
      result: { content: [text("it failed")], structuredContent: null },
    },
    {
      ...callItem,
      id: "c2",
      tool: "throw",
      status: "failed",
      error: {
        message: "tool call error: tool call failed for `s/throw`: tools/call failed: Mcp error: -32000: boom",
      },
    },
    {
      ...callItem,
      id: "c3",
      tool: "image",
      status: "completed",
      result: { content: [text("see"), image], structuredContent: null },
    },
  ]);
  expect(outputs(heddle)).toEqual([
    '{"n":1}',
    '[{"type":"text","text":"it failed"}]',
    'err: "tool call error: tool call failed for `s/throw`: tools/call failed: Mcp error: -32000: boom"',
    [
      { type: "input_text", text: "see" },
      { type: "input_image", image_url: "data:image/png;base64,AAAA" },
    ],
  ]);
});

test("arguments that are no JSON are answered, and nothing is called; no arguments are none", async () => {
  await using heddle = await startHeddle({
    script: [
      [step.functionCall("c0", "mcp__s__echo", "{not json")],
      [step.functionCall("c1", "mcp__s__echo", "[1]")],
      [step.functionCall("c2", "mcp__s__fail", "")],
      [step.text("done")],
    ],
    config: mcpServerConfig("s", scriptedMcpServer()),
  });
  const { items } = await heddle.runTurn(await heddle.startThread(), "go");
  expect(items.slice(1, -1)).toMatchObject([{ id: "c2", arguments: null, status: "failed" }]);
  expect(outputs(heddle)).toEqual([
    expect.stringMatching(/^err: /),
    "err: the arguments have to be a JSON object",
    '[{"type":"text","text":"it failed"}]',
  ]);
});

test("a tool that is turned off is not offered, and refused before the wire", async () => {
  await using heddle = await withServer([["mcp__s__echo", {}]], { more: 'disabled_tools = ["echo"]' });
  await heddle.runTurn(await heddle.startThread(), "go");
  expect(offered(heddle, 0)).not.toContain("mcp__s__echo");
  expect(outputs(heddle)).toEqual([`err: "tool 'echo' is disabled for MCP server 's'"`]);
});

test("clients hear how far servers are, once the thread has been answered", async () => {
  const broken = '[mcp_servers.broken]\ncommand = "/no/such/bin"';
  await using heddle = await withServer([], { more: broken });
  const threadId = await heddle.startThread();
  await heddle.client.hear("mcpServer/startupStatus/updated", ({ status }) => status === "ready");
  await heddle.client.hear("mcpServer/startupStatus/updated", ({ status }) => status === "failed");
  const told = heddle.client.heard.filter(({ method }) => method === "mcpServer/startupStatus/updated");
  const ok = { threadId, error: null, failureReason: null };
  expect(told.map(({ params }) => params).toSorted((a, b) => (String(a["name"]) < String(b["name"]) ? -1 : 1))).toEqual(
    [
      { ...ok, name: "broken", status: "starting" },
      {
        ...ok,
        name: "broken",
        status: "failed",
        error: expect.stringContaining("MCP client for `broken` failed to start"),
      },
      { ...ok, name: "s", status: "starting" },
      { ...ok, name: "s", status: "ready" },
    ],
  );
});

test("tools that change during a turn are offered from the next turn on", async () => {
  await using heddle = await startHeddle({
    script: [
      [step.functionCall("c0", "mcp__s__grow", {})],
      [step.functionCall("c1", "mcp__s__echo", { text: "x" })],
      [step.text("one")],
      [step.text("two")],
    ],
    config: mcpServerConfig("s", scriptedMcpServer()),
  });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "go");
  await heddle.runTurn(threadId, "again");
  const with_ = [0, 1, 2, 3].map((request) => offered(heddle, request).includes("mcp__s__extra"));
  expect(with_).toEqual([false, false, false, true]);
});

test("progress of a call is told", async () => {
  await using heddle = await withServer([["mcp__s__progress", {}]]);
  const threadId = await heddle.startThread();
  const { id: turnId } = await heddle.runTurn(threadId, "go");
  const told = heddle.client.heard.filter(({ method }) => method === "item/mcpToolCall/progress");
  expect(told.map(({ params }) => params)).toEqual([{ threadId, turnId, itemId: "c0", message: "1/3" }]);
});

test("an interrupted call fails its item and ends the turn", async () => {
  await using heddle = await withServer([["mcp__s__hang", {}]]);
  const threadId = await heddle.startThread();
  const answer = await heddle.client.request("turn/start", { threadId, input: [{ type: "text", text: "go" }] });
  const turnId = (answer as { turn: { id: string } }).turn.id;
  await heddle.client.hear("item/started", ({ item }) => (item as { id: string }).id === "c0");
  await heddle.client.request("turn/interrupt", { threadId, turnId });
  expect(await heddle.client.hear("turn/completed")).toMatchObject({ turn: { status: "interrupted" } });
  expect(await heddle.client.hear("item/completed", ({ item }) => (item as { id: string }).id === "c0")).toMatchObject({
    item: { status: "failed", error: { message: "the turn was interrupted" } },
  });
});

test("a server that dies in a call fails it, and the turn is told that it is started again", async () => {
  await using heddle = await withServer([["mcp__s__die", {}]]);
  const { items } = await heddle.runTurn(await heddle.startThread(), "go");
  expect(items.slice(1, -1)).toMatchObject([{ id: "c0", status: "failed" }]);
  const told = heddle.client.heard.filter(({ method }) => method === "warning").map(({ params }) => params["message"]);
  expect(told).toContainEqual(expect.stringContaining("MCP server 's' has ended and is started again"));
});

test("a server hears of the sandbox before the first call of the turn that changes it", async () => {
  await using heddle = await startHeddle({
    script: [
      [step.functionCall("c0", "mcp__s__seen", {})],
      [step.text("one")],
      [step.functionCall("c1", "mcp__s__seen", {})],
      [step.text("two")],
    ],
    config: mcpServerConfig("s", scriptedMcpServer()),
  });
  const threadId = await heddle.startThread({ sandbox: "readOnly" });
  await heddle.runTurn(threadId, "go");
  await heddle.runTurn(threadId, "go", { sandboxPolicy: { type: "dangerFullAccess" } });
  const states = outputs(heddle).map((output) => {
    const [block] = JSON.parse(String(output)) as { text: string }[];
    const seen = JSON.parse(block?.text ?? "[]") as { method: string; params: { sandboxPolicy: { type: string } } }[];
    return seen.filter(({ method }) => method === "codex/sandbox-state/update").map(({ params }) => params);
  });
  const state = (type: string): object => ({
    sandboxPolicy: { type },
    codexLinuxSandboxExe: process.platform === "linux" ? join(heddle.home, "bin", "codex-linux-sandbox") : null,
    sandboxCwd: heddle.cwd,
  });
  expect(states).toEqual([[state("read-only")], [state("read-only"), state("danger-full-access")]]);
});

test("resources are read by tools that show as calls", async () => {
  await using heddle = await withServer([
    ["list_mcp_resources", {}],
    ["list_mcp_resource_templates", { server: "s" }],
    ["read_mcp_resource", { server: "s", uri: "s://a" }],
    ["list_mcp_resources", { cursor: "1" }],
    ["read_mcp_resource", { server: "x", uri: "s://a" }],
    ["list_mcp_resources", ""],
    ["read_mcp_resource", ""],
  ]);
  const { items } = await heddle.runTurn(await heddle.startThread(), "go");
  expect(items.slice(1, -1)).toMatchObject([
    { id: "c0", server: "codex", tool: "list_mcp_resources", status: "completed", arguments: {} },
    { id: "c1", server: "s", tool: "list_mcp_resource_templates", status: "completed" },
    { id: "c2", server: "s", tool: "read_mcp_resource", status: "completed" },
    { id: "c4", server: "x", tool: "read_mcp_resource", status: "failed" },
    { id: "c5", server: "codex", tool: "list_mcp_resources", status: "completed", arguments: {} },
  ]);
  expect(outputs(heddle)).toEqual([
    '{"resources":[{"server":"s","uri":"s://a","name":"a"}]}',
    '{"server":"s","resourceTemplates":[{"server":"s","uriTemplate":"s://{x}","name":"x"}]}',
    '{"server":"s","uri":"s://a","contents":[{"uri":"s://a","text":"content of s://a"}]}',
    "resources/list failed: cursor can only be used when a server is specified",
    "resources/read failed: unknown MCP server 'x'",
    '{"resources":[{"server":"s","uri":"s://a","name":"a"}]}',
    expect.stringMatching(/^failed to parse function arguments: missing field `server`/),
  ]);
});

const QUESTION = "mcpServer/elicitation/request";

test("a question of a server is put to a client that knows such, and answered with what it says", async () => {
  await using heddle = await withServer([["mcp__s__ask", {}]], { capabilities: {} });
  const asked: unknown[] = [];
  heddle.client.answer(QUESTION, (params) => {
    asked.push(params);
    return { action: "accept", content: { name: "Ada", age: 36 } };
  });
  const threadId = await heddle.startThread();
  const { id: turnId } = await heddle.runTurn(threadId, "go");
  expect(asked).toEqual([
    {
      threadId,
      turnId,
      serverName: "s",
      mode: "form",
      message: "who are you?",
      requestedSchema: {
        type: "object",
        properties: { name: { type: "string" }, age: { type: "integer", minimum: 0 } },
        required: ["name"],
      },
    },
  ]);
  expect(outputs(heddle)).toEqual([
    JSON.stringify([{ type: "text", text: '{"action":"accept","content":{"name":"Ada","age":36}}' }]),
  ]);
});

test.each([
  ["a client that knows no such questions", undefined, null],
  ["an answer that is none", {}, { action: "yes" }],
])("with %s the server is told `cancel`", async (_name, capabilities, answer) => {
  await using heddle = await withServer([["mcp__s__ask", {}]], capabilities === undefined ? {} : { capabilities });
  heddle.client.answer(QUESTION, () => answer);
  await heddle.runTurn(await heddle.startThread(), "go");
  expect(outputs(heddle)).toEqual([JSON.stringify([{ type: "text", text: '{"action":"cancel"}' }])]);
});

test("an open question is cancelled when the turn is interrupted", async () => {
  await using heddle = await withServer([["mcp__s__ask", {}]], { capabilities: {} });
  const threadId = await heddle.startThread();
  await heddle.client.request("turn/start", { threadId, input: [{ type: "text", text: "go" }] });
  await heddle.client.hear(QUESTION);
  await heddle.client.request("turn/interrupt", { threadId, turnId: "0" });
  expect(await heddle.client.hear("turn/completed")).toMatchObject({ turn: { status: "interrupted" } });
  const [thread] = heddle.runtime.engine.loadedThreads();
  expect(thread?.mcp?.openElicitations()).toEqual([]);
});

const AUTO = 'default_tools_approval_mode = "auto"';

test("where the configuration says so, a tool that may destroy something is asked about, and others are not", async () => {
  await using heddle = await withServer(
    [
      ["mcp__s__echo", { text: "x" }],
      ["mcp__s__die", {}],
    ],
    {
      more: AUTO,
      capabilities: {},
    },
  );
  const asked: unknown[] = [];
  heddle.client.answer(QUESTION, ({ message }) => {
    asked.push(message);
    return { action: "decline" };
  });
  const { items } = await heddle.runTurn(await heddle.startThread({ approvalPolicy: "on-request" }), "go");
  expect(asked).toEqual(["Allow the tool s.die to run with {}? (the server marks this tool as destructive)"]);
  expect(items.slice(1, -1)).toMatchObject([
    { id: "c0", status: "completed" },
    { id: "c1", status: "failed", error: { message: "MCP tool call rejected by user" } },
  ]);
  expect(outputs(heddle)[1]).toBe("MCP tool call rejected by user");
});

test("a yes that is to be remembered holds for the tool", async () => {
  await using heddle = await withServer(
    [
      ["mcp__s__echo", { text: "x" }],
      ["mcp__s__echo", { text: "y" }],
    ],
    {
      more: 'default_tools_approval_mode = "prompt"',
      capabilities: {},
    },
  );
  let asked = 0;
  heddle.client.answer(QUESTION, () => {
    asked += 1;
    return { action: "accept", content: { remember: true } };
  });
  const { items } = await heddle.runTurn(await heddle.startThread({ approvalPolicy: "on-request" }), "go");
  expect(items.slice(1, -1)).toMatchObject([{ status: "completed" }, { status: "completed" }]);
  expect(asked).toBe(1);
});

test.each([
  ["nobody can be asked", "on-request", "MCP tool call rejected by user"],
  [
    "nobody may be asked",
    "never",
    "MCP tool call rejected by user: it needs an approval, and the approval policy is never",
  ],
])("where %s, a call that needs an approval is refused", async (_name, approvalPolicy, expected) => {
  await using heddle = await withServer([["mcp__s__die", {}]], { more: AUTO });
  await heddle.runTurn(await heddle.startThread({ approvalPolicy }), "go");
  expect(outputs(heddle)).toEqual([expected]);
});

test.each(["mcpServers/list", "mcp/servers/list", "mcpServerStatus/list"])(
  "%s lists servers with what they offer",
  async (method) => {
    const more =
      'enabled_tools = ["echo"]\n[mcp_servers.broken]\ncommand = "/no/such/bin"\n[mcp_servers.off]\ncommand = "x"\nenabled = false';
    await using heddle = await withServer([], { more });
    const empty = { tools: {}, resources: [], resourceTemplates: [], authStatus: "unsupported" };
    expect(await heddle.client.request(method, {})).toEqual({
      data: [
        { name: "broken", ...empty },
        { name: "off", ...empty },
        {
          name: "s",
          authStatus: "unsupported",
          tools: {
            echo: {
              name: "echo",
              description: "says it again",
              inputSchema: { type: "object", properties: { text: { type: "string" } } },
            },
          },
          resources: [{ uri: "s://a", name: "a" }],
          resourceTemplates: [{ uriTemplate: "s://{x}", name: "x" }],
        },
      ],
      nextCursor: null,
    });
  },
);

test("a client reads resources and calls tools for itself", async () => {
  await using heddle = await withServer([]);
  const threadId = await heddle.startThread();
  expect(await heddle.client.request("mcpServer/resource/read", { server: "s", uri: "s://a", threadId })).toEqual({
    contents: [{ uri: "s://a", text: "content of s://a" }],
  });
  expect(await heddle.client.request("mcpServer/resource/read", { server: "s", uri: "s://b" })).toEqual({
    contents: [{ uri: "s://b", text: "content of s://b" }],
  });
  const call = { threadId, server: "s", tool: "echo", arguments: { text: "hi" } };
  expect(await heddle.client.request("mcpServer/tool/call", call)).toEqual({
    content: [{ type: "text", text: "you said hi" }],
    structuredContent: { n: 1 },
    isError: false,
  });
  await expect(heddle.client.request("mcpServer/tool/call", { ...call, server: "x" })).rejects.toThrow(
    "unknown MCP server 'x'",
  );
});

test("after a reload, loaded threads have the servers that the configuration names", async () => {
  await using heddle = await withServer([]);
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "go");
  const config = join(heddle.home, "config.toml");
  const text = await readFile(config, "utf8");
  await writeFile(config, text.replace("[mcp_servers.s]", "[mcp_servers.t]"));
  expect(await heddle.client.request("config/mcpServer/reload")).toEqual({});
  await heddle.client.hear("mcpServer/startupStatus/updated", ({ name, status }) => name === "t" && status === "ready");
  await heddle.runTurn(threadId, "again");
  const names = offered(heddle, 1).filter((name) => name.startsWith("mcp__"));
  expect(names.every((name) => name.startsWith("mcp__t__"))).toBe(true);
  expect(names).toHaveLength(12);
  await rm(config);
});

test("a server over HTTP is reached through the proxy that the environment names", async () => {
  await using server = await startMcpHttpServer();
  await using proxy = await startHttpProxy(Number(new URL(server.url).port));
  await using heddle = await startHeddle({
    script: [[step.functionCall("c0", "mcp__far__echo", {})], [step.text("done")]],
    config: '[mcp_servers.far]\nurl = "http://tools.example.test/mcp"\n',
    homeFiles: { ".env": `HTTP_PROXY=${proxy.url}\n` },
  });
  const { items } = await heddle.runTurn(await heddle.startThread(), "go");
  expect(items.slice(1, -1)).toMatchObject([{ server: "far", tool: "echo", status: "completed" }]);
  expect(new Set(proxy.asked)).toEqual(
    new Set(["POST http://tools.example.test/mcp", "GET http://tools.example.test/mcp"]),
  );
});

describe("a login at a server", () => {
  const COMPLETED = "mcpServer/oauthLogin/completed";
  const withRemote = (url: string, more = ""): Promise<TestHeddle> =>
    startHeddle({
      script: [[step.functionCall("c0", "mcp__r__echo", {})], [step.text("done")]],
      config: `mcp_oauth_credentials_store = "file"\n[mcp_servers.r]\nurl = "${url}"\n${more}`,
    });
  const logIn = async ({ client }: TestHeddle, params: object = {}): Promise<string> => {
    const answer = await client.request("mcpServer/oauth/login", { name: "r", ...params });
    return (answer as { authorizationUrl: string }).authorizationUrl;
  };

  test("is begun by a client, told when it is completed, and used by loaded threads at once", async () => {
    await using server = await startAuthorizedMcpServer();
    await using heddle = await withRemote(server.url);
    const threadId = await heddle.startThread();
    expect(
      await heddle.client.hear("mcpServer/startupStatus/updated", ({ status }) => status === "failed"),
    ).toMatchObject({ failureReason: "reauthenticationRequired" });
    expect(await heddle.client.request("mcpServers/list", {})).toMatchObject({ data: [{ authStatus: "notLoggedIn" }] });

    await server.browse(await logIn(heddle));
    expect(await heddle.client.hear(COMPLETED)).toEqual({ name: "r", success: true });
    await heddle.client.hear("mcpServer/startupStatus/updated", ({ status }) => status === "ready");
    const { items } = await heddle.runTurn(threadId, "go");
    expect(items.slice(1, -1)).toMatchObject([{ server: "r", tool: "echo", status: "completed" }]);
    expect(await heddle.client.request("mcpServers/list", {})).toMatchObject({ data: [{ authStatus: "oAuth" }] });
  });

  test("that is refused is told with the reason", async () => {
    await using server = await startAuthorizedMcpServer();
    await using heddle = await withRemote(server.url);
    await server.browse(await logIn(heddle), (callback) => {
      callback.searchParams.delete("code");
      callback.searchParams.set("error", "access_denied");
    });
    expect(await heddle.client.hear(COMPLETED)).toEqual({ name: "r", success: false, error: "access_denied" });
  });

  test("cannot be begun with the feature off, or where nobody can log in", async () => {
    await using server = await startAuthorizedMcpServer({ flaw: "noRegistration" });
    await using off = await withRemote(server.url, "[features]\nrmcp_client = false\n");
    await expect(logIn(off)).rejects.toThrow("OAuth login is only supported when [features].rmcp_client is true");
    await using heddle = await withRemote(server.url);
    await expect(logIn(heddle)).rejects.toThrow("failed to login to MCP server 'r': ");
  });
});
