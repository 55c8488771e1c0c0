import { step } from "@heddle/testkit";
import { expect, test } from "vitest";
import { startHeddle } from "./support/start-heddle.ts";

const RETRY_ONCE = "request_max_retries = 0\nstream_max_retries = 1";

test("a stream that breaks is announced and tried again; what was shown of it is completed", async () => {
  await using heddle = await startHeddle({
    script: [
      [step.text("par"), step.raw({ type: "response.output_text.delta", item_id: "x", delta: "tial" }), step.drop()],
      [step.text("whole")],
    ],
    provider: RETRY_ONCE,
  });
  const threadId = await heddle.startThread();
  const { status, items } = await heddle.runTurn(threadId, "go");
  expect(status).toBe("completed");
  expect(items.at(-1)).toMatchObject({ type: "agentMessage", text: "whole" });
  expect(heddle.client.heard.filter(({ method }) => method === "error").map(({ params }) => params)).toEqual([
    {
      error: {
        message: "Reconnecting... 1/1",
        codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: null } },
      },
      willRetry: true,
      threadId,
      turnId: "0",
    },
  ]);
});

test("a stream that breaks behind a tool call loses nothing and repeats nothing", async () => {
  await using heddle = await startHeddle({
    script: [
      [step.text("first"), step.shellCommand("c1", "echo run >> log.txt; cat log.txt"), step.drop()],
      [step.text("done")],
    ],
    provider: RETRY_ONCE,
  });
  const threadId = await heddle.startThread({ approvalPolicy: "never", sandbox: "workspaceWrite" });
  const { items } = await heddle.runTurn(threadId, "go");
  expect(items.map((item) => (item as { type: string }).type)).toEqual([
    "userMessage",
    "agentMessage",
    "commandExecution",
    "agentMessage",
  ]);
  const last = heddle.model.requests.at(-1)?.body as { input: { type: string; output?: string }[] } | undefined;
  const outputs = (last?.input ?? []).filter(({ type }) => type === "function_call_output");
  expect(outputs).toHaveLength(1);
  expect(outputs[0]?.output).toMatch(/Output:\nrun\n$/);
});

test("reasoning whose answer was lost with the stream is shown, and asked back by nobody", async () => {
  await using heddle = await startHeddle({
    script: [[step.reasoning("hm", { encrypted: "ENC" }), step.drop()], [step.text("done")], [step.text("more")]],
    provider: RETRY_ONCE,
  });
  const threadId = await heddle.startThread();
  const { items } = await heddle.runTurn(threadId, "go");
  expect(items.map((item) => (item as { type: string }).type)).toEqual(["userMessage", "reasoning", "agentMessage"]);
  const inputs = heddle.model.requests.map(({ body }) => (body as { input: { type: string }[] }).input);
  expect(inputs[1]).toEqual(inputs[0]);
  await heddle.runTurn(threadId, "more");
  expect(JSON.stringify(heddle.model.requests.at(-1)?.body)).not.toContain("ENC");
});

test("an interrupt ends a waiting retry at once", async () => {
  await using heddle = await startHeddle({
    script: [[step.http(429, { error: { message: "slow down" } }, { "retry-after": "60" })]],
    provider: RETRY_ONCE,
  });
  const threadId = await heddle.startThread();
  const { client } = heddle;
  const turn = heddle.runTurn(threadId, "go");
  await client.hear("error");
  await client.request("turn/interrupt", { threadId, turnId: "0" });
  expect((await turn).status).toBe("interrupted");
});

test("a failed turn ends with the error that was announced, and the thread goes on", async () => {
  await using heddle = await startHeddle({
    script: [[step.http(400, { error: { message: "bad" } })], [step.text("fine")]],
  });
  const threadId = await heddle.startThread();
  const { status, error } = await heddle.runTurn(threadId, "go");
  expect(status).toBe("failed");
  const [announced] = heddle.client.heard.filter(({ method }) => method === "error");
  expect(announced?.params["error"]).toEqual(error);
  expect(announced?.params["willRetry"]).toBe(false);
  expect((await heddle.runTurn(threadId, "again")).status).toBe("completed");
});
