import type { SettingsOverride, ThreadEvent } from "@heddle/core";
import { startScriptedModel, step, type Reply, type ScriptedModel } from "@heddle/testkit";
import { expect, test } from "vitest";
import { runTurn, startEngineRig } from "./support/engine-rig.ts";

/** An answer of Chat Completions. */
function chatReply(...deltas: readonly object[]): Reply {
  const chunks = deltas.map((delta) => ({ id: "g", choices: [{ index: 0, delta }] }));
  const end = { id: "g", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
  return [
    step.bytes([...chunks, end].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("") + "data: [DONE]\n\n"),
  ];
}

const providerTable = (id: string, model: ScriptedModel, wireApi: string): string => `
[model_providers.${id}]
name = "${id}"
base_url = "${model.baseUrl}"
wire_api = "${wireApi}"
`;

test("a thread changes its model and its provider between turns, and back; what only one can read stays with it", async () => {
  await using other = await startScriptedModel([chatReply({ reasoning: "secret chat thought" }, { content: "chat" })]);
  await using rig = await startEngineRig({
    script: [
      [step.reasoning("summary", { encrypted: "ENC==" }), step.updatePlan("c1", []), step.text("first")],
      [step.text("second")],
      [step.text("third")],
    ],
    config: providerTable("other", other, "chat"),
  });
  const thread = await rig.engine.startThread(await rig.threadOptions());
  const say = async (text: string, override: SettingsOverride = {}): Promise<void> => {
    const events = await runTurn(thread, text, override);
    expect(events.at(-1)).toMatchObject({ type: "turnCompleted", outcome: { status: "completed" } });
  };
  await say("one");
  await say("two", { provider: "other", model: "some-model" });
  await say("three");
  await say("four", { provider: "scripted", model: "gpt-5.1-codex" });

  const asked = other.requests.map(({ body }) => body);
  expect(asked.map((body) => (body as { model: string }).model)).toEqual(["some-model", "some-model"]);
  expect(asked[0]).toMatchObject({
    messages: [
      { role: "system" },
      { role: "user" },
      { role: "user", content: "one" },
      { role: "assistant", content: "first", tool_calls: [{ id: "c1" }] },
      { role: "tool", tool_call_id: "c1", content: "Plan updated" },
      { role: "assistant", content: "second" },
      { role: "user", content: "two" },
    ],
  });
  expect(JSON.stringify(asked)).not.toContain("ENC==");
  const back = JSON.stringify(rig.model.requests.at(-1)?.body);
  expect(back).toContain("ENC==");
  expect(back).toContain('"text":"chat"');
  expect(back).not.toContain("secret chat thought");
});

test("a provider that does not exist is refused before the turn begins, and the thread stays as it was", async () => {
  await using rig = await startEngineRig({ script: [[step.text("fine")]] });
  const thread = await rig.engine.startThread(await rig.threadOptions());
  expect(() => thread.startTurn([{ type: "text", text: "go" }], { provider: "nobody" })).toThrow(/nobody/);
  expect(thread.settings.provider).toBe("scripted");
  expect((await runTurn(thread, "go")).at(-1)).toMatchObject({ outcome: { status: "completed" } });
});

test("what is configured for a family of models is what requests are built by", async () => {
  await using rig = await startEngineRig({
    script: [[step.usage({ input: 100 }), step.text("a")]],
    config: `
[model_families.gpt-5]
shell_tool = "shell"
[model_families."gpt-5.1-codex"]
shell_tool = "local_shell"
apply_patch_tool = "none"
context_window = 1000
supports_reasoning_summaries = false
base = "general"`,
  });
  const thread = await rig.engine.startThread(await rig.threadOptions());
  const events: readonly ThreadEvent[] = await runTurn(thread, "go");
  const body = rig.model.requests[0]?.body as
    | { tools: { type: string; name?: string }[]; reasoning: unknown }
    | undefined;
  expect(body?.tools.map((tool) => tool.name ?? tool.type)).toEqual(["local_shell", "update_plan", "view_image"]);
  expect(body?.reasoning).toBe(null);
  expect(
    events.flatMap((event) => (event.type === "tokenUsageUpdated" ? [event.usage.modelContextWindow] : [])),
  ).toEqual([950]);
});
