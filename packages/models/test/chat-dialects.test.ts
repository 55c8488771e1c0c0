import type { ModelEvent, ResponseItem } from "@heddle/models";
import { startScriptedModel, step } from "@heddle/testkit";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { calm, collect, testClient, testRequest } from "./client-fixture.ts";

/** What an answer recorded from one kind of endpoint has to come to, there and back. */
interface Recorded {
  readonly name: string;
  /** Where the real one is, to be told by its host; null for servers that run anywhere. */
  readonly baseUrl: string | null;
  /** Reasoning, text, and the ids and commands of the calls. */
  readonly said: readonly unknown[];
  /** Input, cached, output, reasoning, total. */
  readonly usage: readonly number[];
  /** What goes back in the next request, but for calls and results. */
  readonly back: object;
}

const CLAUDE_DETAILS = [
  { type: "reasoning.text", text: "Look first.", format: "anthropic-claude-v1", index: 0 },
  { type: "reasoning.text", signature: "EoSig==", format: "anthropic-claude-v1", index: 0 },
];

const RECORDED: readonly Recorded[] = [
  {
    name: "openai",
    baseUrl: "http://api.openai.com/v1",
    said: ["On it.", ["call_A", "ls"], ["call_B", "pwd"]],
    usage: [1200, 1024, 40, 0, 1240],
    back: { content: "On it." },
  },
  {
    name: "ollama",
    baseUrl: null,
    said: [{ thought: "Look first." }, ["call_9d1", "ls"], ["call_9d2", "pwd"]],
    usage: [300, 0, 20, 0, 320],
    back: { content: null, reasoning: "Look first." },
  },
  {
    name: "lm-studio",
    baseUrl: null,
    said: [{ thought: "Look first." }, "Looking.", ["365174485", "ls"]],
    usage: [300, 0, 25, 6, 325],
    back: { content: "Looking.", reasoning: "Look first." },
  },
  {
    name: "vllm",
    baseUrl: null,
    said: [{ thought: "Look first." }, ["chatcmpl-tool-5f", "ls"]],
    usage: [300, 0, 11, 0, 311],
    back: { content: null, reasoning_content: "Look first." },
  },
  {
    name: "openrouter",
    baseUrl: "http://openrouter.ai/api/v1",
    said: [{ thought: "Look first." }, "Looking.", ["toolu_1", "ls"]],
    usage: [300, 256, 25, 6, 325],
    back: { content: "Looking.", reasoning: "Look first.", reasoning_details: CLAUDE_DETAILS },
  },
  {
    name: "deepseek",
    baseUrl: "http://api.deepseek.com/v1",
    said: [{ thought: "Look first." }, "Looking.", ["call_00_aB", "ls"]],
    usage: [300, 256, 25, 6, 325],
    back: { content: "Looking.", reasoning_content: "Look first." },
  },
];

const GO: ResponseItem = { type: "message", role: "user", content: [{ type: "input_text", text: "go" }] };

test.each(RECORDED)("what $name streams is understood, and goes back as it wants it", async (recorded) => {
  const { name, baseUrl, said, usage, back } = recorded;
  const bytes = readFileSync(new URL(`fixtures/chat/${name}.sse`, import.meta.url));
  await using model = await startScriptedModel([[step.bytes(bytes)]]);
  // An endpoint that is told by its host is reached through a proxy, which is the scripted one.
  const { client } = testClient(
    { wireApi: "chat", baseUrl: baseUrl ?? model.baseUrl },
    baseUrl === null ? {} : { env: { HTTP_PROXY: new URL(model.baseUrl).origin } },
  );
  const ask = async (input: readonly ResponseItem[]): Promise<readonly ModelEvent[]> => {
    const request = testRequest({ model: "m" });
    const { events, error } = await collect(
      client.stream({ ...request, prompt: { ...request.prompt, input } }, calm()),
    );
    expect(error).toBe(null);
    return events;
  };
  const events = await ask([GO]);
  const items = events.flatMap((event) => (event.type === "itemDone" ? [event.item] : []));
  expect(items.map(inShort)).toEqual(said);
  expect(events.at(-1)).toMatchObject({ type: "completed", usage: usageOf(usage) });
  // What was shown on the way adds up to what was completed.
  expect(deltaTexts(events)).toEqual(items.filter(({ type }) => type !== "function_call").map(textOf));

  const calls = items.flatMap((item) => (item.type === "function_call" ? [item] : []));
  await ask([
    GO,
    ...items,
    ...calls.map(({ call_id }): ResponseItem => ({ type: "function_call_output", call_id, output: "ok" })),
  ]);
  client.close();
  const toolCalls = calls.map(({ call_id, name: tool, arguments: json }) => ({
    id: call_id,
    type: "function",
    function: { name: tool, arguments: json },
  }));
  expect(model.requests[1]?.body).toMatchObject({
    messages: [
      { role: "system" },
      { role: "user" },
      { role: "assistant", ...back, tool_calls: toolCalls },
      ...calls.map(({ call_id }) => ({ role: "tool", tool_call_id: call_id, content: "ok" })),
    ],
  });
  // Reasoning goes back under one name only.
  const others = ["reasoning", "reasoning_content", "reasoning_details"].filter((member) => !(member in back));
  for (const other of others) expect(JSON.stringify(model.requests[1]?.body)).not.toContain(`"${other}":`);
});

function inShort(item: ResponseItem): unknown {
  if (item.type === "function_call") {
    expect(item.name).toBe("shell_command");
    return [item.call_id, (JSON.parse(item.arguments) as { command: unknown }).command];
  }
  return item.type === "reasoning" ? { thought: textOf(item) } : textOf(item);
}

function textOf(item: ResponseItem): string {
  if (item.type === "message") return item.content.map((part) => ("text" in part ? part.text : "")).join("");
  return item.type === "reasoning" ? (item.content ?? []).map(({ text }) => text).join("") : "";
}

/** The deltas of each item, joined. */
function deltaTexts(events: readonly ModelEvent[]): string[] {
  const texts = new Map<string, string>();
  for (const event of events) {
    if (event.type !== "textDelta" && event.type !== "reasoningTextDelta") continue;
    texts.set(event.itemId, (texts.get(event.itemId) ?? "") + event.text);
  }
  return [...texts.values()];
}

function usageOf([inputTokens, cachedInputTokens, outputTokens, reasoningOutputTokens, totalTokens]: readonly (
  | number
  | undefined
)[]): object {
  return { inputTokens, cachedInputTokens, outputTokens, reasoningOutputTokens, totalTokens };
}
