import { isJsonObject } from "@heddle/protocol";
import { mcpServerConfig, scriptedMcpServer, step } from "@heddle/testkit";
import { expect, test } from "vitest";
import { startHeddle, type HeddleSetup, type TestHeddle } from "./support/start-heddle.ts";

/** A Heddle whose client listens to a thread of the first API. */
async function startListening(setup: HeddleSetup): Promise<{ heddle: TestHeddle; conversationId: string }> {
  const heddle = await startHeddle(setup);
  const answer = await heddle.client.request("newConversation", { cwd: heddle.cwd, approvalPolicy: "never" });
  const { conversationId } = answer as { conversationId: string };
  await heddle.client.request("addConversationListener", { conversationId });
  return { heddle, conversationId };
}

const say = ({ client }: TestHeddle, conversationId: string): Promise<unknown> =>
  client.request("sendUserMessage", { conversationId, items: [{ type: "text", data: { text: "go" } }] });

/** The events of some kinds that the client has heard, in order. */
function eventsOf({ client }: TestHeddle, kind: string): readonly unknown[] {
  return client.heard
    .filter(({ method }) => method.startsWith(`codex/event/${kind}`))
    .map(({ params }) => params["msg"]);
}

const config = `sandbox_mode = "read-only"\n${mcpServerConfig("s", scriptedMcpServer())}`;

test("a listener hears how the servers of its thread start, and what came of it all", async () => {
  const broken = mcpServerConfig("gone", { command: "/no/such/program", args: [] });
  const started = await startListening({ script: [], config: `${config}${broken}` });
  await using heddle = started.heddle;
  await heddle.client.hear("codex/event/mcp_startup_complete");
  const events = eventsOf(heddle, "mcp_startup_");
  expect(events.slice(0, 2)).toEqual([
    { type: "mcp_startup_update", server: "gone", status: { state: "starting" } },
    { type: "mcp_startup_update", server: "s", status: { state: "starting" } },
  ]);
  const error = expect.stringMatching(/^MCP client for `gone` failed to start: /);
  expect(new Set(events.slice(2, 4))).toEqual(
    new Set([
      { type: "mcp_startup_update", server: "gone", status: { state: "failed", error } },
      { type: "mcp_startup_update", server: "s", status: { state: "ready" } },
    ]),
  );
  expect(events.slice(4)).toEqual([
    { type: "mcp_startup_complete", ready: ["s"], failed: [{ server: "gone", error }], cancelled: [] },
  ]);
});

test("one that comes later hears how they have started, once", async () => {
  const started = await startListening({ script: [], config });
  await using heddle = started.heddle;
  const { conversationId } = started;
  await heddle.client.hear("codex/event/mcp_startup_complete");
  const other = await heddle.connect();
  await other.request("addConversationListener", { conversationId });
  await other.hear("codex/event/mcp_startup_complete");
  await other.request("addConversationListener", { conversationId });
  await other.request("getUserAgent", {});
  expect(other.heard.map(({ params }) => params["msg"])).toEqual([
    { type: "mcp_startup_update", server: "s", status: { state: "ready" } },
    { type: "mcp_startup_complete", ready: ["s"], failed: [], cancelled: [] },
  ]);
  await other.peer.close();
});

test("without servers the sum is told all the same", async () => {
  const started = await startListening({ script: [] });
  await using heddle = started.heddle;
  await heddle.client.hear("codex/event/mcp_startup_complete");
  expect(eventsOf(heddle, "mcp_startup_")).toEqual([
    { type: "mcp_startup_complete", ready: [], failed: [], cancelled: [] },
  ]);
});

const asking: HeddleSetup = {
  script: [[step.functionCall("c0", "mcp__s__ask", {})], [step.text("done")]],
  config,
  capabilities: {},
};

function idOf(msg: unknown): string {
  const id = isJsonObject(msg) ? msg["id"] : null;
  if (typeof id !== "string") throw new Error("the event has no id");
  return id;
}

/** What the server was answered, as its tool tells it. */
function answered({ model }: TestHeddle): unknown {
  const last = model.requests.at(-1)?.body as { input: { type: string; output?: string }[] };
  const output = last.input.find(({ type }) => type === "function_call_output")?.output ?? "";
  const [block] = JSON.parse(output) as { text: string }[];
  return JSON.parse(block?.text ?? "");
}

test.each([
  ["accept", { content: { name: "Ada" } }, { action: "accept", content: { name: "Ada" } }],
  ["decline", {}, { action: "decline" }],
  ["cancel", {}, { action: "cancel" }],
])("a question of a server is an event, answered by a request: %s", async (decision, more, answer) => {
  const started = await startListening(asking);
  await using heddle = started.heddle;
  const { conversationId } = started;
  await say(heddle, conversationId);
  const { msg, question } = await heddle.client.hear("codex/event/elicitation_request");
  const requestId = idOf(msg);
  expect(question).toMatchObject({ mode: "form", requestedSchema: { required: ["name"] } });
  expect(msg).toEqual({
    type: "elicitation_request",
    server_name: "s",
    id: expect.stringMatching(/./),
    message: "who are you?",
  });
  const reply = { conversationId, serverName: "s", requestId, decision, ...more };
  expect(await heddle.client.request("resolveElicitation", reply)).toEqual({});
  await heddle.client.hear("codex/event/task_complete");
  expect(answered(heddle)).toEqual(answer);
  await expect(heddle.client.request("resolveElicitation", reply)).rejects.toMatchObject({
    code: -32600,
    message: `elicitation not found: s ${requestId}`,
  });
});

test("an interrupted turn withdraws the question", async () => {
  const started = await startListening(asking);
  await using heddle = started.heddle;
  const { conversationId } = started;
  await say(heddle, conversationId);
  const { msg } = await heddle.client.hear("codex/event/elicitation_request");
  await heddle.client.request("interruptConversation", { conversationId });
  const requestId = idOf(msg);
  await expect(
    heddle.client.request("resolveElicitation", { conversationId, serverName: "s", requestId, decision: "accept" }),
  ).rejects.toMatchObject({ code: -32600 });
});

test("a client that does not say what it can do is asked nothing, and the server gets a cancel", async () => {
  const { capabilities: _, ...silent } = asking;
  const started = await startListening(silent);
  await using heddle = started.heddle;
  await say(heddle, started.conversationId);
  await heddle.client.hear("codex/event/task_complete");
  expect(answered(heddle)).toEqual({ action: "cancel" });
  expect(eventsOf(heddle, "elicitation_request")).toEqual([]);
});
