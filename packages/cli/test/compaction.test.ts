import { step, type Step } from "@heddle/testkit";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";
import type { Heard } from "./support/wire.ts";

interface Body {
  readonly instructions: string;
  readonly input: readonly { readonly type: string; readonly role?: string; readonly content?: unknown }[];
  readonly tools: readonly unknown[];
}

const bodies = (heddle: TestHeddle): Body[] => heddle.model.requests.map(({ body }) => body as Body);
const textOf = (item: Body["input"][number] | undefined): string =>
  (item?.content as { text: string }[] | undefined)?.[0]?.text ?? "";
/** What follows the context message of a request, in short. */
const gist = (body: Body | undefined): string[] =>
  (body?.input ?? []).slice(1).map((item) => (item.type === "message" ? textOf(item) : item.type));
const SUMMARY = /^Earlier work on this task[^]*\nSUM$/;
const LIMIT = "model_auto_compact_token_limit = 1000\n";
const usage = (input: number) => step.usage({ input, cached: 0, output: 10, reasoning: 0 });
const tooLong = step.raw({
  type: "response.failed",
  response: { id: "r", error: { code: "context_length_exceeded", message: "too long" } },
});
const tool: Step[] = [step.shellCommand("call_1", "echo one"), usage(2_000)];

/** Everything heard but what a machine without a whole sandbox says about that. */
const heardBy = ({ client }: TestHeddle): readonly Heard[] =>
  client.heard.filter(({ method, params }) => method !== "warning" || !String(params["message"]).includes("sandbox"));
const methodsOf = (heddle: TestHeddle, threadId: string): string[] =>
  heardBy(heddle)
    .filter(({ params }) => params["threadId"] === threadId)
    .map(({ method }) => method);
const warningsOf = (heddle: TestHeddle): unknown[] =>
  heardBy(heddle)
    .filter(({ method }) => method === "warning")
    .map(({ params }) => params["message"]);

/** Resumes a thread of one server, which ends, on another. */
async function resume(
  on: TestHeddle,
  from: TestHeddle,
  threadId: string,
  params: Readonly<Record<string, string>> = {},
): Promise<{ thread: { turns: unknown[] } }> {
  const path = (await from.runtime.engine.store.find(threadId)) ?? "";
  await from.runtime.close();
  const answer = await on.client.request("thread/resume", { threadId: "", path, cwd: from.cwd, ...params });
  return answer as { thread: { turns: unknown[] } };
}

test("a thread that has reached the limit is compacted in its turn, which then goes on", async () => {
  await using heddle = await startHeddle({
    config: LIMIT,
    script: [tool, [step.text("SUM"), usage(2_100)], [step.text("done")]],
  });
  const threadId = await heddle.startThread({ sandbox: "workspaceWrite" });
  const turn = await heddle.runTurn(threadId, "go");

  expect(turn.status).toBe("completed");
  expect(turn.items.map((item) => (item as { type: string }).type)).toEqual([
    "userMessage",
    "commandExecution",
    "agentMessage",
  ]);
  const [, asked, after] = bodies(heddle);
  expect(asked?.tools).toEqual([]);
  expect(asked?.instructions).toBe(after?.instructions);
  expect(gist(asked).slice(0, 3)).toEqual(["go", "function_call", "function_call_output"]);
  expect(gist(asked).at(-1)).toContain("Write a handover");
  expect(gist(after)).toEqual(["go", expect.stringMatching(SUMMARY)]);
  expect(textOf(after?.input[0])).toContain("<environment_context>");
  expect(methodsOf(heddle, threadId).slice(-9)).toEqual([
    "thread/tokenUsage/updated", // of the summarizing response
    "thread/tokenUsage/updated", // estimated
    "thread/compacted",
    "warning",
    "item/started",
    "item/agentMessage/delta",
    "item/completed",
    "thread/tokenUsage/updated",
    "turn/completed",
  ]);
});

test("usage after a compaction is the summary's own, then an estimate of what the next request takes", async () => {
  await using heddle = await startHeddle({
    config: LIMIT,
    script: [tool, [step.text("SUM"), usage(2_100)], [step.text("done")]],
  });
  const threadId = await heddle.startThread({ sandbox: "workspaceWrite", baseInstructions: "x".repeat(400) });
  await heddle.runTurn(threadId, "go");
  const usages = heddle.client.heard
    .filter(({ method }) => method === "thread/tokenUsage/updated")
    .map(({ params }) => (params["tokenUsage"] as { last: { totalTokens: number; inputTokens: number } }).last);
  expect(usages.slice(0, 2).map(({ totalTokens }) => totalTokens)).toEqual([2_010, 2_110]);
  expect(usages[2]?.inputTokens).toBe(0);
  // 100 tokens of instructions, and some 300 of context, message and summary.
  expect(usages[2]?.totalTokens).toBeGreaterThan(200);
  expect(usages[2]?.totalTokens).toBeLessThan(600);
});

test("after the final answer a full thread is compacted and the model is not asked again", async () => {
  await using heddle = await startHeddle({
    config: LIMIT,
    script: [[step.text("answer"), usage(2_000)], [step.text("SUM")], [step.text("next")]],
  });
  const threadId = await heddle.startThread();
  const turn = await heddle.runTurn(threadId, "go");
  expect(turn.items.map((item) => (item as { type: string }).type)).toEqual(["userMessage", "agentMessage"]);
  expect(heddle.model.requests).toHaveLength(2);
  await heddle.runTurn(threadId, "more");
  expect(gist(bodies(heddle)[2])).toEqual(["go", expect.stringMatching(SUMMARY), "more"]);
});

test("a long message compacts the thread before the first request of its turn, and is sent whole", async () => {
  await using heddle = await startHeddle({
    config: LIMIT,
    script: [[step.text("answer"), usage(500)], [step.text("SUM")], [step.text("done"), usage(900)]],
  });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "go");
  const long = "word ".repeat(600);
  await heddle.runTurn(threadId, long);
  expect(gist(bodies(heddle)[2])).toEqual(["go", expect.stringMatching(SUMMARY), long]);
});

test("what the model has not answered yet outlives a compaction as it was: long texts and images", async () => {
  await using heddle = await startHeddle({
    config: LIMIT,
    script: [[step.text("answer"), usage(500)], [step.text("SUM")], [step.text("done"), usage(900)]],
  });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "go");
  const long = "word ".repeat(30_000); // more than what is kept of all that was said before
  const image = { type: "image", url: "data:image/png;base64,AAAA" };
  await heddle.runTurn(threadId, "", { input: [{ type: "text", text: long }, image] });
  expect(bodies(heddle)[2]?.input.at(-1)?.content).toEqual([
    { type: "input_text", text: long },
    { type: "input_image", image_url: image.url },
  ]);
});

test("a request that is too long compacts once and is made again", async () => {
  await using heddle = await startHeddle({
    script: [[step.text("answer")], [tooLong, step.end()], [step.text("SUM")], [step.text("done")]],
  });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "one");
  const turn = await heddle.runTurn(threadId, "two");
  expect(turn.status).toBe("completed");
  expect(gist(bodies(heddle)[3])).toEqual(["one", expect.stringMatching(SUMMARY), "two"]);
});

test("a request that stays too long fails the turn after one compaction", async () => {
  await using heddle = await startHeddle({
    script: [[step.text("answer")], [tooLong, step.end()], [step.text("SUM")], [tooLong, step.end()]],
  });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "one");
  const turn = await heddle.runTurn(threadId, "two");
  expect(turn).toMatchObject({ status: "failed", error: { codexErrorInfo: "contextWindowExceeded" } });
  expect(heddle.model.requests).toHaveLength(4);
});

test("where the history is too long to be summed up, its oldest items are left out, ever more of them", async () => {
  const calls = [1, 2, 3].map((n) => step.shellCommand(`call_${n}`, `echo ${n}`));
  await using heddle = await startHeddle({
    config: LIMIT,
    script: [
      [...calls, usage(2_000)],
      [tooLong, step.end()],
      [tooLong, step.end()],
      [step.text("SUM")],
      [step.text("done")],
    ],
  });
  const threadId = await heddle.startThread({ sandbox: "workspaceWrite" });
  await heddle.runTurn(threadId, "go");
  const lengths = bodies(heddle).map(({ input }) => input.length);
  // context, "go", three calls with their outputs, the prompt; then without the context; then two fewer.
  expect(lengths).toEqual([2, 9, 8, 6, 3]);
  expect(warningsOf(heddle)[0]).toContain("3 oldest entries");
});

test("a thread that stays full is compacted at most twice in a row", async () => {
  const asks = (n: number): Step[] => [step.shellCommand(`call_${n}`, `echo ${n}`), usage(2_000)];
  await using heddle = await startHeddle({
    config: LIMIT,
    script: [asks(1), [step.text("SUM")], asks(2), [step.text("SUM")], asks(3), asks(4), [step.text("done")]],
  });
  const threadId = await heddle.startThread({ sandbox: "workspaceWrite" });
  expect((await heddle.runTurn(threadId, "go")).status).toBe("completed");
  expect(bodies(heddle).map(({ tools }) => tools.length === 0)).toEqual([
    false,
    true,
    false,
    true,
    false,
    false,
    false,
  ]);
});

test("a summary that is no shorter than what it replaces is not used", async () => {
  await using heddle = await startHeddle({
    config: LIMIT,
    script: [tool, [step.text("SUM ".repeat(4_000))], [step.text("done")]],
  });
  const threadId = await heddle.startThread({ sandbox: "workspaceWrite" });
  await heddle.runTurn(threadId, "go");
  expect(gist(bodies(heddle)[2])).toEqual(["go", "function_call", "function_call_output"]);
  expect(methodsOf(heddle, threadId)).not.toContain("thread/compacted");
  expect(warningsOf(heddle)).toEqual([expect.stringContaining("no shorter")]);
});

test("a compaction that fails is a warning, and the turn goes on with the whole history", async () => {
  await using heddle = await startHeddle({
    config: LIMIT,
    script: [tool, [step.http(400, '{"error":{"message":"no"}}')], [step.text("done")]],
  });
  const threadId = await heddle.startThread({ sandbox: "workspaceWrite" });
  expect((await heddle.runTurn(threadId, "go")).status).toBe("completed");
  expect(gist(bodies(heddle)[2])).toEqual(["go", "function_call", "function_call_output"]);
  expect(warningsOf(heddle)[0]).toContain("could not be compacted");
});

test("an open plan outlives compactions as the call that made it; a finished one goes", async () => {
  const plan = (status: string): Step => step.updatePlan("plan_1", [{ step: "build", status }]);
  for (const [status, kept] of [
    ["in_progress", ["go", expect.stringMatching(SUMMARY), "function_call", "function_call_output"]],
    ["completed", ["go", expect.stringMatching(SUMMARY)]],
  ] as const) {
    await using heddle = await startHeddle({
      config: LIMIT,
      script: [[step.text("hm"), plan(status), usage(2_000)], [step.text("SUM")], [step.text("done")]],
    });
    const threadId = await heddle.startThread();
    await heddle.runTurn(threadId, "go");
    expect(gist(bodies(heddle)[2])).toEqual(kept);
  }
});

test("developer text and instructions stand at the head of a compacted history, also of a resumed thread", async () => {
  await using first = await startHeddle({ script: [[step.text("answer")]], files: { "AGENTS.md": "project rules" } });
  const threadId = await first.startThread({ developerInstructions: "DEV" });
  await first.runTurn(threadId, "go");

  await using heddle = await startHeddle({ script: [[step.text("SUM")], [step.text("done")]] });
  await resume(heddle, first, threadId, { developerInstructions: "DEV" });
  await heddle.client.request("thread/compact/start", { threadId });
  await heddle.client.hear("turn/completed");
  await heddle.runTurn(threadId, "more");
  const last = bodies(heddle).at(-1);
  expect(last?.input.map(({ role }) => role)).toEqual(["developer", "user", "user", "user", "user", "user"]);
  expect(textOf(last?.input[1])).toContain("project rules");
});

test.each(["thread/compact", "thread/compact/start"])("%s is a turn of its own", async (method) => {
  await using heddle = await startHeddle({ script: [[step.text("answer")], [step.text("SUM")], [step.text("done")]] });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "go");
  const heardBefore = methodsOf(heddle, threadId).length;
  expect(await heddle.client.request(method, { threadId })).toEqual({});
  await heddle.client.hear("turn/completed", ({ turn }) => (turn as { id: string }).id === "1");
  expect(methodsOf(heddle, threadId).slice(heardBefore)).toEqual([
    "turn/started",
    "thread/tokenUsage/updated",
    "thread/tokenUsage/updated",
    "thread/compacted",
    "warning",
    "turn/completed",
  ]);
  await heddle.runTurn(threadId, "more");
  expect(gist(bodies(heddle)[2])).toEqual(["go", expect.stringMatching(SUMMARY), "more"]);
});

test("a compaction by hand that the model refuses fails its turn and changes nothing", async () => {
  await using heddle = await startHeddle({
    script: [[step.text("answer")], [step.http(400, '{"error":{"message":"no"}}')], [step.text("done")]],
  });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "go");
  await heddle.client.request("thread/compact", { threadId });
  const { turn } = await heddle.client.hear("turn/completed", ({ turn }) => (turn as { id: string }).id === "1");
  expect(turn).toMatchObject({ status: "failed", error: { message: expect.stringContaining("no") } });
  await heddle.runTurn(threadId, "more");
  expect(gist(bodies(heddle)[2])).toEqual(["go", "answer", "more"]);
});

test("a thread in which the model has said nothing is not compacted, and no request is made", async () => {
  await using heddle = await startHeddle({ script: [[step.text("answer")]] });
  const threadId = await heddle.startThread();
  await heddle.client.request("thread/compact", { threadId });
  expect(await heddle.client.hear("turn/completed")).toMatchObject({ turn: { status: "completed" } });
  expect(heddle.model.requests).toEqual([]);
  expect(warningsOf(heddle)).toEqual([expect.stringContaining("not compacted")]);
});

test("an interrupted compaction changes nothing, and what was said meanwhile is a turn of its own", async () => {
  let tell = (): void => {};
  const asked = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const replies = [[step.text("answer")], [step.gate(new Promise(() => {}))], [step.text("done")]];
  await using heddle = await startHeddle({
    script(_request, index) {
      if (index === 1) tell();
      return replies[index] ?? [];
    },
  });
  const threadId = await heddle.startThread();
  const { client } = heddle;
  await heddle.runTurn(threadId, "go");
  await client.request("thread/compact", { threadId });
  await asked;
  const later = heddle.runTurn(threadId, "more");
  await client.request("turn/interrupt", { threadId, turnId: "1" });
  expect((await later).status).toBe("completed");
  expect(
    client.heard
      .filter(({ method }) => method === "turn/started" || method === "turn/completed")
      .map(({ method, params: { turn } }) => [
        method,
        (turn as { id: string }).id,
        (turn as { status: string }).status,
      ]),
  ).toEqual([
    ["turn/started", "0", "inProgress"],
    ["turn/completed", "0", "completed"],
    ["turn/started", "1", "inProgress"],
    ["turn/completed", "1", "interrupted"],
    ["turn/started", "2", "inProgress"],
    ["turn/completed", "2", "completed"],
  ]);
  expect(gist(bodies(heddle)[2])).toEqual(["go", "answer", "more"]);
});

test("the configuration's own prompt is used in place of the built-in one", async () => {
  await using heddle = await startHeddle({
    config: 'compact_prompt = "Sum it up."\n',
    script: [[step.text("answer")], [step.text("SUM")]],
  });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "go");
  await heddle.client.request("thread/compact", { threadId });
  await heddle.client.hear("thread/compacted");
  expect(gist(bodies(heddle)[1]).at(-1)).toBe("Sum it up.");
});

test("what was dropped stays in the log, and a resumed thread has every item and the compacted history", async () => {
  await using heddle = await startHeddle({
    config: LIMIT,
    script: [tool, [step.text("SUM")], [step.text("done")], [step.text("again")]],
  });
  const threadId = await heddle.startThread({ sandbox: "workspaceWrite" });
  const turn = await heddle.runTurn(threadId, "go");
  const path = (await heddle.runtime.engine.store.find(threadId)) ?? "";
  const lines = (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; payload: { type?: string } });
  expect(lines.map(({ type, payload }) => (type === "response_item" ? payload.type : type))).toContain(
    "function_call_output",
  );
  expect(lines.find(({ type }) => type === "compacted")?.payload).toMatchObject({
    message: expect.stringMatching(SUMMARY),
  });

  await using other = await startHeddle({ script: [[step.text("again")]] });
  const { thread } = await resume(other, heddle, threadId, { sandbox: "workspaceWrite" });
  expect(thread.turns).toEqual([{ id: turn.id, items: turn.items, status: "completed", error: null }]);
  await other.runTurn(threadId, "more");
  expect(gist(bodies(other)[0]).slice(0, 4)).toEqual(["go", expect.stringMatching(SUMMARY), "done", "more"]);
});

/** A ChatGPT login, and a provider that is used with it. */
const CHATGPT = {
  homeFiles: {
    "auth.json": JSON.stringify({
      OPENAI_API_KEY: null,
      tokens: { id_token: "h.e30.s", access_token: "at", refresh_token: "rt", account_id: "acc_1" },
      last_refresh: "2999-01-01T00:00:00Z",
    }),
  },
  provider: "requires_openai_auth = true\nrequest_max_retries = 0\nstream_max_retries = 0",
};
const REMOTE = [
  { type: "message", role: "user", content: [{ type: "input_text", text: "kept" }] },
  { type: "compaction_summary", encrypted_content: "CMP==" },
];

test("with a ChatGPT login the provider compacts the history, and its answer is sent back as it is", async () => {
  await using heddle = await startHeddle({
    ...CHATGPT,
    script: ({ path }) =>
      path.endsWith("/responses/compact") ? [step.http(200, { output: REMOTE })] : [step.text("answer")],
  });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "go");
  await heddle.client.request("thread/compact", { threadId });
  await heddle.client.hear("thread/compacted");
  await heddle.runTurn(threadId, "more");
  const [, asked] = heddle.model.requests;
  expect(asked?.headers["chatgpt-account-id"]).toBe("acc_1");
  const { model, input, instructions, ...rest } = (asked?.body ?? {}) as Body & { model: string };
  expect(rest).toEqual({});
  expect([model, instructions]).toEqual(["gpt-5.1-codex", bodies(heddle)[0]?.instructions]);
  expect(input).toHaveLength(3);
  expect(bodies(heddle)[2]?.input.slice(0, 2)).toEqual(REMOTE);
  expect(textOf(bodies(heddle)[2]?.input[2])).toBe("more");
  const path = (await heddle.runtime.engine.store.find(threadId)) ?? "";
  expect((await heddle.runtime.engine.readThread(path)).history.slice(0, 2)).toEqual(REMOTE);
});

test.each([
  ["refuses", step.http(400, '{"error":{"message":"no"}}')],
  ["answers what nobody can read", step.http(200, "<html>")],
])("where the provider %s, the model is asked for a summary", async (_what, reply) => {
  await using heddle = await startHeddle({
    ...CHATGPT,
    script: ({ path }, index) =>
      path.endsWith("/responses/compact") ? [reply] : [step.text(index === 0 ? "answer" : "SUM")],
  });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "go");
  await heddle.client.request("thread/compact", { threadId });
  await heddle.client.hear("thread/compacted");
  expect(heddle.model.requests.map(({ path }) => path)).toEqual([
    "/v1/responses",
    "/v1/responses/compact",
    "/v1/responses",
  ]);
  expect(warningsOf(heddle)[0]).toMatch(/^Error running remote compact task: /);
});

test("without the feature, and without such a login, no provider is asked to compact", async () => {
  for (const setup of [{ ...CHATGPT, config: "[features]\nremote_compaction = false\n" }, {}]) {
    await using heddle = await startHeddle({ ...setup, script: [[step.text("answer")], [step.text("SUM")]] });
    const threadId = await heddle.startThread();
    await heddle.runTurn(threadId, "go");
    await heddle.client.request("thread/compact", { threadId });
    await heddle.client.hear("thread/compacted");
    expect(heddle.model.requests.map(({ path }) => path)).toEqual(["/v1/responses", "/v1/responses"]);
  }
});

test("a final answer that uses up a limit completes its turn, and no summary is asked for", async () => {
  await using heddle = await startHeddle({
    config: `${LIMIT}[limits.turn]\ntokens = 1500\n`,
    script: [[step.text("answer"), usage(2_000)]],
  });
  const threadId = await heddle.startThread();
  expect((await heddle.runTurn(threadId, "go")).status).toBe("completed");
  expect(heddle.model.requests).toHaveLength(1);
});
