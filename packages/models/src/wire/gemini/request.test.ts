import { expect, test } from "vitest";
import { testProvider, testRequest } from "../../../test/client-fixture.ts";
import type { ModelRequest, Prompt } from "../../prompt.ts";
import type { ResponseItem } from "../../response-item.ts";
import type { WireAdapter } from "../adapter.ts";
import { createGeminiAdapter } from "./adapter.ts";
import { classifyGeminiReply } from "./errors.ts";

const MODEL = "gemini-3-pro";
const SHELL = {
  type: "function",
  name: "shell_command",
  description: "Runs.",
  parameters: { type: "object" },
  strict: false,
} as const;

function createAdapter(baseUrl = "https://generativelanguage.googleapis.com/v1beta"): WireAdapter {
  return createGeminiAdapter({
    provider: testProvider({ id: "gemini", baseUrl, wireApi: "gemini" }),
    newCallId: () => "made",
  });
}

const ADAPTER = createAdapter();

function request(prompt: Partial<Prompt>, overrides: Partial<ModelRequest> = {}): ModelRequest {
  const base = testRequest({ model: MODEL, ...overrides });
  return { ...base, prompt: { ...base.prompt, ...prompt } };
}

function encode(
  prompt: Partial<Prompt>,
  overrides: Partial<ModelRequest> = {},
  adapter = ADAPTER,
): Record<string, unknown> {
  return JSON.parse(adapter.encode(request(prompt, overrides)).body) as Record<string, unknown>;
}

const contents = (...input: readonly ResponseItem[]): unknown => encode({ input })["contents"];
const user = (text: string): ResponseItem => ({
  type: "message",
  role: "user",
  content: [{ type: "input_text", text }],
});
const state = (signature: string, model = MODEL): object => ({
  provider_state: { provider: "gemini", model, response_id: "r", data: { signature } },
});
const said = (text: string, more: object = {}): ResponseItem => ({
  type: "message",
  role: "assistant",
  content: [{ type: "output_text", text }],
  ...more,
});
const call = (id: string, more: object = {}): ResponseItem => ({
  type: "function_call",
  name: "f",
  arguments: '{"x":1}',
  call_id: id,
  ...more,
});
const output = (id: string): ResponseItem => ({ type: "function_call_output", call_id: id, output: `out ${id}` });
const functionCall = (id: string, more: object = {}): object => ({
  functionCall: { id, name: "f", args: { x: 1 } },
  ...more,
});
const response = (id: string): object => ({ functionResponse: { id, name: "f", response: { output: `out ${id}` } } });

test("the body has its fields in a fixed order", () => {
  expect(ADAPTER.encode(request({ tools: [SHELL] }, { effort: "xhigh" }))).toEqual({
    path: "models/gemini-3-pro:streamGenerateContent?alt=sse",
    headers: {},
    warnings: [],
    body:
      '{"systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[{"role":"user","parts":[{"text":"go"}]}],' +
      '"tools":[{"functionDeclarations":[{"name":"shell_command","description":"Runs.","parametersJsonSchema":{"type":"object"}}]}],' +
      '"toolConfig":{"functionCallingConfig":{"mode":"AUTO"}},' +
      '"generationConfig":{"maxOutputTokens":65536,"thinkingConfig":{"includeThoughts":true,"thinkingLevel":"HIGH"}}}',
  });
});

test("parts go back in place with the signatures that they came with, results behind them", () => {
  const thought: ResponseItem = {
    type: "reasoning",
    summary: [{ type: "summary_text", text: "hm" }],
    content: null,
    encrypted_content: null,
    provider_state: { provider: "gemini", model: MODEL, response_id: "r" },
  };
  const alone = { ...thought, ...state("alone") };
  const history = [
    user("go"),
    thought,
    said("a", state("S1")),
    call("c1", state("S2")),
    call("c2"),
    alone,
    output("c2"),
    output("c1"),
    user("on"),
  ];
  expect(contents(...history)).toEqual([
    { role: "user", parts: [{ text: "go" }] },
    {
      role: "model",
      parts: [
        { text: "a", thoughtSignature: "S1" },
        functionCall("c1", { thoughtSignature: "S2" }),
        functionCall("c2"),
        { text: "", thoughtSignature: "alone" },
      ],
    },
    { role: "user", parts: [response("c1"), response("c2"), { text: "on" }] },
  ]);
});

test("signatures of another model stay here; once they were asked for, calls are marked as not to be checked", () => {
  const adapter = createAdapter();
  const input = [user("go"), call("c1", state("S", "other")), call("c2"), output("c1"), output("c2")];
  const parts = (): unknown => encode({ input }, {}, adapter)["contents"];
  expect(parts()).toMatchObject([{}, { parts: [functionCall("c1"), functionCall("c2")] }, {}]);
  expect(JSON.stringify(parts())).not.toContain("thoughtSignature");
  const reply = { status: 400, headers: {}, body: "Function call is missing a thought_signature", delayMs: null };
  const learn = (): boolean | undefined =>
    adapter.learn?.(reply, adapter.encode(request({ input })), request({ input }));
  expect([learn(), learn()]).toEqual([true, false]);
  expect(parts()).toMatchObject([
    {},
    { parts: [functionCall("c1", { thoughtSignature: "skip_thought_signature_validator" }), functionCall("c2")] },
    {},
  ]);
});

test("images of messages and of results are parts of the user's", () => {
  const image = { type: "input_image", image_url: "data:image/png;base64,AAAA" } as const;
  const part = { inlineData: { mimeType: "image/png", data: "AAAA" } };
  const shown: ResponseItem = {
    type: "function_call_output",
    call_id: "c",
    output: [{ type: "input_text", text: "t" }, image],
  };
  const look: ResponseItem = {
    type: "message",
    role: "user",
    content: [image, { type: "input_image", image_url: "gs://x" }],
  };
  expect(contents(look, call("c"), shown)).toEqual([
    { role: "user", parts: [part, { fileData: { fileUri: "gs://x" } }] },
    { role: "model", parts: [functionCall("c")] },
    { role: "user", parts: [{ functionResponse: { id: "c", name: "f", response: { output: "t" } } }, part] },
  ]);
});

test("a history that begins and ends with the model is begun and ended by the user", () => {
  expect(contents(said("a"))).toEqual([
    { role: "user", parts: [{ text: "Go on." }] },
    { role: "model", parts: [{ text: "a" }] },
    { role: "user", parts: [{ text: "Go on." }] },
  ]);
});

test("what developers say at the beginning belongs to the instructions", () => {
  const developer: ResponseItem = { type: "message", role: "developer", content: [{ type: "input_text", text: "d" }] };
  expect(encode({ input: [developer, user("go")] })).toMatchObject({
    systemInstruction: { parts: [{ text: "Be brief." }, { text: "d" }] },
    contents: [{ role: "user", parts: [{ text: "go" }] }],
  });
});

test("the search is offered alone, beside functions it is left out with one warning", () => {
  expect(encode({ tools: [{ type: "web_search" }] })["tools"]).toEqual([{ googleSearch: {} }]);
  const adapter = createAdapter();
  const both = request({ tools: [SHELL, { type: "web_search" }] });
  expect([adapter.encode(both).warnings?.length, adapter.encode(both).warnings?.length]).toEqual([1, 0]);
});

test("thinking is asked for by level, by budget, or not at all; a schema says what the answer is", () => {
  const config = (overrides: Partial<ModelRequest>): unknown =>
    (encode({ outputSchema: { type: "object" } }, overrides)["generationConfig"] as { thinkingConfig?: unknown })
      .thinkingConfig;
  expect([
    config({ effort: "none" }),
    config({ summary: "none" }),
    config({ model: "gemini-2.5-pro", effort: "high" }),
    config({ model: "gemini-2.5-pro", effort: "medium" }),
    config({ model: "gemini-2.0-flash", effort: "high" }),
  ]).toEqual([
    { includeThoughts: true, thinkingLevel: "MINIMAL" },
    { includeThoughts: false },
    { includeThoughts: true, thinkingBudget: 16_384 },
    { includeThoughts: true, thinkingBudget: -1 },
    undefined,
  ]);
  expect(encode({ outputSchema: { type: "object" } })["generationConfig"]).toMatchObject({
    responseMimeType: "application/json",
    responseJsonSchema: { type: "object" },
  });
});

test("Vertex takes the key as a bearer", () => {
  expect([ADAPTER.auth, createAdapter("https://europe-west1-aiplatform.googleapis.com/v1/x").auth]).toEqual([
    "x-goog-api-key",
    "bearer",
  ]);
});

const detail = (type: string, more: object): object => ({
  details: [{ "@type": `type.googleapis.com/google.rpc.${type}`, ...more }],
});

test.each<[number, object, object]>([
  [400, { message: "bad" }, { kind: "invalidRequest" }],
  [400, { message: "The input token count exceeds the maximum number of tokens" }, { kind: "contextWindowExceeded" }],
  [401, {}, { kind: "unauthorized" }],
  [403, {}, { kind: "unauthorized" }],
  [404, {}, { kind: "unexpectedStatus" }],
  [429, detail("RetryInfo", { retryDelay: "17.5s" }), { kind: "rateLimited", delayMs: 17_500 }],
  [429, {}, { kind: "rateLimited", delayMs: 7 }],
  [429, detail("QuotaFailure", { violations: [{ quotaId: "RequestsPerDay-FreeTier" }] }), { kind: "quotaExceeded" }],
  [429, detail("QuotaFailure", { violations: [{ quotaId: "RequestsPerMinute" }] }), { kind: "rateLimited" }],
  [500, {}, { kind: "server" }],
  [503, {}, { kind: "overloaded" }],
  [504, {}, { kind: "unexpectedStatus" }],
])("status %i with %o is %o, whether its body is an object or a list of one", (status, error, expected) => {
  for (const body of [{ error }, [{ error }]]) {
    const failure = classifyGeminiReply({ status, headers: {}, body: JSON.stringify(body), delayMs: 7 });
    expect(failure).toMatchObject(expected);
  }
});
