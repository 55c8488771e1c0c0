import type { Client } from "@modelcontextprotocol/client";
import { mcpServerConfig, scriptedMcpServer, step } from "@heddle/testkit";
import { describe, expect, test } from "vitest";
import { createRig, type CommandRig, type RigSetup } from "./support/command-rig.ts";
import { ANY, startMcpHost } from "./support/mcp-host.ts";

interface CodexEvent {
  readonly _meta: { readonly requestId: number };
  readonly id: string;
  readonly msg: { readonly type: string; readonly session_id?: string; readonly last_agent_message?: string };
}

interface ToolAnswer {
  readonly content: readonly { readonly text: string }[];
  readonly isError?: boolean;
  readonly structuredContent?: { readonly threadId: string; readonly content: string };
  readonly error?: string;
}

interface McpRig extends AsyncDisposable {
  readonly rig: CommandRig;
  readonly client: Client;
  readonly events: CodexEvent[];
  readonly asked: Record<string, unknown>[];
  call(name: string, args: object, options?: { signal?: AbortSignal }): Promise<ToolAnswer>;
}

/** The built server with the official SDK's client; `answer` is what the person says to each question. */
async function startRig({
  answer,
  ...setup
}: RigSetup & { readonly answer?: (question: Record<string, unknown>) => unknown } = {}): Promise<McpRig> {
  const rig = await createRig(setup);
  const { cwd, env } = rig.workspace;
  const events: CodexEvent[] = [];
  const { client, asked } = await startMcpHost({
    args: ["mcp-server"],
    cwd,
    env,
    answer,
    onNotification: { method: "codex/event", hear: (params) => void events.push(params as CodexEvent) },
  });
  return {
    rig,
    client,
    events,
    asked,
    call: async (name, args, options) =>
      (await client.request({ method: "tools/call", params: { name, arguments: args } }, ANY, {
        timeout: 60_000,
        ...options,
      })) as ToolAnswer,
    async [Symbol.asyncDispose]() {
      await client.close();
      await rig[Symbol.asyncDispose]();
    },
  };
}

describe("heddle mcp-server", () => {
  test("introduces itself to the official client and lists its tools", async () => {
    await using mcp = await startRig();
    const { name, version } = mcp.client.getServerVersion() ?? {};
    expect({ name, version: typeof version }).toEqual({ name: "codex-mcp-server", version: "string" });
    const { tools } = await mcp.client.listTools();
    expect(tools.map((tool) => [tool.name, tool.inputSchema.required])).toEqual([
      ["codex", ["prompt"]],
      ["codex-reply", ["conversationId", "prompt"]],
      ["heddle", ["prompt"]],
      ["heddle-reply", ["conversationId", "prompt"]],
    ]);
    expect(Object.keys(tools[0]?.inputSchema.properties ?? {})).toEqual([
      "prompt",
      "model",
      "profile",
      "cwd",
      "approval-policy",
      "sandbox",
      "config",
      "base-instructions",
      "developer-instructions",
      "compact-prompt",
    ]);
  });

  test.each(["codex", "heddle"])(
    "%s starts a thread, tells its events and gives the last message; -reply goes on",
    async (tool) => {
      await using mcp = await startRig({ script: [[step.text("done one")], [step.text("done two")]] });
      const first = await mcp.call(tool, { prompt: "go" });
      const threadId = first.structuredContent?.threadId ?? "";
      expect(first).toEqual({
        content: [{ type: "text", text: "done one" }],
        structuredContent: { threadId, content: "done one" },
      });
      const [configured, ...others] = mcp.events;
      expect(configured).toMatchObject({ id: "", msg: { type: "session_configured", session_id: threadId } });
      const requestId = configured?._meta.requestId;
      expect(others.every(({ id, _meta: meta }) => id === String(requestId) && meta.requestId === requestId)).toBe(
        true,
      );
      expect(others.map(({ msg }) => msg.type)).toEqual(expect.arrayContaining(["task_started", "agent_message"]));
      expect(others.at(-1)?.msg).toEqual({ type: "task_complete", last_agent_message: "done one" });

      const heard = mcp.events.length;
      const second = await mcp.call(`${tool}-reply`, {
        [tool === "codex" ? "conversationId" : "threadId"]: threadId,
        prompt: "more",
      });
      expect(second).toMatchObject({ structuredContent: { threadId, content: "done two" } });
      expect(mcp.events.slice(heard).every(({ _meta: meta }) => meta.requestId !== requestId)).toBe(true);
    },
  );

  test("what a call says goes into the thread's settings", async () => {
    await using mcp = await startRig({ script: [[step.text("done")]], files: { "sub/a": "" } });
    await mcp.call("codex", {
      prompt: "go",
      cwd: "sub",
      model: "gpt-5.1",
      sandbox: "danger-full-access",
      "approval-policy": "never",
      "base-instructions": "be brief",
      config: { model_reasoning_effort: "high" },
    });
    const [request] = mcp.rig.model.requests;
    expect(request?.body).toMatchObject({ model: "gpt-5.1", instructions: "be brief", reasoning: { effort: "high" } });
    expect(JSON.stringify(request?.body)).toContain(`${mcp.rig.workspace.cwd}/sub`);
  });

  test.each([
    ["nope", {}, "Unknown tool 'nope'"],
    ["codex", {}, "Failed to parse configuration for Codex tool: missing field `prompt`"],
    ["codex-reply", { prompt: "x" }, "Failed to parse configuration for Codex tool: missing field `conversationId`"],
    ["codex-reply", { conversationId: "0", prompt: "x" }, "Session not found for conversation_id: 0"],
  ])("%s with %j is answered with the reason", async (name, args, reason) => {
    await using mcp = await startRig();
    expect(await mcp.call(name, args)).toEqual({ content: [{ type: "text", text: reason }], isError: true });
  });

  test("a configuration that is wrong is told", async () => {
    await using mcp = await startRig();
    const { content, isError } = await mcp.call("codex", { prompt: "x", config: { approval_policy: "maybe" } });
    expect(isError).toBe(true);
    expect(content[0]?.text).toMatch(/^Failed to load Codex configuration from overrides: /);
  });

  test("a turn that fails gives its reason, also where clients of the reference look for it", async () => {
    await using mcp = await startRig({ script: [[step.http(400, { error: { message: "no such model" } })]] });
    const answer = await mcp.call("codex", { prompt: "x" });
    expect(answer.isError).toBe(true);
    expect(answer.error).toBe(answer.content[0]?.text);
    expect(answer.structuredContent?.content).toBe(answer.error);
  });

  const TOUCH = { script: [[step.shellCommand("c1", "touch made")], [step.text("done")]] };
  const UNTRUSTED = { prompt: "go", "approval-policy": "untrusted", sandbox: "workspace-write" };

  test.each([
    [{ action: "accept" }, 0],
    [{ action: "decline", decision: "approved" }, 0],
    [{ action: "accept", decision: "denied" }, null],
    [{ action: "decline" }, null],
    [{ what: "is this" }, null],
  ])("a command that needs an approval is asked about by elicitation, and %j decides", async (answer, exitCode) => {
    await using mcp = await startRig({ ...TOUCH, answer: () => answer });
    const { structuredContent } = await mcp.call("codex", UNTRUSTED);
    expect(structuredContent?.content).toBe("done");
    const { cwd } = mcp.rig.workspace;
    expect(mcp.asked).toEqual([
      {
        message: expect.stringMatching(/^Allow Heddle to run `.*touch made.*` in `.*`\?$/),
        requestedSchema: { type: "object", properties: {} },
        codex_elicitation: "exec-approval",
        codex_mcp_tool_call_id: mcp.events[0] === undefined ? "" : String(mcp.events[0]._meta.requestId),
        codex_event_id: mcp.events[0] === undefined ? "" : String(mcp.events[0]._meta.requestId),
        codex_call_id: "c1",
        codex_command: expect.arrayContaining(["touch made"]),
        codex_cwd: cwd,
        codex_parsed_cmd: [{ type: "unknown", cmd: "touch made" }],
      },
    ]);
    const ran = mcp.events.find(({ msg }) => msg.type === "exec_command_end")?.msg as
      | { exit_code?: number }
      | undefined;
    expect(ran?.exit_code === 0 ? 0 : null).toBe(exitCode);
  });

  test("a patch that needs an approval is asked about with its changes", async () => {
    const patch = "*** Begin Patch\n*** Add File: a.txt\n+hello\n*** End Patch";
    await using mcp = await startRig({
      script: [[step.functionCall("c1", "apply_patch", { input: patch })], [step.text("done")]],
      answer: () => ({ action: "accept" }),
    });
    await mcp.call("codex", UNTRUSTED);
    expect(mcp.asked).toMatchObject([
      {
        message: "Allow Heddle to apply proposed code changes?",
        codex_elicitation: "patch-approval",
        codex_changes: { [`${mcp.rig.workspace.cwd}/a.txt`]: { type: "add", content: "hello\n" } },
      },
    ]);
  });

  test("a client that cannot be asked is told what was denied", async () => {
    await using mcp = await startRig(TOUCH);
    const { content, isError } = await mcp.call("codex", UNTRUSTED);
    expect({ isError, texts: content.map(({ text }) => text) }).toEqual({
      isError: undefined,
      texts: ["done", "1 approval was denied: this client cannot be asked (it has no elicitation capability)"],
    });
  });

  test("a question of an MCP server of the thread is passed on, and answered with what the person says", async () => {
    const script = [[step.functionCall("c0", "mcp__s__ask", {})], [step.text("done")]];
    const settings = mcpServerConfig("s", scriptedMcpServer());
    const answer = (): object => ({ action: "accept", content: { name: "Ada" } });
    await using mcp = await startRig({ script, settings, answer });
    await mcp.call("codex", { prompt: "go" });
    expect(mcp.asked).toEqual([
      {
        message: "who are you?",
        requestedSchema: {
          type: "object",
          properties: { name: { type: "string" }, age: { type: "integer", minimum: 0 } },
          required: ["name"],
        },
        codex_elicitation: "mcp-server",
        codex_mcp_server: "s",
      },
    ]);
    expect(JSON.stringify(mcp.rig.model.requests.at(-1)?.body)).toContain("Ada");
    const types = mcp.events.map(({ msg }) => msg.type);
    expect(types.filter((type) => type.startsWith("mcp_startup_"))).toEqual([
      "mcp_startup_update",
      "mcp_startup_update",
      "mcp_startup_complete",
    ]);
    expect(types).toContain("elicitation_request");
  });

  test("a question of an MCP server is cancelled where the client cannot be asked", async () => {
    const script = [[step.functionCall("c0", "mcp__s__ask", {})], [step.text("done")]];
    await using mcp = await startRig({ script, settings: mcpServerConfig("s", scriptedMcpServer()) });
    expect((await mcp.call("codex", { prompt: "go" })).structuredContent).toMatchObject({ content: "done" });
    expect(JSON.stringify(mcp.rig.model.requests.at(-1)?.body)).toContain("cancel");
  });

  test("several threads run at once; calls of one thread wait for each other", async () => {
    await using mcp = await startRig({ script: { stateless: [[step.text("one")], [step.text("two")]] } });
    const [a, b] = await Promise.all([mcp.call("codex", { prompt: "a" }), mcp.call("codex", { prompt: "b" })]);
    const threadId = a.structuredContent?.threadId;
    expect(threadId).not.toBe(b.structuredContent?.threadId);
    const replies = await Promise.all(
      ["c", "d"].map((prompt) => mcp.call("codex-reply", { conversationId: threadId, prompt })),
    );
    expect(replies.every(({ isError }) => isError !== true)).toBe(true);
    const firstRequest = Math.min(...mcp.events.map(({ _meta: meta }) => meta.requestId)); // either thread may begin first
    const types = mcp.events
      .filter(({ _meta: meta }) => meta.requestId > firstRequest + 1)
      .map(({ msg }) => msg.type)
      .filter((type) => type === "task_started" || type === "task_complete");
    expect(types).toEqual(["task_started", "task_complete", "task_started", "task_complete"]);
  });

  test("a call that is cancelled interrupts its turn, and the thread goes on with the next", async () => {
    await using mcp = await startRig({
      script: [[step.shellCommand("c1", "sleep 60", { timeout_ms: 60_000 })], [step.text("next")]],
    });
    const abort = new AbortController();
    const cancelled = mcp.call(
      "codex",
      { prompt: "go", sandbox: "danger-full-access", "approval-policy": "never" },
      { signal: abort.signal },
    );
    await expect
      .poll(() => mcp.events.some(({ msg }) => msg.type === "exec_command_begin"), { timeout: 10_000 })
      .toBe(true);
    abort.abort();
    await expect(cancelled).rejects.toThrow("AbortError");
    const threadId = mcp.events[0]?.msg.session_id;
    expect(await mcp.call("codex-reply", { conversationId: threadId, prompt: "more" })).toMatchObject({
      structuredContent: { content: "next" },
    });
    expect(mcp.events.some(({ msg }) => msg.type === "turn_aborted")).toBe(true);
  });

  test("an answer as clients of the reference give it, without an action, counts", async () => {
    await using rig = await createRig(TOUCH);
    await using server = rig.start(["mcp-server"], { stdin: null });
    const send = (message: object): void =>
      void server.child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    const clientInfo = { name: "n", version: "v" };
    const capabilities = { elicitation: {} };
    send({ id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities, clientInfo } });
    send({ method: "notifications/initialized" });
    send({ id: 2, method: "tools/call", params: { name: "codex", arguments: UNTRUSTED } });
    await server.says('"elicitation/create"');
    const question = server.text.stdout.split("\n").find((line) => line.includes('"elicitation/create"')) ?? "";
    expect(JSON.parse(question)).toMatchObject({ id: 0 });
    send({ id: 0, result: { decision: "approved" } });
    await server.says('"exec_command_end"');
    await server.says('"structuredContent"');
    const end = server.text.stdout.split("\n").find((line) => line.includes('"exec_command_end"')) ?? "";
    expect(JSON.parse(end)).toMatchObject({ params: { msg: { exit_code: 0 } } });
  });

  test("speaks plain lines: a second introduction is refused, what is no message is skipped, and it ends with its input", async () => {
    await using rig = await createRig();
    const lines = [
      {
        id: 1,
        method: "initialize",
        params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "n", version: "v" } },
      },
      {
        id: 2,
        method: "initialize",
        params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "n", version: "v" } },
      },
      { id: 3, method: "ping" },
      { id: 4, method: "resources/list" },
    ].map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }));
    const { code, stdout } = await rig.run(["mcp-server"], { stdin: `no message\n${lines.join("\n")}\n` });
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: number });
    expect({ code, answers: answers.toSorted((a, b) => a.id - b.id) }).toEqual({
      code: 0,
      answers: [
        {
          jsonrpc: "2.0",
          id: 1,
          result: {
            protocolVersion: "2025-06-18",
            capabilities: { tools: { listChanged: true } },
            serverInfo: {
              name: "codex-mcp-server",
              title: "Heddle",
              version: expect.any(String),
              user_agent: expect.stringMatching(/\(n; v\)$/),
            },
          },
        },
        { jsonrpc: "2.0", id: 2, error: { code: -32600, message: "initialize called more than once" } },
        { jsonrpc: "2.0", id: 3, result: {} },
        { jsonrpc: "2.0", id: 4, error: { code: -32601, message: "Method not found" } },
      ],
    });
  });
});
