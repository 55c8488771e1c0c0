import { startScriptedModel, step, type Reply } from "@heddle/testkit";
import { expect, test } from "vitest";
import { runTurn, startEngineRig } from "./support/engine-rig.ts";

const sse = (...messages: readonly object[]): string =>
  messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join("");

const PLAN = JSON.stringify({ plan: [{ step: "one", status: "pending" }] });

/** A call of Anthropic's API that is whole when the connection breaks, and one that is not. */
const BROKEN: Reply = [
  step.bytes(
    sse(
      { type: "message_start", message: { id: "msg_1", usage: { input_tokens: 10 } } },
      { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "hm" } },
      { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "Sig==" } },
      { type: "content_block_stop", index: 0 },
      {
        type: "content_block_start",
        index: 1,
        content_block: { type: "tool_use", id: "t1", name: "update_plan", input: {} },
      },
      { type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: PLAN } },
      { type: "content_block_stop", index: 1 },
      {
        type: "content_block_start",
        index: 2,
        content_block: { type: "tool_use", id: "t2", name: "update_plan", input: {} },
      },
      { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: '{"plan":' } },
    ),
  ),
  step.drop(),
];

const DONE: Reply = [
  step.bytes(
    sse(
      { type: "message_start", message: { id: "msg_2", usage: { input_tokens: 20 } } },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "done" } },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 3 } },
      { type: "message_stop" },
    ),
  ),
];

test("a stream that breaks behind a whole call has it run once, and goes on from its result", async () => {
  await using model = await startScriptedModel([BROKEN, DONE]);
  await using rig = await startEngineRig({
    script: [],
    config: `
[model_providers.claude]
name = "Claude"
base_url = "${model.baseUrl}"
wire_api = "anthropic"
request_max_retries = 0
stream_max_retries = 1
`,
  });
  const thread = await rig.engine.startThread(await rig.threadOptions());
  const events = await runTurn(thread, "go", { provider: "claude", model: "claude-opus-5" });

  expect(events.at(-1)).toMatchObject({ type: "turnCompleted", outcome: { status: "completed" } });
  expect(events.filter(({ type }) => type === "planUpdated")).toHaveLength(1);
  expect(events.filter(({ type }) => type === "retrying")).toHaveLength(1);
  const body = model.requests[1]?.body as { readonly messages: readonly object[] } | undefined;
  expect(body?.messages.slice(-2)).toMatchObject([
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "hm", signature: "Sig==" },
        { type: "tool_use", id: "t1", name: "update_plan", input: { plan: [{ step: "one", status: "pending" }] } },
      ],
    },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "t1" }] },
  ]);
  expect(JSON.stringify(body)).not.toContain("t2");
});
