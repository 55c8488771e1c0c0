import { expect, test } from "vitest";
import { testProvider, testRequest } from "../../../test/client-fixture.ts";
import type { ModelRequest } from "../../prompt.ts";
import type { ResponseItem } from "../../response-item.ts";
import { encodeResponsesRequest } from "./request.ts";

const provider = testProvider({ id: "openai" });

function encode(request: ModelRequest, sendsItemIds = false): unknown {
  return JSON.parse(encodeResponsesRequest(request, { provider, sendsItemIds }));
}

function withInput(...input: readonly ResponseItem[]): ModelRequest {
  const request = testRequest();
  return { ...request, prompt: { ...request.prompt, input } };
}

const CALL: ResponseItem = { type: "function_call", id: "fc_1", name: "f", arguments: "{}", call_id: "c1" };
const OUTPUT: ResponseItem = { type: "function_call_output", call_id: "c1", output: "done" };

test("the body has its fields in a fixed order", () => {
  const request = testRequest({ model: "gpt-5.1-codex" });
  expect(encodeResponsesRequest(request, { provider, sendsItemIds: false })).toBe(
    '{"model":"gpt-5.1-codex","instructions":"Be brief.",' +
      '"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"go"}]}],' +
      '"tools":[],"tool_choice":"auto","parallel_tool_calls":false,"reasoning":{"summary":"auto"},"store":false,' +
      '"stream":true,"include":["reasoning.encrypted_content"],' +
      '"prompt_cache_key":"01a20220-0000-7000-8000-000000000000"}',
  );
});

test("effort is the turn's, else the family's; verbosity and a schema only where they are wanted", () => {
  const schema = { type: "object" };
  const { prompt } = testRequest();
  expect(encode(testRequest({ model: "gpt-5.1", effort: "high", summary: "detailed" }))).toMatchObject({
    parallel_tool_calls: true,
    reasoning: { effort: "high", summary: "detailed" },
    text: { verbosity: "low" },
  });
  expect(
    encode(testRequest({ model: "gpt-5.1", verbosity: "high", prompt: { ...prompt, outputSchema: schema } })),
  ).toMatchObject({
    reasoning: { effort: "medium", summary: "auto" },
    text: { verbosity: "high", format: { type: "json_schema", strict: true, schema, name: "codex_output_schema" } },
  });
  expect(encode(testRequest({ model: "gpt-4o" }))).toMatchObject({ reasoning: null, include: [] });
});

test("items go out in the form of the wire, without ids and without what is only ours", () => {
  const raw = { type: "future", answer: 42 };
  const state = { provider: "openai", model: "gpt-5.1-codex" };
  const reasoning = {
    type: "reasoning",
    summary: [{ type: "summary_text", text: "Plan" }],
    encrypted_content: "ENC",
  } as const;
  const items: readonly ResponseItem[] = [
    { ...reasoning, id: "rs_1", content: null, provider_state: state },
    { ...reasoning, content: [{ type: "text", text: "hidden" }] },
    CALL,
    OUTPUT,
    { type: "custom_tool_call", id: "x", status: "completed", call_id: "c2", name: "apply_patch", input: "p" },
    { type: "custom_tool_call_output", call_id: "c2", output: "ok" },
    { type: "web_search_call", status: "completed", action: { type: "search", query: "q" } },
    { type: "compaction_summary", encrypted_content: "S" },
    { type: "ghost_snapshot", ghost_commit: { id: "g" } },
    { type: "other", raw },
  ];
  expect(encode(withInput(...items))).toMatchObject({
    input: [
      { type: "reasoning", summary: [{ type: "summary_text", text: "Plan" }], content: null, encrypted_content: "ENC" },
      { type: "reasoning", summary: [{ type: "summary_text", text: "Plan" }], encrypted_content: "ENC" },
      { type: "function_call", name: "f", arguments: "{}", call_id: "c1" },
      { type: "function_call_output", call_id: "c1", output: "done" },
      { type: "custom_tool_call", status: "completed", call_id: "c2", name: "apply_patch", input: "p" },
      { type: "custom_tool_call_output", call_id: "c2", output: "ok" },
      { type: "web_search_call", status: "completed", action: { type: "search", query: "q" } },
      { type: "compaction_summary", encrypted_content: "S" },
      raw,
    ],
  });
});

test("reasoning of another provider or model is left out", () => {
  const reasoning: ResponseItem = { type: "reasoning", summary: [], content: null, encrypted_content: "ENC" };
  const foreign = [
    { ...reasoning, provider_state: { provider: "anthropic", model: "gpt-5.1-codex" } },
    { ...reasoning, provider_state: { provider: "openai", model: "gpt-5" } },
  ];
  expect(encode(withInput(...foreign))).toMatchObject({ input: [] });
});

test("an endpoint that stores responses gets the ids of items", () => {
  expect(encode(withInput(CALL, OUTPUT), true)).toMatchObject({
    store: true,
    input: [
      { type: "function_call", id: "fc_1", name: "f", arguments: "{}", call_id: "c1" },
      { type: "function_call_output", call_id: "c1", output: "done" },
    ],
  });
});

test("the prefix of a thread stays the same, byte for byte, from request to request", () => {
  const base = withInput().prompt.input;
  const histories = [base, [...base, CALL, OUTPUT], [...base, CALL, OUTPUT, CALL, OUTPUT]];
  const bodies = histories.map((input) =>
    encodeResponsesRequest(withInput(...input), { provider, sendsItemIds: false }),
  );
  for (const [index, body] of bodies.entries()) {
    const next = bodies[index + 1];
    if (next === undefined) continue;
    expect(next.startsWith(body.slice(0, body.indexOf('],"tools"')))).toBe(true);
  }
});

test("an item goes out in the form of its endpoint, whatever it was sent to before, and however long it is", () => {
  const { id: _, ...bare } = CALL;
  const long: ResponseItem = { ...CALL, arguments: JSON.stringify({ text: "x".repeat(10_000) }) };
  const { id: __, ...bareLong } = long;
  const inputs = [false, true, false, false].map((sendsItemIds) => encode(withInput(CALL, long, OUTPUT), sendsItemIds));
  expect(inputs).toMatchObject([
    { input: [bare, bareLong, OUTPUT] },
    { input: [CALL, long, OUTPUT] },
    { input: [bare, bareLong, OUTPUT] },
    { input: [bare, bareLong, OUTPUT] },
  ]);
  expect(JSON.stringify(inputs[2])).toBe(JSON.stringify(inputs[0]));
});
