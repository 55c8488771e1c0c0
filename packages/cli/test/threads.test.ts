import { threadId as asThreadId } from "@heddle/protocol";
import { step } from "@heddle/testkit";
import { expect, test } from "vitest";
import { startHeddle } from "./support/start-heddle.ts";

const ANSWERS = [[step.text("one")], [step.text("two")]];
const outcome = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => "done",
    (error: unknown) => (error instanceof Error ? error.message : error),
  );

test("archives and resumes of one thread that come at once are served one after the other", async () => {
  await using heddle = await startHeddle({ script: ANSWERS });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "hello");
  const { client } = heddle;
  const missing = `no rollout found for conversation id ${threadId}`;
  const requests = ["thread/archive", "thread/resume", "thread/archive", "thread/resume"];
  const outcomes = await Promise.all(requests.map((method) => outcome(client.request(method, { threadId }))));
  expect(outcomes).toEqual(["done", missing, missing, missing]);
});

test("a thread that two clients resume at once is one thread", async () => {
  await using heddle = await startHeddle({ script: ANSWERS });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "hello");
  const path = (await heddle.runtime.engine.store.find(threadId)) ?? "";
  await using other = await startHeddle({ script: ANSWERS });
  const clients = [await other.connect(), await other.connect()];
  await heddle.runtime.close();

  const answers = await Promise.all(clients.map((client) => client.request("thread/resume", { threadId: "", path })));
  expect(answers).toMatchObject([{ thread: { id: threadId } }, { thread: { id: threadId } }]);
  await clients[0]?.request("turn/start", { threadId, input: [{ type: "text", text: "more" }] });
  for (const client of clients) await client.hear("turn/completed");
});

test("a resumed thread is shown as lists show it; what holds for it now stands beside it", async () => {
  await using heddle = await startHeddle({ script: ANSWERS });
  const { client } = heddle;
  const threadId = await heddle.startThread({ cwd: heddle.home });
  const input = ["one ", "two"].map((text) => ({ type: "text", text }));
  await client.request("turn/start", { threadId, input });
  await client.hear("turn/completed");
  await heddle.runtime.engine.unloadThread(asThreadId(threadId));
  const answer = await client.request("thread/resume", { threadId, excludeTurns: true });
  const { data } = (await client.request("thread/list", {})) as { data: unknown[] };
  const shown = expect.objectContaining({ id: threadId, preview: "one two", cwd: heddle.home });
  expect(data).toEqual([shown]);
  expect(answer).toMatchObject({ thread: data[0], cwd: heddle.cwd });
});
