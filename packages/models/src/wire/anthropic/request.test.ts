import { expect, test } from "vitest";
import { testProvider, testRequest } from "../../../test/client-fixture.ts";
import { ModelError } from "../../failure.ts";
import type { ModelRequest, Prompt } from "../../prompt.ts";
import type { ResponseItem } from "../../response-item.ts";
import { createAnthropicAdapter } from "./adapter.ts";
import { classifyAnthropicReply, readAnthropicLimits } from "./errors.ts";

const MODEL = "claude-opus-5";
const ADAPTER = createAnthropicAdapter({
  provider: testProvider({ id: "anthropic", baseUrl: "https://api.anthropic.com", wireApi: "anthropic" }),
  newCallId: () => "made",
});
const SHELL = {
  type: "function",
  name: "shell_command",
  description: "Runs.",
  parameters: { type: "object" },
  strict: false,
} as const;
const CACHED = { cache_control: { type: "ephemeral" } };

function request(prompt: Partial<Prompt>, overrides: Partial<ModelRequest> = {}): ModelRequest {
  const base = testRequest({ model: MODEL, ...overrides });
  return { ...base, prompt: { ...base.prompt, ...prompt } };
}

function encode(prompt: Partial<Prompt>, overrides: Partial<ModelRequest> = {}): Record<string, unknown> {
  return JSON.parse(ADAPTER.encode(request(prompt, overrides)).body) as Record<string, unknown>;
}

const messages = (...input: readonly ResponseItem[]): unknown => encode({ input })["messages"];
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
const call = (id: string, json = "{}"): ResponseItem => ({
  type: "function_call",
  name: "f",
  arguments: json,
  call_id: id,
});
const output = (id: string): ResponseItem => ({ type: "function_call_output", call_id: id, output: `out ${id}` });
const thought = (text: string, data: object = { signature: "sig" }, model = MODEL): ResponseItem => ({
  type: "reasoning",
  summary: text === "" ? [] : [{ type: "summary_text", text }],
  content: null,
  encrypted_content: null,
  provider_state: { provider: "anthropic", model, data: { ...data } },
});
const use = (id: string, input: object = {}): object => ({ type: "tool_use", id, name: "f", input });
const result = (id: string, more: object = {}): object => ({
  type: "tool_result",
  tool_use_id: id,
  content: [{ type: "text", text: `out ${id}` }],
  is_error: false,
  ...more,
});
const text = (words: string, more: object = {}): object => ({ type: "text", text: words, ...more });

test("the body has its fields in a fixed order and marks what is to be cached", () => {
  expect(ADAPTER.encode(request({ tools: [SHELL] }, { effort: "high" }))).toEqual({
    path: "v1/messages",
    headers: { "anthropic-version": "2026-10-21" },
    body:
      '{"model":"claude-opus-5","max_tokens":64000,"stream":true,' +
      '"system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],' +
      '"tools":[{"name":"shell_command","description":"Runs.","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}}],' +
      '"tool_choice":{"type":"auto"},"thinking":{"type":"adaptive"},"output_config":{"effort":"high"},' +
      '"messages":[{"role":"user","content":[{"type":"text","text":"go","cache_control":{"type":"ephemeral"}}]}]}',
  });
});

test("results stand first in the message behind their calls, in the order of the calls", () => {
  expect(
    messages(
      user("go"),
      thought("hm"),
      said("a"),
      call("c1", '{"x":1}'),
      call("c2"),
      output("c2"),
      output("c1"),
      user("and"),
    ),
  ).toEqual([
    { role: "user", content: [text("go", CACHED)] },
    { role: "assistant", content: [text("a"), use("c1", { x: 1 }), use("c2")] },
    { role: "user", content: [result("c1"), result("c2"), text("and", CACHED)] },
  ]);
});

test("thoughts of the running tool loop go back unchanged and in place, to the model they came from", () => {
  const history = [
    user("go"),
    thought("one"),
    thought("", { redacted: "secret" }),
    call("c1"),
    output("c1"),
    thought("", { signature: "empty" }),
    thought("foreign", {}, "claude-other"),
    call("c2"),
    output("c2"),
  ];
  expect(messages(...history)).toEqual([
    { role: "user", content: [text("go")] },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "one", signature: "sig" },
        { type: "redacted_thinking", data: "secret" },
        use("c1"),
      ],
    },
    { role: "user", content: [result("c1", CACHED)] },
    { role: "assistant", content: [{ type: "thinking", thinking: "", signature: "empty" }, use("c2")] },
    { role: "user", content: [result("c2", CACHED)] },
  ]);
});

test("what developers say at the beginning belongs to the system prompt, later it is text", () => {
  const developer = (words: string): ResponseItem => ({
    type: "message",
    role: "developer",
    content: [{ type: "input_text", text: words }],
  });
  const body = encode({ input: [developer("first"), user("go"), developer("later")] });
  expect([body["system"], body["messages"]]).toEqual([
    [text("Be brief."), text("first", CACHED)],
    [{ role: "user", content: [text("go"), text("later", CACHED)] }],
  ]);
});

test("a history that begins or ends with the model, has empty texts or thoughts that led to nothing is put right", () => {
  expect(messages(said(""), said("a"), thought("hm"))).toEqual([
    { role: "user", content: [text("Go on.", CACHED)] },
    {
      role: "assistant",
      content: [text("a"), { type: "thinking", thinking: "hm", signature: "sig" }],
    },
    { role: "user", content: [text("Go on.", CACHED)] },
  ]);
  expect(messages(user("go"), thought("hm"))).toEqual([
    { role: "user", content: [text("go"), text("Go on.", CACHED)] },
  ]);
});

test("ids that the API refuses are rewritten, the same way each time; arguments that are no JSON are wrapped", () => {
  expect(messages(call("a.b", "oops"), output("a.b"), call("a.b"), output("a.b"))).toMatchObject([
    {},
    { content: [{ id: "a_b", input: { _raw: "oops" } }] },
    { content: [{ tool_use_id: "a_b" }] },
    { content: [{ id: "a_b_2" }] },
    { content: [{ tool_use_id: "a_b_2" }] },
  ]);
});

test("images go as bytes or by address, also in results", () => {
  const image = (image_url: string): { type: "input_image"; image_url: string } => ({ type: "input_image", image_url });
  const look: ResponseItem = {
    type: "message",
    role: "user",
    content: [image("data:image/png;base64,AAAA"), image("https://h/x.png")],
  };
  const bytes = { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } };
  const shown: ResponseItem = {
    type: "function_call_output",
    call_id: "c",
    output: [image("data:image/png;base64,AAAA")],
  };
  expect(messages(look, call("c"), shown)).toMatchObject([
    { content: [bytes, { type: "image", source: { type: "url", url: "https://h/x.png" } }] },
    {},
    { content: [{ type: "tool_result", content: [bytes] }] },
  ]);
});

test("a search goes back as the blocks that it came in, to its own model", () => {
  const blocks = [
    { type: "server_tool_use", id: "s" },
    { type: "web_search_tool_result", tool_use_id: "s" },
  ];
  const search = (model: string): ResponseItem => ({
    type: "web_search_call",
    action: { type: "search", query: "q" },
    provider_state: { provider: "anthropic", model, data: { blocks } },
  });
  expect(messages(user("go"), search(MODEL), search("other"), said("a"))).toMatchObject([
    {},
    { role: "assistant", content: [...blocks, text("a")] },
  ]);
});

test("tools: free-form ones become functions, the search is the provider's, alternatives at the top of a schema go", () => {
  const parameters = { anyOf: [{}], properties: { a: { anyOf: [{}] } } };
  const body = encode({
    tools: [{ ...SHELL, parameters }, { type: "web_search" }, { type: "local_shell" }],
    parallelToolCalls: false,
    outputSchema: { type: "object" },
  });
  expect([body["tools"], body["tool_choice"], body["output_config"]]).toEqual([
    [
      {
        name: "shell_command",
        description: "Runs.",
        input_schema: { properties: { a: { anyOf: [{}] } }, type: "object" },
      },
      { type: "web_search_20250305", name: "web_search", ...CACHED },
    ],
    { type: "auto", disable_parallel_tool_use: true },
    { effort: "medium", format: { type: "json_schema", schema: { type: "object" } } },
  ]);
});

test("older models get a budget below their output limit, and none when their loop began without a thought", () => {
  const old = { model: "claude-opus-4-1", effort: "xhigh" } as const;
  const encoded = ADAPTER.encode(request({ tools: [SHELL] }, old));
  expect(encoded.headers["anthropic-beta"]).toBe("interleaved-thinking-2025-05-14");
  expect(JSON.parse(encoded.body)).toMatchObject({
    max_tokens: 32_000,
    thinking: { type: "enabled", budget_tokens: 30_976 },
  });
  expect(encode({}, { ...old, effort: "none" })["thinking"]).toBe(undefined);
  expect(encode({ input: [user("go"), call("c1"), output("c1")] }, old)["thinking"]).toBe(undefined);
  expect(encode({}, { effort: "none" })["thinking"]).toEqual({ type: "disabled" });
  expect(encode({}, { effort: "minimal" })["output_config"]).toEqual({ effort: "low" });
});

test("a gateway is spoken to in the version that it knows", () => {
  const provider = testProvider({ baseUrl: "https://gateway.example.com", wireApi: "anthropic" });
  const adapter = createAnthropicAdapter({ provider, newCallId: () => "made" });
  expect([adapter.auth, adapter.encode(request({})).headers, ADAPTER.auth]).toEqual([
    "x-api-key",
    { "anthropic-version": "2023-06-01" },
    "bearer",
  ]);
});

test("an attempt after one that was all thought gets twice the room, once", () => {
  const adapter = createAnthropicAdapter({ provider: testProvider({ wireApi: "anthropic" }), newCallId: () => "made" });
  const room = (): unknown => (JSON.parse(adapter.encode(request({})).body) as { max_tokens: unknown }).max_tokens;
  const thinkItselfOut = (): void => {
    const encoded = adapter.encode(request({}));
    const decoder = adapter.createDecoder(request({}), encoded);
    decoder.decode('{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}', []);
    expect(() => decoder.decode('{"type":"message_stop"}', [])).toThrow(ModelError);
  };
  expect(room()).toBe(64_000);
  thinkItselfOut();
  expect(room()).toBe(128_000);
  thinkItselfOut();
  expect(room()).toBe(64_000);
});

test("the prefix of a thread stays the same but for the marks of the cache", () => {
  const strip = (...input: readonly ResponseItem[]): string => {
    const json = JSON.stringify(messages(...input)).replaceAll(',"cache_control":{"type":"ephemeral"}', "");
    return json.slice(0, -1);
  };
  const first = [user("go")];
  const second = [...first, thought("hm"), call("c1"), output("c1")];
  const third = [...second, thought("so"), call("c2"), output("c2")];
  expect(strip(...second).startsWith(strip(...first))).toBe(true);
  expect(strip(...third).startsWith(strip(...second))).toBe(true);
});

test.each([
  [400, { error: { message: "bad" } }, "invalidRequest"],
  [400, { error: { message: "prompt is too long" } }, "contextWindowExceeded"],
  [401, {}, "unauthorized"],
  [403, {}, "unauthorized"],
  [402, {}, "quotaExceeded"],
  [404, {}, "unexpectedStatus"],
  [413, {}, "contextWindowExceeded"],
  [429, {}, "rateLimited"],
  [500, {}, "server"],
  [504, {}, "unexpectedStatus"],
  [529, {}, "overloaded"],
])("status %i with %o is of the kind %s", (status, body, kind) => {
  const reply = { status, headers: { "request-id": "req_1" }, body: JSON.stringify(body), delayMs: 7 };
  expect(classifyAnthropicReply(reply).kind).toBe(kind);
});

test("of the limits of a reply, the tightest counts", () => {
  const headers = {
    "anthropic-ratelimit-requests-limit": "100",
    "anthropic-ratelimit-requests-remaining": "90",
    "anthropic-ratelimit-tokens-limit": "1000",
    "anthropic-ratelimit-tokens-remaining": "250",
    "anthropic-ratelimit-tokens-reset": "2026-11-22T10:00:00Z",
  };
  expect([readAnthropicLimits(headers), readAnthropicLimits({})]).toEqual([
    {
      primary: { usedPercent: 75, windowMinutes: null, resetsAt: 1_795_341_600 },
      secondary: null,
      credits: null,
      planType: null,
    },
    null,
  ]);
});

test("a request without tools about a history with calls names their tools, and none may be called", () => {
  const body = encode({ input: [user("go"), call("c1"), output("c1"), call("c2"), output("c2")], tools: [] });
  expect([body["tools"], body["tool_choice"]]).toEqual([
    [{ name: "f", input_schema: { type: "object" } }],
    { type: "none" },
  ]);
  expect(encode({ input: [user("go")], tools: [] })).not.toHaveProperty("tools");
});
