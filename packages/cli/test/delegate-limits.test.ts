import { step, type Reply } from "@heddle/testkit";
import { expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";

interface EndedTurn {
  readonly id: string;
  readonly status: string;
  readonly error: unknown;
}

const call = (n: number): Reply => [step.shellCommand(`call_${n}`, "true", { login: false })];
/** A reviewer that never has enough: each reply uses 120 tokens and one call. */
const RESTLESS = Array.from({ length: 50 }, (_, n) => call(n));
const ok: Reply = [step.text("ok")];

async function review(heddle: TestHeddle, threadId: string): Promise<EndedTurn> {
  const params = { threadId, target: { type: "custom", instructions: "look" } };
  const { turn } = (await heddle.client.request("review/start", params)) as { turn: EndedTurn };
  return ended(heddle, turn.id);
}

async function ended(heddle: TestHeddle, id: string): Promise<EndedTurn> {
  const { turn } = await heddle.client.hear("turn/completed", ({ turn: said }) => (said as EndedTurn).id === id);
  return turn as EndedTurn;
}

function warnings({ client }: TestHeddle): unknown[] {
  return client.heard.flatMap(({ method, params }) =>
    method === "warning" && "limit" in params ? [params["limit"]] : [],
  );
}

test("the limits of a turn hold for its reviewer, which is stopped, and each is told once", async () => {
  await using heddle = await startHeddle({
    script: RESTLESS,
    config: "[limits.turn]\ntokens = { soft = 100, hard = 300 }",
  });
  const threadId = await heddle.startThread({ approvalPolicy: "never" });
  const limit = { scope: "turn", kind: "tokens", used: 360, max: 300 };
  expect(await review(heddle, threadId)).toMatchObject({ status: "failed", error: { limit } });
  expect(warnings(heddle)).toEqual([{ scope: "turn", kind: "tokens", used: 120, max: 300 }]);
  expect(heddle.model.requests).toHaveLength(3);
});

test("a reviewer may call as many tools as the turn may", async () => {
  await using heddle = await startHeddle({ script: RESTLESS, config: "[limits.turn]\ntool_calls = 2" });
  const turn = await review(heddle, await heddle.startThread({ approvalPolicy: "never" }));
  expect(turn.error).toMatchObject({ limit: { scope: "turn", kind: "toolCalls", used: 2, max: 2 } });
});

test("what a reviewer and a compaction use counts for the thread, in later processes too", async () => {
  const config = "[limits.thread]\ntokens = { soft = 300, hard = 350 }";
  await using first = await startHeddle({ script: [ok], config });
  const threadId = await first.startThread();
  await first.runTurn(threadId, "hi");
  await first.client.request("thread/compact/start", { threadId });
  expect((await ended(first, "1")).status).toBe("completed");
  expect(warnings(first)).toEqual([]);
  expect((await review(first, threadId)).status).toBe("completed");
  const used = { scope: "thread", kind: "tokens", used: 360, max: 350 };
  expect(warnings(first)).toEqual([used]);
  const path = (await first.runtime.engine.store.find(threadId)) ?? "";
  await first.runtime.close();

  await using next = await startHeddle({ script: [ok], config });
  await next.client.request("thread/resume", { threadId, path });
  expect(await next.runTurn(threadId, "more")).toMatchObject({ status: "failed", error: { limit: used } });
  expect(next.model.requests).toEqual([]);
});

test("a reviewer's money is that of its own model, and told where its price is not known", async () => {
  const prices = '[model_prices."gpt-5.1-codex"]\ninput = 1000\noutput = 5000\n[limits.turn]\nusd = 0.5';
  const script = RESTLESS;
  await using priced = await startHeddle({ script, config: `review_model = "gpt-5.1-codex"\n${prices}` });
  // 100 tokens in and 20 out cost 0.2 dollars.
  expect((await review(priced, await priced.startThread({ approvalPolicy: "never" }))).error).toMatchObject({
    limit: { kind: "usd", used: expect.closeTo(0.6), max: 0.5 },
  });
  await using unknown = await startHeddle({ script: [ok], config: `review_model = "gpt-5.1"\n${prices}` });
  await review(unknown, await unknown.startThread());
  await unknown.client.hear("warning", ({ message }) => String(message).includes('add [model_prices."gpt-5.1"]'));
});

test("judgements of commands count, and are not asked for when the limit is used up", async () => {
  const judgement = step.text('{"description":"Makes an empty file.","risk_level":"low"}');
  await using heddle = await startHeddle({
    script: [[step.shellCommand("call_1", "touch a"), step.shellCommand("call_2", "touch b")], [judgement], ok],
    config: "[features]\nexperimental_sandbox_command_assessment = true\n[limits.turn]\ntokens = 230",
  });
  const risks: unknown[] = [];
  heddle.client.answer("item/commandExecution/requestApproval", ({ risk }) => {
    risks.push(risk);
    return { decision: "decline" };
  });
  const threadId = await heddle.startThread({ approvalPolicy: "unlessTrusted", sandbox: "workspaceWrite" });
  const turn = await heddle.runTurn(threadId, "make them");
  expect(turn.error).toMatchObject({ limit: { scope: "turn", kind: "tokens", used: 240, max: 230 } });
  expect(risks).toEqual([{ description: "Makes an empty file.", riskLevel: "low" }, null]);
  expect(heddle.model.requests).toHaveLength(2);
});
