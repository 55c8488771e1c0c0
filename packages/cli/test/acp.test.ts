import { client, ndJsonStream, type ClientContext, type McpServer, type SessionUpdate } from "@agentclientprotocol/sdk";
import { scriptedMcpServer, startMcpHttpServer, step, type Script } from "@heddle/testkit";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createRig, type CommandRig, type RigSetup } from "./support/command-rig.ts";

type Permission = { readonly title: unknown; readonly options: readonly { readonly optionId: string }[] };

interface Editor extends AsyncDisposable {
  readonly rig: CommandRig;
  readonly agent: ClientContext;
  readonly updates: readonly SessionUpdate[];
  readonly asked: readonly Permission[];
  /** Resolves with the first update. */
  readonly firstUpdate: Promise<void>;
  /** Ends the input of the agent and gives its exit code. */
  leave(): Promise<number | null>;
}

/** The SDK's own client on a real `heddle acp`. */
async function startEditor(setup: RigSetup, answer: string | null = "accept", meta: object = {}): Promise<Editor> {
  const rig = await createRig(setup);
  const running = rig.start(["acp"], { stdin: null });
  const { stdin, stdout } = running.child;
  if (stdin === null || stdout === null) throw new Error("no pipes");
  const updates: SessionUpdate[] = [];
  const asked: Permission[] = [];
  let hasUpdate = (): void => {};
  const firstUpdate = new Promise<void>((resolve) => {
    hasUpdate = resolve;
  });
  const app = client({ name: "test" })
    .onNotification("session/update", ({ params }) => {
      updates.push(params.update);
      hasUpdate();
    })
    .onRequest("session/request_permission", ({ params }) => {
      asked.push({ title: params.toolCall.title, options: params.options });
      return answer === null
        ? { outcome: { outcome: "cancelled" } }
        : { outcome: { outcome: "selected", optionId: answer } };
    });
  const input = new ReadableStream<Uint8Array>({
    start: (controller) =>
      void stdout.on("data", (chunk: string) => controller.enqueue(new TextEncoder().encode(chunk))),
  });
  const connection = app.connect(ndJsonStream(Writable.toWeb(stdin), input));
  await connection.agent.request("initialize", {
    protocolVersion: 1,
    clientCapabilities: { _meta: meta },
  });
  return {
    rig,
    agent: connection.agent,
    updates,
    asked,
    firstUpdate,
    async leave() {
      stdin.end();
      return (await running.ended).code;
    },
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
    },
  };
}

async function newSession({ agent, rig }: Editor, mode: string | null = null): Promise<string> {
  const { sessionId } = await agent.request("session/new", { cwd: rig.workspace.cwd, mcpServers: [] });
  if (mode !== null) await agent.request("session/set_mode", { sessionId, modeId: mode });
  return sessionId;
}

const prompt = (sessionId: string, text: string) => ({ sessionId, prompt: [{ type: "text" as const, text }] });

describe("heddle acp", () => {
  test("tells what it can do, opens sessions with modes, and ends with its editor", async () => {
    await using editor = await startEditor({ settings: 'sandbox_mode = "workspace-write"' });
    const answer = await editor.agent.request("session/new", { cwd: editor.rig.workspace.cwd, mcpServers: [] });
    expect(answer.modes?.currentModeId).toBe("agent");
    expect(answer.modes?.availableModes.map(({ id }) => id)).toEqual(["read-only", "agent", "careful", "full-access"]);
    expect(await editor.leave()).toBe(0);
    expect(await editor.rig.lingering()).toEqual([]);
  });

  test("streams thoughts, words, plans and tool calls with their output, in order", async () => {
    const script: Script = [
      [
        step.reasoning("**Looking**"),
        step.updatePlan("call_plan", [{ step: "look", status: "in_progress" }]),
        step.shell("call_1", ["echo", "hello"]),
      ],
      [step.text("It says hello.")],
    ];
    await using editor = await startEditor({ script });
    const sessionId = await newSession(editor, "full-access");
    expect(await editor.agent.request("session/prompt", prompt(sessionId, "look"))).toEqual({ stopReason: "end_turn" });
    expect(editor.updates.map(({ sessionUpdate }) => sessionUpdate)).toEqual([
      "agent_thought_chunk",
      "plan",
      "tool_call",
      "tool_call_update",
      "agent_message_chunk",
    ]);
    expect(editor.updates[2]).toMatchObject({ toolCallId: "call_1", kind: "execute", status: "in_progress" });
    expect(editor.updates[3]).toMatchObject({
      toolCallId: "call_1",
      status: "completed",
      content: [{ type: "content", content: { type: "text", text: "hello\n" } }],
      rawOutput: { exitCode: 0 },
    });
    expect(editor.updates[4]).toMatchObject({ content: { type: "text", text: "It says hello." } });
  });

  test("gives output to a terminal of an editor that has them", async () => {
    const script: Script = [[step.shell("call_1", ["echo", "hello"])], [step.text("done")]];
    await using editor = await startEditor({ script }, "accept", { terminal_output: true });
    const sessionId = await newSession(editor, "full-access");
    await editor.agent.request("session/prompt", prompt(sessionId, "look"));
    expect(editor.updates.slice(0, 3)).toMatchObject([
      { content: [{ type: "terminal", terminalId: "call_1" }], _meta: { terminal_info: { terminal_id: "call_1" } } },
      { toolCallId: "call_1", _meta: { terminal_output: { terminal_id: "call_1", data: "hello\n" } } },
      { status: "completed", _meta: { terminal_exit: { terminal_id: "call_1", exit_code: 0 } } },
    ]);
  });

  test("asks before a patch that goes outside, with its diff, and writes it when somebody agrees", async () => {
    const patch = "*** Begin Patch\n*** Add File: ../outside.txt\n+hello\n*** End Patch";
    const script: Script = [[step.customPatch("call_1", patch)], [step.text("done")]];
    await using editor = await startEditor({ script });
    const sessionId = await newSession(editor, "agent");
    await editor.agent.request("session/prompt", prompt(sessionId, "write"));
    expect(editor.asked).toMatchObject([
      { options: [{ optionId: "accept" }, { optionId: "acceptForSession" }, { optionId: "decline" }] },
    ]);
    expect(editor.updates[0]).toMatchObject({
      sessionUpdate: "tool_call",
      kind: "edit",
      content: [{ type: "diff", oldText: null, newText: "hello\n" }],
    });
    expect(await readFile(join(editor.rig.workspace.base, "outside.txt"), "utf8")).toBe("hello\n");
  });

  test.each([
    ["decline", { stopReason: "end_turn" }, 2],
    [null, { stopReason: "cancelled" }, 1],
  ])("an answer of %s to a question about a command runs nothing", async (answer, end, requests) => {
    const script: Script = [[step.shell("call_1", ["touch", "made.txt"])], [step.text("left alone")]];
    await using editor = await startEditor({ script }, answer);
    const sessionId = await newSession(editor, "careful");
    expect(await editor.agent.request("session/prompt", prompt(sessionId, "make it"))).toEqual(end);
    await expect(readFile(join(editor.rig.workspace.cwd, "made.txt"))).rejects.toThrow("ENOENT");
    expect(editor.rig.model.requests).toHaveLength(requests);
    expect(editor.asked[0]?.options.map(({ optionId }) => optionId)).toEqual([
      "accept",
      "acceptForSession",
      "acceptWithRule",
      "decline",
    ]);
  });

  test("cancel stops the running prompt", async () => {
    const script: Script = [[step.shell("call_1", ["sleep", "300"])], [step.text("awake")]];
    await using editor = await startEditor({ script });
    const sessionId = await newSession(editor, "full-access");
    const ended = editor.agent.request("session/prompt", prompt(sessionId, "sleep"));
    await editor.firstUpdate;
    await editor.agent.notify("session/cancel", { sessionId });
    expect(await ended).toEqual({ stopReason: "cancelled" });
    expect(await editor.leave()).toBe(0);
    expect(await editor.rig.lingering()).toEqual([]);
  });

  test("lists sessions, loads one with all that was in it, and goes on with it", async () => {
    const script: Script = [
      [step.shell("call_1", ["echo", "hello"])],
      [step.text("first answer")],
      [step.text("second answer")],
    ];
    await using editor = await startEditor({ script });
    const sessionId = await newSession(editor, "full-access");
    await editor.agent.request("session/prompt", prompt(sessionId, "first"));
    await editor.agent.request("session/close", { sessionId });
    const { cwd } = editor.rig.workspace;
    expect((await editor.agent.request("session/list", { cwd })).sessions).toMatchObject([
      { sessionId, cwd, title: "first" },
    ]);
    const before = editor.updates.length;
    await editor.agent.request("session/load", { sessionId, cwd, mcpServers: [] });
    expect(editor.updates.slice(before).map(({ sessionUpdate }) => sessionUpdate)).toEqual([
      "user_message_chunk",
      "tool_call",
      "agent_message_chunk",
    ]);
    await editor.agent.request("session/prompt", prompt(sessionId, "second"));
    expect(editor.updates.at(-1)).toMatchObject({ content: { text: "second answer" } });
  });

  test("runs the MCP servers that the editor gives, of both kinds, also when a session is resumed", async () => {
    await using far = await startMcpHttpServer();
    const script: Script = [
      [step.functionCall("c0", "mcp__my_tools__env", {}), step.functionCall("c1", "mcp__far__echo", {})],
      [step.text("done")],
      [step.functionCall("c2", "mcp__far__echo", {})],
      [step.text("done again")],
    ];
    await using editor = await startEditor({ script });
    const { cwd } = editor.rig.workspace;
    const remote: McpServer = { type: "http", name: "far", url: far.url, headers: [{ name: "X-Mine", value: "yes" }] };
    const local: McpServer = {
      name: "my tools",
      ...scriptedMcpServer(),
      args: [...scriptedMcpServer().args],
      env: [{ name: "GIVEN", value: "1" }],
    };
    const { sessionId } = await editor.agent.request("session/new", { cwd, mcpServers: [local, remote] });
    await editor.agent.request("session/prompt", prompt(sessionId, "call"));
    const calls = editor.updates.filter((update) => update.sessionUpdate === "tool_call_update");
    expect(calls).toMatchObject([
      { toolCallId: "c0", status: "completed" },
      { toolCallId: "c1", status: "completed" },
    ]);
    expect(JSON.stringify(calls[0])).toContain("GIVEN");
    expect(far.seen.at(-1)?.headers["x-mine"]).toBe("yes");

    await editor.agent.request("session/close", { sessionId });
    const before = editor.updates.length;
    await editor.agent.request("session/resume", { sessionId, cwd, mcpServers: [remote] });
    expect(editor.updates.length).toBe(before);
    await editor.agent.request("session/prompt", prompt(sessionId, "again"));
    expect(editor.updates.at(-1)).toMatchObject({ content: { text: "done again" } });
    expect(editor.updates.slice(before)).toContainEqual(
      expect.objectContaining({ toolCallId: "c2", status: "completed" }),
    );
    expect(await editor.leave()).toBe(0);
    expect(await editor.rig.lingering()).toEqual([]);
  });

  test("answers a failed turn, an unknown session and an unknown mode with errors that say so", async () => {
    await using editor = await startEditor({ script: [[step.http(400, { error: { message: "bad thing" } })]] });
    const sessionId = await newSession(editor);
    await expect(editor.agent.request("session/prompt", prompt(sessionId, "x"))).rejects.toThrow(/bad thing/);
    await expect(editor.agent.request("session/prompt", prompt("nobody", "x"))).rejects.toThrow(/nobody/);
    await expect(editor.agent.request("session/set_mode", { sessionId, modeId: "odd" })).rejects.toThrow(/odd/);
  });
});
