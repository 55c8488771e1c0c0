import { turnId } from "@heddle/protocol";
import { step, type Reply } from "@heddle/testkit";
import { expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";

const call = (n: number): Reply => [step.shellCommand(`call_${n}`, "true", { login: false })];
/** A model that never has enough: each reply uses 120 tokens. */
const RESTLESS = Array.from({ length: 50 }, (_, n) => call(n));

function warnings(heddle: TestHeddle): unknown[] {
  return heddle.client.heard.flatMap(({ method, params }) =>
    method === "warning" && "limit" in params ? [params["limit"]] : [],
  );
}

test("at a hard limit the turn ends as failed and says which limit it was; the thread goes on", async () => {
  await using heddle = await startHeddle({
    script: [...RESTLESS.slice(0, 3), [step.text("fine")]],
    config: "[limits.turn]\ntokens = 300",
  });
  const threadId = await heddle.startThread({ approvalPolicy: "never" });
  const limit = { scope: "turn", kind: "tokens", used: 360, max: 300 };
  const message =
    "the turn has used 360 tokens of 300 tokens (limits.turn.tokens); the thread can go on with another turn";
  const turn = await heddle.runTurn(threadId, "go");
  expect(turn).toMatchObject({ status: "failed", error: { message, codexErrorInfo: "other", limit } });
  // The third response asked for a tool that did not run any more.
  expect(turn.items.filter((item) => (item as { type: string }).type === "commandExecution")).toHaveLength(2);
  expect((await heddle.runTurn(threadId, "again")).status).toBe("completed");
  const answer = (await heddle.client.request("thread/resume", { threadId })) as { thread: { turns: unknown[] } };
  expect(answer.thread.turns[0]).toMatchObject({ status: "failed", error: { limit } });
});

test("a soft limit is told once in a turn, and the turn goes on", async () => {
  await using heddle = await startHeddle({
    script: [...RESTLESS.slice(0, 4), [step.text("done")]],
    config: "[limits.turn]\ntool_calls = { soft = 2, hard = 10 }",
  });
  const threadId = await heddle.startThread({ approvalPolicy: "never" });
  expect((await heddle.runTurn(threadId, "go")).status).toBe("completed");
  expect(warnings(heddle)).toEqual([{ scope: "turn", kind: "toolCalls", used: 2, max: 10 }]);
});

test("so many tools may be called, and not one more", async () => {
  await using heddle = await startHeddle({ script: RESTLESS, config: "[limits.turn]\ntool_calls = 2" });
  const threadId = await heddle.startThread({ approvalPolicy: "never" });
  const turn = await heddle.runTurn(threadId, "go");
  expect(turn.error).toMatchObject({ limit: { scope: "turn", kind: "toolCalls", used: 2, max: 2 } });
  expect(turn.items.filter((item) => (item as { type: string }).type === "commandExecution")).toHaveLength(2);
});

test("time that runs out stops a command, and its item completes", async () => {
  await using heddle = await startHeddle({
    script: [[step.shellCommand("call_1", "sleep 300", { login: false, timeout_ms: 300_000 })]],
    config: "[limits.turn]\nwall_seconds = 0.3",
  });
  const threadId = await heddle.startThread({ approvalPolicy: "never", sandbox: "dangerFullAccess" });
  const turn = await heddle.runTurn(threadId, "sleep");
  const message = expect.stringMatching(/^the turn has used \d+(\.\d)? seconds of 0\.3 seconds /);
  expect(turn).toMatchObject({ status: "failed", error: { message, limit: { kind: "wallSeconds", max: 0.3 } } });
  // Where the machine is so slow that the command has not begun by then, there is no item of it.
  const [, command = { type: "commandExecution", status: "failed", exitCode: -1 }] = turn.items;
  expect(command).toMatchObject({ type: "commandExecution", status: "failed", exitCode: -1 });
});

test("a thread's limits count all its turns, in other processes too, and those that were taken back", async () => {
  const config = "[limits.thread]\ntokens = { soft = 200, hard = 240 }";
  await using heddle = await startHeddle({ script: [[step.text("one")]], config });
  const threadId = await heddle.startThread();
  expect((await heddle.runTurn(threadId, "1")).status).toBe("completed");
  const [thread] = heddle.runtime.engine.loadedThreads();
  await thread?.revert(turnId("0"));
  expect((await heddle.runTurn(threadId, "2")).status).toBe("completed");
  expect(warnings(heddle)).toEqual([{ scope: "thread", kind: "tokens", used: 240, max: 240 }]);
  await heddle.runtime.close();

  await using next = await startHeddle({ script: [[step.text("never asked")]], config });
  await next.client.request("thread/resume", { threadId, path: thread?.identity.path ?? "" });
  expect(await next.runTurn(threadId, "3")).toMatchObject({
    status: "failed",
    error: { limit: { scope: "thread", kind: "tokens", used: 240, max: 240 } },
  });
  expect(next.model.requests).toEqual([]);
});

test("turn/start narrows the limits for its turn alone, and cannot widen them", async () => {
  await using heddle = await startHeddle({ script: RESTLESS, config: "[limits.turn]\ntool_calls = 3" });
  const threadId = await heddle.startThread({ approvalPolicy: "never" });
  const maxOf = async (limits: object) =>
    ((await heddle.runTurn(threadId, "go", { limits: { ...limits } })).error as { limit: { max: number } }).limit.max;
  expect(await maxOf({ toolCalls: 1 })).toBe(1);
  expect(await maxOf({ toolCalls: { hard: 99 } })).toBe(3);
  await expect(heddle.runTurn(threadId, "go", { limits: { usd: -1 } })).rejects.toThrow(
    "limits.usd must not be below 0: -1",
  );
});

test("money is counted where the price of the model is known, and told where it is not", async () => {
  const prices = '[model_prices."gpt-5.1"]\ninput = 1000\noutput = 5000\n[limits.turn]\nusd = 0.5';
  await using priced = await startHeddle({ script: RESTLESS, config: prices });
  const threadId = await priced.startThread({ approvalPolicy: "never" });
  // 100 tokens in and 20 out cost 0.2 dollars.
  expect((await priced.runTurn(threadId, "go")).error).toMatchObject({
    limit: { kind: "usd", used: expect.closeTo(0.6), max: 0.5 },
  });
  await using unknown = await startHeddle({ script: [[step.text("done")]], config: "[limits.turn]\nusd = 0.5" });
  const other = await unknown.startThread();
  expect((await unknown.runTurn(other, "go")).status).toBe("completed");
  expect(
    await unknown.client.hear("warning", ({ message }) => String(message).includes("its price is not known")),
  ).toMatchObject({
    message: expect.stringContaining('add [model_prices."gpt-5.1-codex"]'),
  });
});

test("exec ends with 3 when a limit ends its turn", async () => {
  await using rig = await createRig({ script: RESTLESS });
  const { code, stderr } = await rig.run(["exec", "--max-tool-calls", "2", "go"]);
  expect(code).toBe(3);
  expect(stderr).toContain("limits.turn.tool_calls");
  expect((await rig.run(["exec", "--max-tokens", "-1", "go"])).code).toBe(2);
});
