import { isJsonObject } from "@heddle/protocol";
import { step } from "@heddle/testkit";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHeddle, type HeddleSetup, type TestHeddle } from "./support/start-heddle.ts";
import type { WireClient } from "./support/wire.ts";

const UNTRUSTED = { approvalPolicy: "untrusted", sandbox: "workspace-write" };
const PATCH = "*** Begin Patch\n*** Add File: new.txt\n+hello\n*** End Patch";

/** A Heddle with a thread of the first API that its client listens to. */
async function startListening(setup: HeddleSetup, params: Readonly<Record<string, string>> = UNTRUSTED) {
  const heddle = await startHeddle(setup);
  const conversationId = await newConversation(heddle, params);
  await heddle.client.request("addConversationListener", { conversationId });
  return { heddle, conversationId };
}

async function newConversation({ client, cwd }: TestHeddle, params: object = UNTRUSTED): Promise<string> {
  const answer = await client.request("newConversation", { cwd, ...params });
  return (answer as { conversationId: string }).conversationId;
}

const say = (client: WireClient, conversationId: string, text: string): Promise<unknown> =>
  client.request("sendUserMessage", { conversationId, items: [{ type: "text", data: { text } }] });

/** The events that a client has heard, as their messages. */
function eventsOf(client: WireClient): readonly Readonly<Record<string, unknown>>[] {
  return client.heard
    .filter(({ method }) => method.startsWith("codex/event/"))
    .map(({ params }) => (isJsonObject(params["msg"]) ? params["msg"] : {}));
}

const typesOf = (client: WireClient): readonly unknown[] => eventsOf(client).map(({ type }) => type);
const methodsOf = (client: WireClient): readonly string[] => client.heard.map(({ method }) => method);

test("a listener hears a turn as events of the first API, with the later notifications but three", async () => {
  const free = { approvalPolicy: "never", sandbox: "danger-full-access" };
  const script = [[step.reasoning("why"), step.text("hello")]];
  const { heddle, conversationId } = await startListening({ script }, free);
  await using _ = heddle;
  const { client } = heddle;
  expect(await say(client, conversationId, "hi")).toEqual({});
  await client.hear("turn/completed");

  const ids = { thread_id: conversationId, turn_id: "0" };
  const [id, item_id] = [expect.any(String), expect.any(String)];
  const usage = expect.objectContaining({ input_tokens: expect.any(Number), total_tokens: expect.any(Number) });
  const hi = { type: "UserMessage", id, content: [{ type: "text", text: "hi" }] };
  expect(eventsOf(client)).toEqual([
    { type: "mcp_startup_complete", ready: [], failed: [], cancelled: [] },
    { type: "task_started", model_context_window: expect.any(Number) },
    { type: "item_started", ...ids, item: hi },
    { type: "item_completed", ...ids, item: hi },
    { type: "user_message", message: "hi", images: [] },
    { type: "item_started", ...ids, item: { type: "Reasoning", id, summary_text: [], raw_content: [] } },
    { type: "agent_reasoning_section_break", item_id, summary_index: 0 },
    { type: "reasoning_content_delta", ...ids, item_id, delta: "why", summary_index: 0 },
    { type: "agent_reasoning_delta", delta: "why" },
    { type: "item_completed", ...ids, item: { type: "Reasoning", id, summary_text: ["why"], raw_content: [] } },
    { type: "agent_reasoning", text: "why" },
    { type: "item_started", ...ids, item: { type: "AgentMessage", id, content: [] } },
    { type: "agent_message_content_delta", ...ids, item_id, delta: "hello" },
    { type: "agent_message_delta", delta: "hello" },
    { type: "item_completed", ...ids, item: { type: "AgentMessage", id, content: [{ type: "Text", text: "hello" }] } },
    { type: "agent_message", message: "hello" },
    {
      type: "token_count",
      info: { total_token_usage: usage, last_token_usage: usage, model_context_window: expect.any(Number) },
      rate_limits: null,
    },
    { type: "task_complete", last_agent_message: "hello" },
  ]);
  expect(client.heard.find(({ method }) => method === "codex/event/agent_message")?.params).toEqual({
    id: "0",
    msg: { type: "agent_message", message: "hello" },
    conversationId,
  });
  const later = new Set(methodsOf(client).filter((method) => !method.startsWith("codex/")));
  expect(later).toEqual(
    new Set([
      "item/started",
      "item/completed",
      "item/reasoning/summaryPartAdded",
      "item/reasoning/summaryTextDelta",
      "item/agentMessage/delta",
      "thread/tokenUsage/updated",
      "turn/completed",
    ]),
  );
});

test.each([
  { decision: "approved", made: true },
  { decision: "approved_for_session", made: true },
  { decision: { approved_execpolicy_amendment: { proposed_execpolicy_amendment: ["touch", "made"] } }, made: true },
  { decision: "denied", made: false },
  { decision: "abort", made: false },
  { decision: "accept", made: false },
  { decision: null, made: false },
])("a command is asked about, and $decision is understood", async ({ decision, made }) => {
  const { heddle, conversationId } = await startListening({
    script: [[step.shellCommand("c1", "touch made && echo 'a b'")], [step.text("done")]],
  });
  await using _ = heddle;
  const { client, cwd } = heddle;
  const command = ["/bin/bash", "-lc", "touch made && echo 'a b'"];
  const parsedCmd = ["touch made", "echo 'a b'"].map((cmd) => ({ type: "unknown", cmd }));
  const asked: unknown[] = [];
  client.answer("execCommandApproval", (params) => {
    asked.push(params);
    return { decision };
  });
  await say(client, conversationId, "go");
  await client.hear("turn/completed");
  expect(asked).toEqual([{ conversationId, callId: "c1", command, cwd, reason: null, risk: null, parsedCmd }]);
  expect(existsSync(join(cwd, "made"))).toBe(made);

  const place = { call_id: "c1", turn_id: "0", command, cwd, parsed_cmd: parsedCmd };
  const begun = { ...place, process_id: null, source: "agent", interaction_input: null };
  const output = made ? "a b\n" : "";
  const refusal = made ? "" : "the user refused to run this command";
  const ended = await client.hear("item/completed", ({ item }) => JSON.stringify(item).includes("commandExecution"));
  expect(ended).toMatchObject({
    item: made ? { status: "completed", exitCode: 0 } : { status: "failed", exitCode: -1, aggregatedOutput: refusal },
  });
  expect(eventsOf(client)).toEqual(
    expect.arrayContaining([
      { type: "exec_command_begin", ...begun },
      {
        type: "exec_approval_request",
        ...place,
        reason: null,
        risk: null,
        proposed_execpolicy_amendment: ["touch", "made"],
      },
      {
        type: "exec_command_end",
        ...begun,
        stdout: output,
        stderr: refusal,
        aggregated_output: output + refusal,
        formatted_output: output + refusal,
        exit_code: made ? 0 : -1,
        duration: { secs: expect.any(Number), nanos: expect.any(Number) },
      },
      decision === "abort"
        ? { type: "turn_aborted", reason: "interrupted" }
        : { type: "task_complete", last_agent_message: "done" },
    ]),
  );
});

test("a patch is asked about before it is told of, and one that is denied is never told of", async () => {
  for (const decision of ["approved", "denied"]) {
    const { heddle, conversationId } = await startListening({
      script: [[step.customPatch("p1", PATCH)], [step.text("done")]],
    });
    await using _ = heddle;
    const { client, cwd } = heddle;
    const path = join(cwd, "new.txt");
    const fileChanges = { [path]: { type: "add", content: "hello\n" } };
    const asked: unknown[] = [];
    client.answer("applyPatchApproval", (params) => {
      asked.push(params);
      return { decision };
    });
    await say(client, conversationId, "go");
    await client.hear("turn/completed");
    expect(asked).toEqual([{ conversationId, callId: "p1", fileChanges, reason: null, grantRoot: null }]);
    const told = client.heard.filter(({ params }) => JSON.stringify(params).includes('"p1"'));
    const applied = [
      "codex/event/patch_apply_begin",
      "item/started",
      "codex/event/exec_command_output_delta",
      "item/fileChange/outputDelta",
      "codex/event/patch_apply_end",
      "item/completed",
    ];
    expect(told.map(({ method }) => method)).toEqual([
      "codex/event/apply_patch_approval_request",
      "applyPatchApproval",
      ...(decision === "approved" ? applied : []),
    ]);
    expect(existsSync(path)).toBe(decision === "approved");
  }
});

test("a client that follows a thread in both forms hears the later one once, and is asked in it", async () => {
  await using heddle = await startHeddle({
    script: [[step.shellCommand("c1", "touch made")], [step.text("done")]],
  });
  const { client } = heddle;
  const conversationId = await heddle.startThread({ approvalPolicy: "unlessTrusted" });
  for (const _ of [1, 2]) await client.request("addConversationListener", { conversationId });
  client.answer("item/commandExecution/requestApproval", () => ({ decision: "accept" }));
  await heddle.runTurn(conversationId, "go");
  const count = (method: string): number => methodsOf(client).filter((heard) => heard === method).length;
  expect({
    asked: count("item/commandExecution/requestApproval"),
    askedBefore: count("execCommandApproval"),
    started: count("turn/started"),
    begun: count("codex/event/exec_command_begin"),
    ended: count("codex/event/task_complete"),
    completed: count("turn/completed"),
  }).toEqual({ asked: 1, askedBefore: 0, started: 1, begun: 1, ended: 1, completed: 1 });
});

test("a listener that comes while a question is open is asked it in the old form, and its answer counts", async () => {
  await using heddle = await startHeddle({ script: [[step.shellCommand("c1", "touch made")], [step.text("done")]] });
  const conversationId = await heddle.startThread({ approvalPolicy: "unlessTrusted", sandbox: "workspaceWrite" });
  const turn = heddle.runTurn(conversationId, "go");
  await heddle.client.hear("item/commandExecution/requestApproval");
  const other = await heddle.connect();
  other.answer("execCommandApproval", () => ({ decision: "approved" }));
  await other.request("addConversationListener", { conversationId });
  expect((await turn).items).toEqual(
    expect.arrayContaining([expect.objectContaining({ type: "commandExecution", status: "completed" })]),
  );
  await other.hear("codex/event/task_complete");
  expect(typesOf(other).filter((type) => String(type).startsWith("exec_"))).toEqual([
    "exec_approval_request",
    "exec_command_end",
  ]);
  await other.peer.close();
});

test("what is recorded for the model is told to a listener that wants it raw, and to no other", async () => {
  await using heddle = await startHeddle({ script: [[step.text("hello")]] });
  const conversationId = await newConversation(heddle);
  const other = await heddle.connect();
  await heddle.client.request("addConversationListener", { conversationId, experimentalRawEvents: true });
  await other.request("addConversationListener", { conversationId });
  await say(heddle.client, conversationId, "hi");
  await Promise.all([heddle.client.hear("turn/completed"), other.hear("turn/completed")]);
  const raw = eventsOf(heddle.client).filter(({ type }) => type === "raw_response_item");
  expect(raw.map(({ item }) => item)).toEqual([
    { type: "message", role: "user", content: [{ type: "input_text", text: "hi" }] },
    expect.objectContaining({ role: "assistant", content: [{ type: "output_text", text: "hello" }] }),
  ]);
  expect(typesOf(other)).not.toContain("raw_response_item");
  expect(typesOf(other)).toContain("agent_message");
  await other.peer.close();
});

test("the last listener that is removed ends the events; an unknown one is refused", async () => {
  await using heddle = await startHeddle({ script: [[step.text("one")], [step.text("two")]] });
  const { client } = heddle;
  const conversationId = await newConversation(heddle);
  const listen = async (): Promise<string> => {
    const answer = await client.request("addConversationListener", { conversationId });
    return (answer as { subscriptionId: string }).subscriptionId;
  };
  const [first, second] = [await listen(), await listen()];
  const remove = (subscriptionId: string): Promise<unknown> =>
    client.request("removeConversationListener", { subscriptionId });
  expect(await remove(first)).toEqual({});
  await expect(remove(first)).rejects.toMatchObject({ code: -32600, message: `subscription not found: ${first}` });
  await expect(remove("x")).rejects.toMatchObject({ code: -32600, message: /^Invalid request: / });
  await say(client, conversationId, "hi");
  await client.hear("codex/event/task_complete");
  expect(await remove(second)).toEqual({});
  const heard = client.heard.length;
  await say(client, conversationId, "again");
  const thread = heddle.runtime.engine.loadedThreads().find(({ identity }) => identity.id === conversationId);
  await expect.poll(() => thread?.runningTurn).toBeNull();
  expect(client.heard.length).toBe(heard);
});

test("interrupting answers once the turn has stopped, and at once when none runs", async () => {
  const { heddle, conversationId } = await startListening({
    script: [[step.gate(new Promise(() => {})), step.text("late")]],
  });
  await using _ = heddle;
  const { client } = heddle;
  await say(client, conversationId, "hi");
  await client.hear("codex/event/user_message");
  const interrupt = (): Promise<unknown> => client.request("interruptConversation", { conversationId });
  expect(await interrupt()).toEqual({ abortReason: "interrupted" });
  await client.hear("turn/completed");
  expect(eventsOf(client).at(-1)).toEqual({ type: "turn_aborted", reason: "interrupted" });
  expect(await interrupt()).toEqual({ abortReason: "interrupted" });
});

test("a turn that fails tells why, and ends", async () => {
  const { heddle, conversationId } = await startListening({ script: [[step.http(400, "bad")]] });
  await using _ = heddle;
  await say(heddle.client, conversationId, "hi");
  await heddle.client.hear("turn/completed");
  expect(eventsOf(heddle.client).slice(-2)).toEqual([
    { type: "error", message: expect.stringContaining("bad"), codex_error_info: "other" },
    { type: "task_complete", last_agent_message: null },
  ]);
});

test("settings of sendUserTurn reach the model and stay", async () => {
  await using heddle = await startHeddle({ script: { stateless: [[step.text("ok")]] } });
  const { client, cwd, model } = heddle;
  const conversationId = await newConversation(heddle);
  await client.request("addConversationListener", { conversationId });
  await client.request("sendUserTurn", {
    conversationId,
    items: [{ type: "text", data: { text: "hi" } }],
    cwd,
    approvalPolicy: "never",
    sandboxPolicy: { type: "workspace-write", writable_roots: ["/srv"], network_access: true },
    model: "gpt-5.1",
    effort: "low",
    summary: "concise",
  });
  await client.hear("codex/event/task_complete");
  const thread = heddle.runtime.engine.loadedThreads().find(({ identity }) => identity.id === conversationId);
  expect(thread?.settings).toMatchObject({
    approvalPolicy: "never",
    sandboxPolicy: { type: "workspace-write", writableRoots: ["/srv"], networkAccess: true },
  });
  expect(model.requests.at(-1)?.body).toMatchObject({
    model: "gpt-5.1",
    reasoning: { effort: "low", summary: "concise" },
  });
});

test("a resumed thread is shown what was said before, in a notification in front of the answer", async () => {
  await using heddle = await startHeddle({ script: { stateless: [[step.reasoning("why"), step.text("hello")]] } });
  const conversationId = await heddle.startThread();
  await heddle.runTurn(conversationId, "hi");
  const limits = { persistence: "save-all" as const, maxBytes: null };
  await heddle.runtime.engine.messages.append(conversationId, "hi", limits);
  const other = await heddle.connect();
  const answer = await other.request("resumeConversation", { conversationId, overrides: { model: "gpt-5.1-codex" } });
  const initialMessages = [
    { type: "user_message", message: "hi", images: [] },
    { type: "agent_reasoning", text: "why" },
    { type: "agent_message", message: "hello" },
  ];
  const rolloutPath = expect.stringContaining(conversationId);
  expect(answer).toEqual({ conversationId, model: "gpt-5.1-codex", initialMessages, rolloutPath });
  expect(other.heard).toEqual([
    {
      method: "sessionConfigured",
      params: {
        sessionId: conversationId,
        model: "gpt-5.1-codex",
        reasoningEffort: null,
        historyLogId: (await stat(join(heddle.home, "history.jsonl"))).ino,
        historyEntryCount: 1,
        initialMessages,
        rolloutPath,
      },
    },
  ]);
  await other.peer.close();
});

test("a resumed thread is shown how its turns have ended", async () => {
  await using heddle = await startHeddle({ script: [[step.http(400, "no such thing")], [step.text("hello")]] });
  const conversationId = await heddle.startThread();
  await heddle.runTurn(conversationId, "one");
  await heddle.runTurn(conversationId, "two");
  const other = await heddle.connect();
  expect(await other.request("resumeConversation", { conversationId })).toMatchObject({
    initialMessages: [
      { type: "user_message", message: "one" },
      { type: "error", message: expect.stringContaining("no such thing"), codex_error_info: "other" },
      { type: "user_message", message: "two" },
      { type: "agent_message", message: "hello" },
    ],
  });
});

test("a profile and configuration of newConversation count", async () => {
  await using heddle = await startHeddle({
    script: [[step.text("ok")]],
    homeFiles: {},
    config: "[profiles.fast]\nmodel = 'gpt-5.1-codex-mini'\n",
  });
  const { client } = heddle;
  expect(
    await client.request("newConversation", { profile: "fast", config: { model_reasoning_effort: "low" } }),
  ).toMatchObject({ model: "gpt-5.1-codex-mini", reasoningEffort: "low" });
  await expect(client.request("newConversation", { profile: "slow" })).rejects.toMatchObject({
    code: -32600,
    message: expect.stringMatching(/^error deriving config: .*config profile `slow` not found$/),
  });
});

test("threads that are not there, and what is no thread, are refused", async () => {
  await using heddle = await startHeddle({ script: [[step.text("ok")]] });
  const { client } = heddle;
  const conversationId = "00000000-0000-7000-8000-000000000000";
  const unknown = { code: -32600, message: `conversation not found: ${conversationId}` };
  await expect(client.request("addConversationListener", { conversationId })).rejects.toMatchObject(unknown);
  await expect(say(client, conversationId, "hi")).rejects.toMatchObject(unknown);
  await expect(client.request("interruptConversation", { conversationId })).rejects.toMatchObject(unknown);
  await expect(client.request("getConversationSummary", { conversationId })).rejects.toMatchObject({
    code: -32600,
    message: `no rollout found for conversation id ${conversationId}`,
  });
  const missing = { conversationId, rolloutPath: join(heddle.home, "..", "x.jsonl") };
  await expect(client.request("archiveConversation", missing)).rejects.toMatchObject({
    code: -32600,
    message: expect.stringContaining("must be in sessions directory"),
  });
  for (const method of ["addConversationListener", "interruptConversation"]) {
    await expect(client.request(method, { conversationId: "nope" })).rejects.toMatchObject({
      code: -32600,
      message: /^Invalid request: /,
    });
  }
});

test("a listener that begins a turn by the later API hears its start in that form", async () => {
  const script = [[step.text("one")], [step.text("two")]];
  const { heddle, conversationId } = await startListening({ script });
  await using _ = heddle;
  const { client } = heddle;
  await say(client, conversationId, "old");
  await client.hear("turn/completed");
  expect(methodsOf(client)).not.toContain("turn/started");
  const later = { threadId: conversationId, input: [{ type: "text", text: "later" }] };
  const { turn } = (await client.request("turn/start", later)) as { turn: { id: string } };
  expect(await client.hear("turn/started")).toMatchObject({ threadId: conversationId, turn: { id: turn.id } });
});
