import { request as httpRequest, type IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { startScriptedModel, step, type RecordedRequest, type Script, type Step } from "../src/index.ts";

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  /** Whether the reply came to its end. */
  readonly isWhole: boolean;
}

function post(baseUrl: string, body: object = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${baseUrl}/responses`, { method: "POST" }, (message) => {
      let text = "";
      message.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      message.on("error", () => {});
      message.on("close", () => {
        resolve({ status: message.statusCode ?? 0, headers: message.headers, text, isWhole: message.complete });
      });
    });
    request.on("error", reject).end(JSON.stringify(body));
  });
}

const events = ({ text }: Answer): unknown[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, json = ""]) => JSON.parse(json) as unknown);
const texts = (answer: Answer): unknown[] =>
  events(answer).flatMap((event) => (event as { readonly delta?: unknown }).delta ?? []);

async function answerOf(...steps: readonly Step[]): Promise<Answer> {
  await using model = await startScriptedModel([steps]);
  return await post(model.baseUrl);
}

test("a reply of every kind of item is a stream of the Responses API", async () => {
  const answer = await answerOf(
    step.reasoning("Plan", { raw: "hm", encrypted: "ENC" }),
    step.text("Hello", { chunks: 2 }),
    step.shellCommand("call_1", "ls", { workdir: "/" }),
    step.customPatch("call_2", "*** Begin Patch"),
    step.usage({ input: 7, cached: 3 }),
  );
  const reasoning = { type: "reasoning", id: "rs_0_0", encrypted_content: "ENC" };
  const message = { type: "message", role: "assistant", id: "msg_0_1" };
  expect(answer.headers["content-type"]).toBe("text/event-stream");
  expect(events(answer)).toEqual([
    { type: "response.created", response: { id: "resp_0" } },
    { type: "response.output_item.added", output_index: 0, item: { ...reasoning, summary: [] } },
    {
      type: "response.reasoning_summary_part.added",
      item_id: "rs_0_0",
      output_index: 0,
      summary_index: 0,
      part: { type: "summary_text", text: "" },
    },
    {
      type: "response.reasoning_summary_text.delta",
      item_id: "rs_0_0",
      output_index: 0,
      summary_index: 0,
      delta: "Plan",
    },
    { type: "response.reasoning_text.delta", item_id: "rs_0_0", output_index: 0, content_index: 0, delta: "hm" },
    {
      type: "response.output_item.done",
      output_index: 0,
      item: {
        ...reasoning,
        summary: [{ type: "summary_text", text: "Plan" }],
        content: [{ type: "reasoning_text", text: "hm" }],
      },
    },
    { type: "response.output_item.added", output_index: 1, item: { ...message, content: [] } },
    { type: "response.output_text.delta", item_id: "msg_0_1", output_index: 1, content_index: 0, delta: "Hel" },
    { type: "response.output_text.delta", item_id: "msg_0_1", output_index: 1, content_index: 0, delta: "lo" },
    {
      type: "response.output_item.done",
      output_index: 1,
      item: { ...message, content: [{ type: "output_text", text: "Hello", annotations: [] }] },
    },
    {
      type: "response.output_item.done",
      output_index: 2,
      item: {
        type: "function_call",
        id: "fc_0_2",
        call_id: "call_1",
        name: "shell_command",
        arguments: '{"command":"ls","workdir":"/"}',
      },
    },
    {
      type: "response.output_item.done",
      output_index: 3,
      item: {
        type: "custom_tool_call",
        id: "ctc_0_3",
        call_id: "call_2",
        name: "apply_patch",
        input: "*** Begin Patch",
      },
    },
    {
      type: "response.completed",
      response: {
        id: "resp_0",
        usage: {
          input_tokens: 7,
          input_tokens_details: { cached_tokens: 3 },
          output_tokens: 20,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: 27,
        },
      },
    },
  ]);
});

test("texts with any characters, also the marker of their place, arrive as they are", async () => {
  const chunks = ['""', '\n"quoted"\\', "Grüße 🧵", ""];
  expect(texts(await answerOf(step.text(chunks)))).toEqual(chunks);
});

test("replies are taken in order, and the last one stays", async () => {
  await using model = await startScriptedModel([[step.text("one")], [step.text("two")]]);
  const answers = [await post(model.baseUrl), await post(model.baseUrl), await post(model.baseUrl)];
  expect(answers.map(texts)).toEqual([["one"], ["two"], ["two"]]);
});

test("a function chooses the reply by the request", async () => {
  const script: Script = ({ body }: RecordedRequest, index) => [step.text(`${index} ${JSON.stringify(body)}`)];
  await using model = await startScriptedModel(script);
  expect(texts(await post(model.baseUrl, { a: 1 }))).toEqual(['0 {"a":1}']);
});

test("a stateless script goes by the number of tool outputs, so that threads can share a model", async () => {
  await using model = await startScriptedModel({ stateless: [[step.text("call")], [step.text("done")]] });
  const output = { type: "function_call_output", call_id: "c", output: "" };
  const answers = [await post(model.baseUrl, { input: [output] }), await post(model.baseUrl, { input: [] })];
  expect(answers.map(texts)).toEqual([["done"], ["call"]]);
});

test("an answer that is no stream has its status, headers and body", async () => {
  const { status, headers, text } = await answerOf(
    step.http(429, { error: { message: "slow" } }, { "retry-after": "2" }),
  );
  expect([status, headers["retry-after"], headers["content-type"], text]).toEqual([
    429,
    "2",
    "application/json",
    '{"error":{"message":"slow"}}',
  ]);
});

test("a dropped reply breaks after what was said, one that ends early ends in good order", async () => {
  const dropped = await answerOf(step.text("part"), step.drop(), step.text("never"));
  const ended = await answerOf(step.text("part"), step.end(), step.text("never"));
  expect([dropped.isWhole, texts(dropped), ended.isWhole, texts(ended)]).toEqual([false, ["part"], true, ["part"]]);
  expect(ended.text).not.toContain("response.completed");
});

test("limits are headers; raw events and bytes go out as they are", async () => {
  const primary = { usedPercent: 12.5, windowMinutes: 300, resetAt: 5 };
  const limited = await answerOf(step.raw({ type: "error", code: "x" }), step.rateLimits({ primary }));
  expect([limited.headers["x-codex-primary-used-percent"], events(limited)[1]]).toEqual([
    "12.5",
    { type: "error", code: "x" },
  ]);
  expect((await answerOf(step.bytes("data: [DONE]\n\n"))).text).toBe("data: [DONE]\n\n");
});

test("a gate holds the reply until it opens, and a client that leaves is seen", async () => {
  let open = (): void => {};
  const opens = new Promise<void>((resolve) => (open = resolve));
  await using model = await startScriptedModel([[step.text("a"), step.gate(opens), step.text("b")]]);
  const answer = post(model.baseUrl);
  while (model.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  open();
  expect(texts(await answer)).toEqual(["a", "b"]);
  expect(await model.requests[0]?.closed).toBe("answered");
});

test("a client that leaves ends the reply", async () => {
  await using model = await startScriptedModel([[step.text("a"), step.gate(new Promise(() => {}))]]);
  const request = httpRequest(`${model.baseUrl}/responses`, { method: "POST" }, () => request.destroy());
  request.on("error", () => {}).end("{}");
  while (model.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await model.requests[0]?.closed).toBe("aborted");
});

test("requests are recorded, and lists of models are answered without using up the script", async () => {
  await using model = await startScriptedModel([[step.text("one")]]);
  const list = await fetch(`${model.baseUrl}/models?x=1`).then((response) => response.json());
  await post(model.baseUrl, { model: "m" });
  expect(list).toEqual({ object: "list", data: [], models: [] });
  expect(model.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
    ["GET", "/v1/models?x=1", null],
    ["POST", "/v1/responses", { model: "m" }],
  ]);
});
