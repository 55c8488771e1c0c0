import type { JsonValue } from "@heddle/protocol";
import { step, type Step } from "@heddle/testkit";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";

const UNIFIED_EXEC = "[features]\nunified_exec = true\n";
const FREE = { approvalPolicy: "never", sandbox: "dangerFullAccess" };

const open = (callId: string, cmd: string, more: object = {}): Step =>
  step.functionCall(callId, "exec_command", { cmd, ...more });

/** What the model was given for a call. */
function outputOf(heddle: TestHeddle, callId: string): string {
  const inputs = heddle.model.requests.flatMap(({ body }) => (body as { input: Record<string, unknown>[] }).input);
  const found = inputs.find((item) => item["type"] === "function_call_output" && item["call_id"] === callId);
  return String(found?.["output"]);
}

function sessionOf(output: string): number {
  return Number(/^Process running with session ID (\d+)$/m.exec(output)?.[1]);
}

/** A script whose next reply depends on what the model has been given for an earlier call. */
function replies(...steps: readonly (Step[] | ((heddle: TestHeddle) => Step[]))[]) {
  return steps;
}

/** Runs a turn for each list of steps, so that later ones can name the session of an earlier one. */
async function inTurns(steps: ReturnType<typeof replies>, thread: Readonly<Record<string, JsonValue>> = FREE) {
  const script: Step[][] = [];
  const heddle = await startHeddle({ script, config: UNIFIED_EXEC });
  const threadId = await heddle.startThread(thread);
  const turns: unknown[] = [];
  for (const next of steps) {
    script.push(typeof next === "function" ? next(heddle) : next, [step.text("done")]);
    turns.push(await heddle.runTurn(threadId, "go"));
  }
  return { heddle, threadId, turns };
}

const heard = (heddle: TestHeddle, method: string): unknown[] =>
  heddle.client.heard.filter((message) => message.method === method).map(({ params }) => params);

test("the feature offers both tools in the place of the shell, and older names are still served", async () => {
  const { heddle } = await inTurns([[step.shellCommand("c1", "echo served")]]);
  await using _ = heddle;
  const [names] = heddle.model.requests.map(({ body }) =>
    (body as { tools: { name?: string }[] }).tools.map(({ name }) => name),
  );
  expect(names?.slice(0, 2)).toEqual(["exec_command", "write_stdin"]);
  expect(names).not.toContain("shell_command");
  expect(outputOf(heddle, "c1")).toContain("served");
});

test("a command that ends within its time is told as a whole, with its code, in a terminal without colours", async () => {
  const cmd = 'stty size; echo "$TERM $NO_COLOR $PAGER $LC_ALL"; exit 3';
  const { heddle, turns } = await inTurns([[open("c1", cmd, { login: false })]]);
  await using _ = heddle;
  expect(outputOf(heddle, "c1")).toMatch(
    /^Chunk ID: [0-9a-f]{6}\nWall time: \d+\.\d{4} seconds\nProcess exited with code 3\nOriginal token count: 7\nOutput:\n24 80\r\ndumb 1 cat C\.UTF-8\r\n$/,
  );
  expect(turns).toMatchObject([
    {
      items: [
        {},
        {
          type: "commandExecution",
          id: "c1",
          processId: expect.stringMatching(/^\d{4,5}$/),
          status: "failed",
          exitCode: 3,
          aggregatedOutput: "24 80\r\ndumb 1 cat C.UTF-8\r\n",
          sandbox: "none",
        },
        {},
      ],
    },
  ]);
});

test("a process outlives its turn, is typed to in the next one, and its item ends once, when it ends", async () => {
  const { heddle, threadId } = await inTurns([
    [open("c1", "read name; echo hello $name; read; exit 4", { login: false, yield_time_ms: 250 })],
    (so) => [step.functionCall("c2", "write_stdin", { session_id: sessionOf(outputOf(so, "c1")), chars: "world\n" })],
  ]);
  await using _ = heddle;
  const session = sessionOf(outputOf(heddle, "c1"));
  expect(outputOf(heddle, "c2")).toMatch(
    /Process running with session ID \d+\n.*\nOutput:\nworld\r\nhello world\r\n$/s,
  );
  expect(heard(heddle, "item/commandExecution/terminalInteraction")).toEqual([
    { threadId, turnId: "1", itemId: "c1", processId: String(session), stdin: "world\n" },
  ]);
  const ofCommand = (params: unknown): boolean => (params as { item: { id: string } }).item.id === "c1";
  expect(heard(heddle, "item/completed").filter(ofCommand)).toEqual([]);
  const { thread } = (await heddle.client.request("thread/read", { threadId, includeTurns: true })) as {
    thread: { turns: { items: { id: string; status?: string }[] }[] };
  };
  expect(thread.turns[0]?.items.find(({ id }) => id === "c1")?.status).toBe("inProgress");

  const end = heddle.client.hear("item/completed", ofCommand);
  await heddle.runtime.engine.thread(threadId as never).close();
  expect(await end).toMatchObject({ turnId: "0", item: { id: "c1", status: "failed", exitCode: -1 } });
  expect(heard(heddle, "item/completed").filter(ofCommand)).toHaveLength(1);
});

test("what ended in the meantime is told at the next poll, and its session is gone then", async () => {
  const poll = (callId: string) => (so: TestHeddle) => [
    step.functionCall(callId, "write_stdin", { session_id: sessionOf(outputOf(so, "c1")), yield_time_ms: 10_000 }),
  ];
  const { heddle } = await inTurns([
    [open("c1", "sleep 0.4; echo late; exit 5", { login: false, yield_time_ms: 250 })],
    poll("c2"),
    poll("c3"),
  ]);
  await using _ = heddle;
  expect(outputOf(heddle, "c2")).toMatch(/\nProcess exited with code 5\n.*\nOutput:\nlate\r\n$/s);
  const session = sessionOf(outputOf(heddle, "c1"));
  expect(outputOf(heddle, "c3")).toBe(`write_stdin failed: UnknownSessionId { process_id: "${session}" }`);
  expect(heard(heddle, "item/completed")).toContainEqual(
    expect.objectContaining({ item: expect.objectContaining({ id: "c1", exitCode: 5, aggregatedOutput: "late\r\n" }) }),
  );
});

test("interrupting a turn leaves its processes alone", async () => {
  const script: Step[][] = [[open("c1", "echo up; read; exit 6", { login: false, yield_time_ms: 30_000 })]];
  await using heddle = await startHeddle({ script, config: UNIFIED_EXEC });
  const threadId = await heddle.startThread(FREE);
  const turn = heddle.runTurn(threadId, "go");
  await heddle.client.hear("item/commandExecution/outputDelta");
  await heddle.client.request("turn/interrupt", { threadId, turnId: "0" });
  expect(await turn).toMatchObject({ status: "interrupted" });
  script.push([step.text("noted")]);
  await heddle.runTurn(threadId, "and now?");
  const session = sessionOf(outputOf(heddle, "c1"));
  script.push([step.functionCall("c2", "write_stdin", { session_id: session, chars: "\n", yield_time_ms: 30_000 })]);
  script.push([step.text("done")]);
  await heddle.runTurn(threadId, "go on");
  expect(outputOf(heddle, "c2")).toContain("Process exited with code 6");
});

test("output beyond the budget loses its middle, and says how much there was", async () => {
  const { heddle } = await inTurns([[open("c1", "seq 1 3000", { login: false, max_output_tokens: 50 })]]);
  await using _ = heddle;
  const output = outputOf(heddle, "c1");
  expect(output).toMatch(/Original token count: 4224\nOutput:\nTotal output lines: 3000\n\n1\r\n2\r\n/);
  expect(output).toMatch(/…4174 tokens truncated….*2999\r\n3000\r\n$/s);
});

test("beyond 64 processes the one that was not used for longest goes, and the model is warned before", async () => {
  const many = Array.from({ length: 65 }, (_, index) =>
    open(`c${index}`, "read", { login: false, yield_time_ms: 250 }),
  );
  const warnings: string[] = [];
  const onWarning = ({ message }: Error): void => void warnings.push(message);
  process.on("warning", onWarning);
  const { heddle } = await inTurns([many.slice(0, 59), many.slice(59, 60), many.slice(60)]);
  process.off("warning", onWarning);
  await using _ = heddle;
  // Node's, which a server would write to its standard error.
  expect(warnings).toEqual([]);
  const messages = JSON.stringify(heddle.model.requests.at(-1)?.body);
  expect(messages.match(/Warning: 60 exec_command sessions are open/g)).toHaveLength(1);
  const ended = heard(heddle, "item/completed").filter(
    (params) => (params as { item: { type: string } }).item.type === "commandExecution",
  );
  expect(ended).toMatchObject([{ item: { id: "c0", status: "failed", exitCode: 137 } }]);
}, 120_000);

describe("policy and sandbox are those of every command", () => {
  test("a refusal of the sandbox is seen, asked about, and the command is run again outside", async () => {
    const script: Step[][] = [[open("c1", "echo made > ../made.txt && cat ../made.txt", { login: false })]];
    await using heddle = await startHeddle({ script: [...script, [step.text("done")]], config: UNIFIED_EXEC });
    heddle.client.answer("item/commandExecution/requestApproval", () => ({ decision: "accept" }));
    const threadId = await heddle.startThread({ approvalPolicy: "onFailure", sandbox: "readOnly" });
    await heddle.runTurn(threadId, "go");
    expect(outputOf(heddle, "c1")).toMatch(/Process exited with code 0\n.*made\r\n$/s);
    expect(existsSync(join(heddle.cwd, "..", "made.txt"))).toBe(true);
  });

  test("a declined command starts no process", async () => {
    const script: Step[][] = [[open("c1", "touch made.txt")], [step.text("done")]];
    await using heddle = await startHeddle({ script, config: UNIFIED_EXEC });
    heddle.client.answer("item/commandExecution/requestApproval", () => ({ decision: "decline" }));
    const turn = await heddle.runTurn(await heddle.startThread({ approvalPolicy: "unlessTrusted" }), "go");
    expect(outputOf(heddle, "c1")).toBe("exec command rejected by user");
    expect(turn.items).toMatchObject([{}, { status: "declined" }, {}]);
    expect(existsSync(join(heddle.cwd, "made.txt"))).toBe(false);
  });

  test("escalation where nobody may be asked is refused before anything is shown", async () => {
    const more = { sandbox_permissions: "require_escalated", justification: "please" };
    const { heddle, turns } = await inTurns([[open("c1", "echo no", more)]], { approvalPolicy: "never" });
    await using _ = heddle;
    expect(outputOf(heddle, "c1")).toBe(
      "approval policy is Never; reject command — you cannot ask for escalated permissions if the approval policy is Never",
    );
    expect(turns).toMatchObject([{ items: [{ type: "userMessage" }, { type: "agentMessage" }] }]);
  });

  test("a program that is not there is told, and its id is free again", async () => {
    const { heddle, turns } = await inTurns([[open("c1", "echo", { workdir: "nowhere" })]]);
    await using _ = heddle;
    expect(outputOf(heddle, "c1")).toMatch(/^execution error: cannot run .*nowhere/);
    expect(turns).toMatchObject([{ items: [{}, { status: "failed", exitCode: -1 }, {}] }]);
  });
});
