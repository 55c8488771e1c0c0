import { expect, test } from "vitest";
import { testProvider, testRequest } from "../../../test/client-fixture.ts";
import type { ModelRequest, Prompt } from "../../prompt.ts";
import type { ProviderConfig } from "../../provider/provider-config.ts";
import type { ContentItem, ResponseItem } from "../../response-item.ts";
import { initialDialect, learnDialect } from "./dialect.ts";
import { encodeChatRequest } from "./request.ts";

const PROVIDER = testProvider({ id: "router", wireApi: "chat" });
const SHELL = {
  type: "function",
  name: "shell_command",
  description: "Runs.",
  parameters: { type: "object" },
  strict: false,
} as const;
const PATCH = {
  type: "custom",
  name: "apply_patch",
  description: "Patches.",
  format: { type: "grammar", syntax: "lark", definition: "start: x" },
} as const;

function request(prompt: Partial<Prompt>, overrides: Partial<ModelRequest> = {}): ModelRequest {
  const base = testRequest({ model: "some-model", ...overrides });
  return { ...base, prompt: { ...base.prompt, ...prompt } };
}

function encode(
  prompt: Partial<Prompt>,
  overrides: Partial<ModelRequest> = {},
  provider: Partial<ProviderConfig> = {},
): Record<string, unknown> {
  const config = { ...PROVIDER, ...provider };
  return JSON.parse(encodeChatRequest(request(prompt, overrides), config, initialDialect(config))) as Record<
    string,
    unknown
  >;
}

function messages(...input: readonly ResponseItem[]): unknown {
  return encode({ input })["messages"];
}

const user = (text: string): ResponseItem => ({
  type: "message",
  role: "user",
  content: [{ type: "input_text", text }],
});
const said = (text: string): ResponseItem => ({
  type: "message",
  role: "assistant",
  content: [{ type: "output_text", text }],
});
const call = (id: string): ResponseItem => ({ type: "function_call", name: "f", arguments: "{}", call_id: id });
const output = (id: string, text: string | ContentItem[] = `out ${id}`): ResponseItem => ({
  type: "function_call_output",
  call_id: id,
  output: text,
});
const thought = (text: string, model = "some-model"): ResponseItem => ({
  type: "reasoning",
  summary: [],
  content: [{ type: "reasoning_text", text }],
  encrypted_content: null,
  provider_state: { provider: "router", model, data: { field: "reasoning_content" } },
});
const toolCall = (id: string): object => ({ id, type: "function", function: { name: "f", arguments: "{}" } });

test("the body has its fields in a fixed order, and none that nobody asked for", () => {
  const body = encodeChatRequest(request({ tools: [SHELL] }), PROVIDER, initialDialect(PROVIDER));
  expect(body).toBe(
    '{"model":"some-model","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"go"}],' +
      '"stream":true,"stream_options":{"include_usage":true},"tools":[{"type":"function","function":' +
      '{"name":"shell_command","description":"Runs.","parameters":{"type":"object"},"strict":false}}],' +
      '"parallel_tool_calls":true}',
  );
});

test("a response becomes one message with its text, calls and reasoning; results follow in the order of the calls", () => {
  expect(
    messages(
      user("go"),
      thought("hm"),
      said("a"),
      call("c1"),
      said("b"),
      call("c2"),
      output("c2"),
      output("c1"),
      said("end"),
    ),
  ).toEqual([
    { role: "system", content: "Be brief." },
    { role: "user", content: "go" },
    { role: "assistant", content: "a\n\nb", tool_calls: [toolCall("c1"), toolCall("c2")], reasoning_content: "hm" },
    { role: "tool", tool_call_id: "c1", content: "out c1" },
    { role: "tool", tool_call_id: "c2", content: "out c2" },
    { role: "assistant", content: "end" },
    { role: "user", content: "Go on." },
  ]);
});

test("a call without a result is answered, and an id may come again later", () => {
  expect(messages(call("c1"), output("c1", "one"), call("c1"), output("c1", "two"), call("c3"))).toEqual([
    { role: "system", content: "Be brief." },
    { role: "assistant", content: null, tool_calls: [toolCall("c1")] },
    { role: "tool", tool_call_id: "c1", content: "one" },
    { role: "assistant", content: null, tool_calls: [toolCall("c1")] },
    { role: "tool", tool_call_id: "c1", content: "two" },
    { role: "assistant", content: null, tool_calls: [toolCall("c3")] },
    { role: "tool", tool_call_id: "c3", content: "aborted" },
  ]);
});

test("reasoning goes back while its turn lasts, to the model it came from", () => {
  const history = [
    user("go"),
    thought("old"),
    said("a"),
    user("on"),
    thought("new"),
    thought("foreign", "other"),
    call("c1"),
    output("c1"),
  ];
  expect(messages(...history)).toEqual([
    { role: "system", content: "Be brief." },
    { role: "user", content: "go" },
    { role: "assistant", content: "a" },
    { role: "user", content: "on" },
    { role: "assistant", content: null, tool_calls: [toolCall("c1")], reasoning_content: "new" },
    { role: "tool", tool_call_id: "c1", content: "out c1" },
  ]);
});

test("reasoning details go back as they came", () => {
  const details = [{ type: "reasoning.encrypted", data: "x" }];
  const item: ResponseItem = {
    type: "reasoning",
    summary: [],
    content: null,
    encrypted_content: null,
    provider_state: { provider: "router", model: "some-model", data: { field: "reasoning", details } },
  };
  expect(messages(item, call("c1"))).toMatchObject([
    {},
    { role: "assistant", tool_calls: [toolCall("c1")], reasoning_details: details },
    {},
  ]);
});

test("images stand in lists; those of a result follow as a message of the user's", () => {
  const image: ContentItem = { type: "input_image", image_url: "data:image/png;base64,AA" };
  const part = { type: "image_url", image_url: { url: "data:image/png;base64,AA" } };
  const look: ResponseItem = { type: "message", role: "user", content: [{ type: "input_text", text: "look" }, image] };
  expect(messages(look, call("c1"), output("c1", [{ type: "input_text", text: "a picture" }, image]))).toEqual([
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text: "look" }, part] },
    { role: "assistant", content: null, tool_calls: [toolCall("c1")] },
    { role: "tool", tool_call_id: "c1", content: "a picture" },
    { role: "user", content: [part] },
  ]);
  expect(encode({ input: [look] }, { model: "deepseek-chat" })["messages"]).toMatchObject([
    {},
    { role: "user", content: "look[an image was left out: this model does not take images]" },
  ]);
});

test("free-form tools are offered as functions, and their calls go back as such", () => {
  const body = encode({
    tools: [PATCH, { type: "web_search" }, { type: "local_shell" }],
    input: [
      { type: "custom_tool_call", call_id: "c1", name: "apply_patch", input: "*** Begin" },
      { type: "custom_tool_call_output", call_id: "c1", output: "ok" },
    ],
  });
  expect(body["tools"]).toEqual([
    {
      type: "function",
      function: {
        name: "apply_patch",
        description: "Patches.\n\nThe text has to fit this grammar (Lark):\nstart: x",
        parameters: {
          type: "object",
          properties: { input: { type: "string", description: "The whole text" } },
          required: ["input"],
          additionalProperties: false,
        },
        strict: false,
      },
    },
  ]);
  expect(body["messages"]).toMatchObject([
    {},
    {
      tool_calls: [
        { id: "c1", type: "function", function: { name: "apply_patch", arguments: '{"input":"*** Begin"}' } },
      ],
    },
    { role: "tool", tool_call_id: "c1", content: "ok" },
  ]);
});

test("effort, a schema, a limit and the developer's role go where they are understood", () => {
  const developer: ResponseItem = { type: "message", role: "developer", content: [{ type: "input_text", text: "d" }] };
  const openai = { baseUrl: "https://api.openai.com/v1", maxOutputTokens: 100 };
  expect(encode({ input: [developer], outputSchema: {} }, { model: "gpt-5.1", effort: "high" }, openai)).toMatchObject({
    messages: [{}, { role: "developer", content: "d" }],
    reasoning_effort: "high",
    max_completion_tokens: 100,
    response_format: { type: "json_schema", json_schema: { name: "codex_output_schema", strict: true, schema: {} } },
  });
  const deepseek = { baseUrl: "https://api.deepseek.com", maxOutputTokens: 100 };
  const body = encode({ input: [developer] }, { effort: "high" }, deepseek);
  expect([body["messages"], body["reasoning_effort"], body["max_tokens"]]).toEqual([
    [
      { role: "system", content: "Be brief." },
      { role: "system", content: "d" },
    ],
    undefined,
    100,
  ]);
});

test("a refusal that names a parameter teaches the dialect, once", () => {
  const dialect = initialDialect(PROVIDER);
  const body = encodeChatRequest(request({ tools: [SHELL] }, { effort: "low" }), PROVIDER, dialect);
  const learned = learnDialect(dialect, "Unsupported parameter: parallel_tool_calls", body);
  expect(learned).toEqual({ ...dialect, parallelToolCalls: false });
  const next = encodeChatRequest(request({ tools: [SHELL] }), PROVIDER, { ...dialect, parallelToolCalls: false });
  expect(learnDialect(dialect, "Unsupported parameter: parallel_tool_calls", next)).toBe(null);
  expect(learnDialect(dialect, "reasoning_effort is not for this model", body)).toEqual({
    ...dialect,
    reasoningEffort: false,
  });
  expect(learnDialect(dialect, "stream_options?", body)).toEqual({ ...dialect, streamUsage: false });
  expect(learnDialect(dialect, "the request is bad", body)).toBe(null);
});
