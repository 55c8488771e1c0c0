import { foldEvents, type StoredEvent } from "@heddle/core";
import type { ThreadItem } from "@heddle/protocol";
import { step, type Script } from "@heddle/testkit";
import fc from "fast-check";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";
import type { Heard } from "./support/wire.ts";

/** What a model may do in one response. */
const reply = fc.oneof(
  fc.constant([step.text("done")]),
  fc.constant([step.reasoning("thinking"), step.text("one ", { chunks: 3 })]),
  fc.integer({ min: 0, max: 3 }).map((n) => [step.shellCommand(`call_a${n}`, `echo ${n}; exit ${n}`)]),
  fc.constant([step.shellCommand("call_x", "true"), step.shellCommand("call_y", "echo two")]),
  fc.constant([step.customPatch("call_p", "*** Begin Patch\n*** Add File: made.txt\n+hello\n*** End Patch")]),
  fc.constant([step.customPatch("call_q", "*** Begin Patch\nnonsense\n*** End Patch")]),
  fc.constant([step.functionCall("call_u", "no_such_tool", {})]),
  fc.constant([step.text("half"), step.drop()]),
  fc.constant([step.shellCommand("call_d", "echo late"), step.drop()]),
  fc.constant([step.http(500, { error: { message: "broken" } })]),
  fc.constant([step.reasoning("why"), step.drop()]),
  // Beyond the limit at which the thread is compacted.
  fc.constant([step.shellCommand("call_z", "true"), step.usage({ input: 2_000 })]),
  fc.constant([step.text("much"), step.usage({ input: 2_000 })]),
);

/** What a client may do while a turn runs. */
const meddling = fc.constantFrom(
  "nothing",
  "interrupt",
  "steer",
  "interrupt twice",
  "compact",
  "review",
  "stop review",
);
const decisions = fc.constantFrom<unknown>("accept", "acceptForSession", "decline", "cancel", "approved", null);

test("whatever model and client do, items, turns and answers keep the laws, and the log tells what clients saw", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(reply, { minLength: 1, maxLength: 4 }),
      fc.array(meddling, { minLength: 1, maxLength: 3 }),
      fc.record({
        decision: decisions,
        approvalPolicy: fc.constantFrom("unlessTrusted", "onFailure", "onRequest", "never"),
        dialect: fc.constantFrom({}, { capabilities: {} }),
      }),
      async (replies, meddlings, { decision, approvalPolicy, dialect }) => {
        const script: Script = [...replies, [step.text("end")]];
        await using heddle = await startHeddle({
          ...dialect,
          script,
          config: "model_auto_compact_token_limit = 1500",
          provider: "request_max_retries = 0\nstream_max_retries = 1",
        });
        const { client } = heddle;
        client.answer("item/commandExecution/requestApproval", () => ({ decision }));
        client.answer("item/fileChange/requestApproval", () => ({ decision }));
        const threadId = await heddle.startThread({ approvalPolicy, sandbox: "workspaceWrite" });
        const started: string[] = [];
        for (const meddle of meddlings) await runMeddledTurn(heddle, threadId, meddle, started);
        await expectLaws(heddle, threadId, { started, isNewer: "capabilities" in dialect });
      },
    ),
    { numRuns: Number(process.env["HEDDLE_LAW_RUNS"] ?? 25) },
  );
}, 120_000);

async function runMeddledTurn(heddle: TestHeddle, threadId: string, meddle: string, started: string[]): Promise<void> {
  const { client } = heddle;
  const turn = async (text: string): Promise<string> => {
    const input = [{ type: "text", text }];
    const answer = (await client.request("turn/start", { threadId, input })) as { turn: { id: string } };
    started.push(answer.turn.id);
    return answer.turn.id;
  };
  const id = await turn("go");
  const interrupt = (): Promise<unknown> => client.request("turn/interrupt", { threadId, turnId: id });
  if (meddle === "interrupt") await interrupt();
  if (meddle === "interrupt twice") await Promise.all([interrupt(), interrupt()]);
  if (meddle === "steer") await turn("and this");
  if (meddle === "compact") {
    await client.request("thread/compact/start", { threadId });
    started.push(String(started.length)); // turns are counted, and it answers with no id
  }
  if (meddle.endsWith("review")) {
    const target = { type: "custom", instructions: "look" };
    const answer = (await client.request("review/start", { threadId, target })) as { turn: { id: string } };
    started.push(answer.turn.id);
    if (meddle === "stop review") {
      await client.hear("turn/started", ({ turn: begun }) => (begun as { id: string }).id === answer.turn.id);
      await interrupt();
    }
  }
  for (const wanted of started) {
    await client.hear("turn/completed", ({ turn: ended }) => (ended as { id: string }).id === wanted);
  }
}

interface Expected {
  /** Ids of turns, in their order. */
  readonly started: readonly string[];
  /** Clients of December 2025 know compactions by another notification than those of items. */
  readonly isNewer: boolean;
}

async function expectLaws(heddle: TestHeddle, threadId: string, { started, isNewer }: Expected): Promise<void> {
  const events = heddle.client.heard.filter(({ params }) => params["threadId"] === threadId);
  const keys = (method: string): string[] =>
    events.filter((event) => event.method === method).map(({ params }) => itemKey(params));
  expect(keys("item/completed").toSorted()).toEqual(keys("item/started").toSorted());
  expect(new Set(keys("item/completed")).size).toBe(keys("item/completed").length);

  const turns = (method: string): string[] =>
    events.filter((event) => event.method === method).map(({ params }) => (params["turn"] as { id: string }).id);
  expect(turns("turn/started")).toEqual(started);
  expect(turns("turn/completed").toSorted()).toEqual(started.toSorted());

  for (const id of started) expectNothingOutside(events, id);
  const path = (await heddle.runtime.engine.store.find(threadId)) ?? "";
  await expectLogTellsTheSame(path, events, (item) => isNewer || item.type !== "contextCompaction");
}

/** Everything of a turn stands between its start and its end. */
function expectNothingOutside(events: readonly Heard[], id: string): void {
  const at = (method: string): number =>
    events.findIndex((event) => event.method === method && (event.params["turn"] as { id: string }).id === id);
  const inside = events.flatMap((event, index) => (event.params["turnId"] === id ? [index] : []));
  for (const index of inside) {
    expect(index).toBeGreaterThan(at("turn/started"));
    expect(index).toBeLessThan(at("turn/completed"));
  }
}

async function expectLogTellsTheSame(
  path: string,
  events: readonly Heard[],
  isTold: (item: ThreadItem) => boolean,
): Promise<void> {
  const lines = (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; payload: { event: StoredEvent } });
  const folded = foldEvents(lines.filter(({ type }) => type === "event").map(({ payload }) => payload.event));
  const shown = events.filter(({ method }) => method === "item/completed");
  for (const { id, items, end } of folded.turns) {
    const told = shown.filter(({ params }) => params["turnId"] === id).map(({ params }) => params["item"]);
    expect(sortedByKey(items.filter(isTold))).toEqual(sortedByKey(told));
    expect(end.type).toBe("ended");
  }
}

function sortedByKey(items: readonly unknown[]): unknown[] {
  return [...items].toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

function itemKey(params: Heard["params"]): string {
  const item = params["item"] as { type: string; id: string };
  return `${String(params["turnId"])}/${item.type}/${item.id}`;
}
