import { step, type Reply } from "@heddle/testkit";
import { expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";
import type { WireClient } from "./support/wire.ts";

const NEWER = { capabilities: {} };

/** What a client hears of compactions, of usage and of the ends of turns, in short. */
function course({ heard }: WireClient): string[] {
  return heard.flatMap(({ method, params }) => {
    const item = params["item"] as { type: string; status?: string } | undefined;
    if (item !== undefined) return item.type === "contextCompaction" ? [`${method} ${item.status}`] : [];
    const isTold = ["thread/tokenUsage/updated", "thread/compacted", "turn/completed"].includes(method);
    return isTold ? [method] : [];
  });
}

/** Has a thread say something once, and be compacted then. */
async function compactOnce(heddle: TestHeddle, threadId: string): Promise<void> {
  await heddle.runTurn(threadId, "go");
  await heddle.client.request("thread/compact/start", { threadId });
  await heddle.client.hear("turn/completed", ({ turn }) => (turn as { id: string }).id === "1");
}

const failing: Reply = [step.http(400, '{"error":{"message":"no"}}')];

test("a compaction is an item of its turn for newer clients; those of December 2025 hear what they always heard", async () => {
  await using heddle = await startHeddle({ ...NEWER, script: [[step.text("answer")], [step.text("SUM")]] });
  const older = await heddle.connect();
  const threadId = await heddle.startThread();
  await older.request("thread/resume", { threadId });
  await compactOnce(heddle, threadId);
  const usage = "thread/tokenUsage/updated";
  expect(course(heddle.client)).toEqual([
    usage,
    "turn/completed",
    "item/started inProgress",
    usage, // of the summarizing response
    usage, // estimated
    "item/completed completed",
    "thread/compacted",
    "turn/completed",
  ]);
  expect(course(older)).toEqual([usage, "turn/completed", usage, usage, "thread/compacted", "turn/completed"]);

  const started = await heddle.client.hear("item/started", ({ turnId }) => turnId === "1");
  const completed = await heddle.client.hear("item/completed", ({ turnId }) => turnId === "1");
  const id = (started["item"] as { id: string }).id;
  expect(completed["item"]).toEqual({ type: "contextCompaction", id, status: "completed" });

  for (const [client, items] of [
    [heddle.client, [completed["item"]]],
    [older, []],
  ] as const) {
    const answer = (await client.request("thread/resume", { threadId })) as { thread: { turns: { items: unknown }[] } };
    expect(answer.thread.turns[1]?.items).toEqual(items);
    const listed = await client.request("thread/items/list", { threadId, turnId: "1" });
    expect(listed).toMatchObject({ data: items.map((item) => ({ turnId: "1", item })) });
  }
});

test("a compaction that comes to nothing is a failed item, and thread/compacted is not sent", async () => {
  await using heddle = await startHeddle({ ...NEWER, script: [[step.text("answer")], failing] });
  await compactOnce(heddle, await heddle.startThread());
  expect(course(heddle.client).slice(2)).toEqual([
    "item/started inProgress",
    "item/completed failed",
    "turn/completed",
  ]);
});

test("an interrupted compaction is a failed item before the end of its turn", async () => {
  let tell = (): void => {};
  const asked = new Promise<void>((resolve) => {
    tell = resolve;
  });
  await using heddle = await startHeddle({
    ...NEWER,
    script(_request, index) {
      if (index === 1) tell();
      return index === 0 ? [step.text("answer")] : [step.gate(new Promise(() => {}))];
    },
  });
  const threadId = await heddle.startThread();
  const done = compactOnce(heddle, threadId);
  await asked;
  await heddle.client.request("turn/interrupt", { threadId, turnId: "1" });
  await done;
  expect(course(heddle.client).slice(2)).toEqual([
    "item/started inProgress",
    "item/completed failed",
    "turn/completed",
  ]);
});

test("where nothing can be dropped there is no item", async () => {
  await using heddle = await startHeddle({ ...NEWER, script: [] });
  const threadId = await heddle.startThread();
  await heddle.client.request("thread/compact/start", { threadId });
  await heddle.client.hear("turn/completed");
  expect(course(heddle.client)).toEqual(["turn/completed"]);
});
