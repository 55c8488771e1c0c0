import { step, type Step } from "@heddle/testkit";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";

interface Body {
  readonly model: string;
  readonly instructions: string;
  readonly reasoning: unknown;
  readonly prompt_cache_key: string;
  readonly input: readonly { readonly type: string; readonly role?: string; readonly content?: unknown }[];
  readonly tools: readonly { readonly name?: string; readonly type: string }[];
}
interface Turn {
  readonly id: string;
  readonly status: string;
  readonly items: readonly unknown[];
  readonly error: unknown;
}

const bodies = (heddle: TestHeddle): Body[] => heddle.model.requests.map(({ body }) => body as Body);
const textOf = (item: Body["input"][number] | undefined): string =>
  (item?.content as { text: string }[] | undefined)?.[0]?.text ?? "";

const finding = (title: string, path: string): object => ({
  title,
  body: "First.\nSecond.",
  confidence_score: 0.9,
  priority: 1,
  code_location: { absolute_file_path: path, line_range: { start: 2, end: 3 } },
});
const answer = (...findings: object[]): Step =>
  step.text(
    JSON.stringify({
      findings,
      overall_correctness: "patch is incorrect",
      overall_explanation: "Needs work.",
      overall_confidence_score: 0.8,
    }),
  );

async function startReview(
  heddle: TestHeddle,
  threadId: string,
  params: Readonly<Record<string, string>> = {},
  target: Readonly<Record<string, string>> = { type: "uncommittedChanges" },
): Promise<{ turn: Turn; reviewThreadId: string }> {
  return (await heddle.client.request("review/start", { threadId, target, ...params })) as never;
}

async function endOf(heddle: TestHeddle, turnId: string): Promise<Turn> {
  const { turn } = await heddle.client.hear("turn/completed", ({ turn: said }) => (said as Turn).id === turnId);
  return turn as Turn;
}

/** The items of a turn in the order in which they were completed, as their type and text. */
function itemsOf(heddle: TestHeddle, turnId: string): [type: string, text: unknown][] {
  return heddle.client.heard
    .filter(({ method, params }) => method === "item/completed" && params["turnId"] === turnId)
    .map(({ params }) => {
      const { type, text, review, command } = params["item"] as Record<string, string>;
      return [type ?? "", text ?? review ?? command];
    });
}

test("a review runs in a thread of its own, which can only read and has none of the user's instructions", async () => {
  await using heddle = await startHeddle({ script: [[answer()]], files: { "AGENTS.md": "project rules" } });
  const threadId = await heddle.startThread({ sandbox: "workspaceWrite" });
  const { turn, reviewThreadId } = await startReview(heddle, threadId);
  expect(reviewThreadId).toBe(threadId);
  expect(turn).toEqual({
    id: turn.id,
    items: [{ type: "userMessage", id: turn.id, content: [{ type: "text", text: "current changes" }] }],
    status: "inProgress",
    error: null,
  });
  expect((await endOf(heddle, turn.id)).status).toBe("completed");

  const [request] = heddle.model.requests;
  const [body] = bodies(heddle);
  expect(request?.headers["x-openai-subagent"]).toBe("review");
  expect(body).toMatchObject({ model: "gpt-5.1-codex-max", reasoning: { effort: "low", summary: "detailed" } });
  expect(body?.instructions).toContain("You review a change");
  expect(body?.prompt_cache_key).not.toBe(threadId);
  expect(body?.tools.map(({ name }) => name)).not.toContain("view_image");
  expect(body?.input).toHaveLength(2);
  expect(textOf(body?.input[0])).toContain("<sandbox_mode>read-only</sandbox_mode>");
  const rollout = await heddle.runtime.engine.store.find(body?.prompt_cache_key ?? "");
  const [meta] = (await readFile(rollout ?? "", "utf8")).split("\n");
  expect(JSON.parse(meta ?? "")).toMatchObject({ payload: { source: { subagent: "review" } } });
});

test("its findings are shown as the end of the review and as a message, and the thread knows them", async () => {
  const rendered =
    "Needs work.\n\nFull review comments:\n\n- One — /a.ts:2-3\n  First.\n  Second.\n\n- Two — /b.ts:2-3\n  First.\n  Second.";
  await using heddle = await startHeddle({
    script: [[answer(finding("One", "/a.ts"), finding("Two", "/b.ts"))], [step.text("ok")]],
  });
  const threadId = await heddle.startThread();
  const { turn } = await startReview(heddle, threadId);
  await endOf(heddle, turn.id);
  expect(itemsOf(heddle, turn.id)).toEqual([
    ["enteredReviewMode", "current changes"],
    ["userMessage", undefined],
    ["exitedReviewMode", rendered],
    ["agentMessage", rendered],
  ]);
  expect(heddle.client.heard.filter(({ method }) => method === "item/agentMessage/delta")).toEqual([]);

  await heddle.runTurn(threadId, "fix them");
  const input = bodies(heddle)[1]?.input.slice(1) ?? [];
  expect(input.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
  expect(textOf(input[0])).toMatch(/^<user_action>[^]*<action>review<\/action>[^]*- One — [^]*<\/user_action>$/);
  expect(textOf(input[1])).toBe(rendered);
});

test.each([
  ["an object in other text", 'Here:\n{"findings":[],"overall_explanation":"Fine."}\nBye', "Fine."],
  ["plain text", "All fine.", "All fine."],
  ["nothing", "", "The reviewer gave no result."],
])("a review that is %s", async (_what, said, shown) => {
  await using heddle = await startHeddle({ script: [[step.text(said)]] });
  const threadId = await heddle.startThread();
  const { turn } = await startReview(heddle, threadId);
  await endOf(heddle, turn.id);
  expect(itemsOf(heddle, turn.id).slice(-2)).toEqual([
    ["exitedReviewMode", shown],
    ["agentMessage", shown],
  ]);
});

test("what the reviewer says on its way is a message once it says more", async () => {
  await using heddle = await startHeddle({
    script: [[step.text("looking"), step.shellCommand("call_1", "cat a.txt")], [step.text("fine")]],
    files: { "a.txt": "x" },
  });
  const threadId = await heddle.startThread();
  const { turn } = await startReview(heddle, threadId);
  await endOf(heddle, turn.id);
  expect(itemsOf(heddle, turn.id)).toEqual([
    ["enteredReviewMode", "current changes"],
    ["userMessage", undefined],
    ["commandExecution", "/bin/bash -lc 'cat a.txt'"],
    ["agentMessage", "looking"],
    ["exitedReviewMode", "fine"],
    ["agentMessage", "fine"],
  ]);
});

test("what the reviewer asks is put to the thread's client under the review's turn", async () => {
  await using heddle = await startHeddle({
    script: [[step.shellCommand("call_1", "touch made.txt")], [step.text("fine")]],
  });
  heddle.client.answer("item/commandExecution/requestApproval", () => ({ decision: "decline" }));
  const threadId = await heddle.startThread({ approvalPolicy: "unlessTrusted" });
  const { turn } = await startReview(heddle, threadId);
  await endOf(heddle, turn.id);
  expect(await heddle.client.hear("item/commandExecution/requestApproval")).toMatchObject({
    threadId,
    turnId: turn.id,
    itemId: "call_1",
  });
  const declined = heddle.client.heard.find(
    ({ method, params }) => method === "item/completed" && (params["item"] as { id: string }).id === "call_1",
  );
  expect(declined?.params).toMatchObject({ threadId, turnId: turn.id, item: { status: "declined" } });
});

test("an interrupted review says so, leaves nothing running, and the thread goes on", async () => {
  await using heddle = await startHeddle({
    script: [[step.shellCommand("call_1", "echo started; sleep 60", { timeout_ms: 90_000 })], [step.text("ok")]],
  });
  const threadId = await heddle.startThread();
  const { turn } = await startReview(heddle, threadId);
  await heddle.client.hear("item/commandExecution/outputDelta");
  await heddle.client.request("turn/interrupt", { threadId, turnId: turn.id });
  expect((await endOf(heddle, turn.id)).status).toBe("interrupted");
  const sentence = "The review was interrupted before it had a result. Start it again to get one.";
  expect(itemsOf(heddle, turn.id).slice(-2)).toEqual([
    ["exitedReviewMode", sentence],
    ["agentMessage", sentence],
  ]);
  await heddle.runTurn(threadId, "more");
  expect(textOf(bodies(heddle)[1]?.input[1])).toMatch(/<results>\n {2}None\.\n/);
});

test("a review whose model fails is a failed turn that has left review mode", async () => {
  await using heddle = await startHeddle({ script: [[step.http(400, '{"error":{"message":"no"}}')]] });
  const threadId = await heddle.startThread();
  const { turn } = await startReview(heddle, threadId);
  expect(await endOf(heddle, turn.id)).toMatchObject({ status: "failed", error: { codexErrorInfo: "other" } });
  expect(itemsOf(heddle, turn.id).map(([type]) => type)).toEqual([
    "enteredReviewMode",
    "userMessage",
    "exitedReviewMode",
    "agentMessage",
  ]);
});

test("the thread's own usage is not that of its reviewer", async () => {
  await using heddle = await startHeddle({
    script: [
      [step.usage({ input: 5_000 }), step.text("fine")],
      [step.usage({ input: 70 }), step.text("ok")],
    ],
  });
  const threadId = await heddle.startThread();
  const { turn } = await startReview(heddle, threadId);
  await endOf(heddle, turn.id);
  const path = (await heddle.runtime.engine.store.find(threadId)) ?? "";
  expect((await heddle.runtime.engine.readThread(path)).usage).toBeNull();
  await heddle.runTurn(threadId, "more");
  const totals = heddle.client.heard
    .filter(({ method }) => method === "thread/tokenUsage/updated")
    .map(({ params }) => (params["tokenUsage"] as { total: { totalTokens: number } }).total.totalTokens);
  expect(totals).toEqual([5_020, 90]);
});

test("a detached review runs on a copy of the thread, told of before the answer, and leaves the thread alone", async () => {
  await using heddle = await startHeddle({ script: [[step.text("hello")], [answer()], [step.text("more")]] });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "hi");
  const { turn, reviewThreadId } = await startReview(
    heddle,
    threadId,
    { delivery: "detached" },
    { type: "commit", sha: "1234567deadbeef", title: " Polish " },
  );
  expect(reviewThreadId).not.toBe(threadId);
  expect(turn.items).toMatchObject([{ content: [{ text: "commit 1234567: Polish" }] }]);
  expect(
    heddle.client.heard.map(({ method, params }) => [method, (params["thread"] as { id: string } | undefined)?.id]),
  ).toContainEqual(["thread/started", reviewThreadId]);
  await endOf(heddle, turn.id);
  await heddle.runTurn(threadId, "more");
  expect(bodies(heddle).map(({ model, input }) => [model, input.length])).toEqual([
    ["gpt-5.1-codex", 2],
    ["gpt-5.1-codex-max", 2],
    ["gpt-5.1-codex", 4],
  ]);
});

test("a resumed thread has the review as it was", async () => {
  await using heddle = await startHeddle({ script: [[step.text("fine")]] });
  const threadId = await heddle.startThread();
  const { turn } = await startReview(heddle, threadId);
  await endOf(heddle, turn.id);
  const path = (await heddle.runtime.engine.store.find(threadId)) ?? "";
  const restored = await heddle.runtime.engine.readThread(path);
  expect(restored.turns(null)).toEqual([
    {
      id: turn.id,
      status: "completed",
      error: null,
      items: heddle.client.heard
        .filter(({ method, params }) => method === "item/completed" && params["turnId"] === turn.id)
        .map(({ params }) => params["item"]),
    },
  ]);
});

test.each([
  [{ type: "baseBranch", branch: " " }, "branch must not be empty"],
  [{ type: "commit", sha: "" }, "sha must not be empty"],
  [{ type: "custom", instructions: "\n" }, "instructions must not be empty"],
])("a target without its word is refused: %j", async (target, message) => {
  await using heddle = await startHeddle({ script: [] });
  const threadId = await heddle.startThread();
  await expect(heddle.client.request("review/start", { threadId, target })).rejects.toMatchObject({
    code: -32600,
    message,
  });
});

test("a review against a branch names the commit at which the work left it, or how to find it", async () => {
  await using heddle = await startHeddle({ script: [[step.text("fine")]] });
  const git = async (...args: readonly string[]): Promise<string> => {
    const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    return (await promisify(execFile)("git", [...identity, ...args], { cwd: heddle.cwd })).stdout.trim();
  };
  await git("init", "--quiet", "--initial-branch=main");
  await git("commit", "--quiet", "--allow-empty", "-m", "base");
  const base = await git("rev-parse", "HEAD");
  await git("checkout", "--quiet", "-b", "work");
  await git("commit", "--quiet", "--allow-empty", "-m", "work");
  const threadId = await heddle.startThread();
  for (const branch of ["main", "gone", "--output=x"]) {
    const { turn } = await startReview(heddle, threadId, {}, { type: "baseBranch", branch });
    await endOf(heddle, turn.id);
  }
  const prompts = bodies(heddle).map(({ input }) => textOf(input[1]));
  expect(prompts[0]).toContain(`git diff ${base}`);
  expect(prompts[1]).toContain("git merge-base HEAD");
  expect(prompts[2]).toContain("git merge-base HEAD");
  await expect(readFile(join(heddle.cwd, "x"))).rejects.toThrow("ENOENT");
});

test("a thread whose model is none of the presets is reviewed by that model, unless another one is configured", async () => {
  await using heddle = await startHeddle({ script: [[step.text("fine")]] });
  for (const [model, config] of [
    ["some-model", {}],
    ["some-model", { review_model: "other" }],
  ] as const) {
    const threadId = await heddle.startThread({ model, config });
    const { turn } = await startReview(heddle, threadId);
    await heddle.client.hear(
      "turn/completed",
      ({ threadId: of, turn: said }) => of === threadId && (said as Turn).id === turn.id,
    );
  }
  expect(bodies(heddle).map(({ model }) => model)).toEqual(["some-model", "other"]);
});
