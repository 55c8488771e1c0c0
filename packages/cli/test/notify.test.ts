import { step } from "@heddle/testkit";
import { readFile, watch } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";

/** Writes its last argument to a file of the folder that it runs in, whole or not at all. */
const PROGRAM = `notify = ["/bin/sh", "-c", 'printf %s "$2" > told.tmp; mv told.tmp told.json', "sh", "own"]\n`;

/** What the program was told, once it has written it down. */
async function told({ cwd }: TestHeddle, after: () => Promise<unknown>): Promise<unknown> {
  const stop = new AbortController();
  const changes = watch(cwd, { signal: stop.signal });
  await after();
  for await (const { filename } of changes) {
    if (filename !== "told.json") continue;
    stop.abort();
    break;
  }
  return JSON.parse(await readFile(join(cwd, "told.json"), "utf8")) as unknown;
}

test("the notify program is told of an answered turn, in one argument behind its own", async () => {
  await using heddle = await startHeddle({ config: PROGRAM, script: [[step.text("hi")], [step.text("bye")]] });
  const threadId = await heddle.startThread();
  await told(heddle, () => heddle.runTurn(threadId, "hello"));
  const second = await told(heddle, () => heddle.runTurn(threadId, "go"));
  expect(second).toEqual({
    type: "agent-turn-complete",
    "thread-id": threadId,
    "turn-id": "1",
    cwd: heddle.cwd,
    "input-messages": ["hello", "go"],
    "last-assistant-message": "bye",
  });
});

test("of a thread too long for an argument the newest messages are told", async () => {
  await using heddle = await startHeddle({ config: PROGRAM, script: [[step.text("x".repeat(200_000))]] });
  const threadId = await heddle.startThread();
  await told(heddle, () => heddle.runTurn(threadId, "y".repeat(60_000)));
  const second = (await told(heddle, () => heddle.runTurn(threadId, "z".repeat(60_000)))) as Record<string, string>;
  expect(second["input-messages"]).toEqual(["z".repeat(60_000)]);
  expect(second["last-assistant-message"]).toHaveLength(16_384);
});

test("a notify program that is not there is a warning", async () => {
  await using heddle = await startHeddle({
    config: 'notify = ["/no/such/program"]\n',
    script: [[step.text("hi")]],
  });
  const threadId = await heddle.startThread({ sandbox: "dangerFullAccess" });
  expect((await heddle.runTurn(threadId, "go")).status).toBe("completed");
  const { message } = await heddle.client.hear("warning");
  expect(message).toMatch(/^the notify program could not be started: .*ENOENT/);
});

test("a turn that fails, and a review, notify nobody", async () => {
  await using heddle = await startHeddle({
    config: 'notify = ["/no/such/program"]\n',
    script: [[step.http(400, "no")], [step.text("fine")], [step.text("hi")]],
  });
  const threadId = await heddle.startThread({ sandbox: "dangerFullAccess" });
  await heddle.runTurn(threadId, "one");
  await heddle.client.request("review/start", { threadId, target: { type: "uncommittedChanges" } });
  await heddle.client.hear("turn/completed", ({ turn }) => (turn as { id: string }).id === "1");
  await heddle.runTurn(threadId, "three");
  await heddle.client.hear("warning", ({ message }) => String(message).startsWith("the notify program"));
  const warnings = heddle.client.heard.filter(({ params }) => String(params["message"]).startsWith("the notify"));
  expect(warnings).toHaveLength(1);
});
