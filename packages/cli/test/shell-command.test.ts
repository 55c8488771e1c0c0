import { step } from "@heddle/testkit";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";

async function run(heddle: TestHeddle, threadId: string, command: string, params = {}): Promise<unknown> {
  const before = heddle.client.heard.filter(({ method }) => method === "turn/completed").length;
  expect(await heddle.client.request("thread/shellCommand", { threadId, command, ...params })).toEqual({});
  const turnId = String(before);
  const { turn } = await heddle.client.hear(
    "turn/completed",
    ({ turn: said }) => (said as { id: string }).id === turnId,
  );
  return turn;
}
const inputOf = (heddle: TestHeddle): { content: { text: string }[] }[] =>
  (heddle.model.requests.at(-1)?.body as { input: { content: { text: string }[] }[] } | undefined)?.input ?? [];

test("a user's own command runs outside the sandbox in a turn of its own, and the model learns of it later", async () => {
  await using heddle = await startHeddle({ script: [[step.text("ok")]] });
  const threadId = await heddle.startThread({ approvalPolicy: "never", sandbox: "readOnly" });
  expect(await run(heddle, threadId, "echo hi; echo hi > made.txt")).toMatchObject({ status: "completed" });
  expect(await readFile(join(heddle.cwd, "made.txt"), "utf8")).toBe("hi\n");
  expect(heddle.model.requests).toEqual([]);
  const { item } = await heddle.client.hear("item/completed");
  expect(item).toMatchObject({
    type: "commandExecution",
    command: "/bin/bash -lc 'echo hi; echo hi > made.txt'",
    status: "completed",
    aggregatedOutput: "hi\n",
    exitCode: 0,
  });
  await heddle.runTurn(threadId, "go");
  expect(inputOf(heddle)[1]?.content[0]?.text).toMatch(
    /^<user_shell_command>\n<command>\necho hi; echo hi > made\.txt\n<\/command>\n<result>\nExit code: 0\nDuration: \d+\.\d{4} seconds\nOutput:\nhi\n<\/result>\n<\/user_shell_command>$/,
  );
});

test("a command that fails tells its exit code, and its turn is complete", async () => {
  await using heddle = await startHeddle({ script: [[step.text("ok")]] });
  const threadId = await heddle.startThread();
  expect(await run(heddle, threadId, "echo bad; exit 3")).toMatchObject({ status: "completed" });
  expect(await run(heddle, threadId, "sleep 60", { timeoutMs: 50 })).toMatchObject({ status: "completed" });
  await heddle.runTurn(threadId, "go");
  const texts = inputOf(heddle).map(({ content }) => content[0]?.text);
  expect(texts[1]).toContain("Exit code: 3\n");
  expect(texts[2]).toContain("Exit code: 124\n");
});

test("an interrupted command is recorded as aborted by the user", async () => {
  await using heddle = await startHeddle({ script: [[step.text("ok")]] });
  const threadId = await heddle.startThread();
  await heddle.client.request("thread/shellCommand", { threadId, command: "echo started; sleep 60" });
  await heddle.client.hear("item/commandExecution/outputDelta");
  await heddle.client.request("turn/interrupt", { threadId, turnId: "0" });
  expect(await heddle.client.hear("turn/completed")).toMatchObject({ turn: { status: "interrupted" } });
  await heddle.runTurn(threadId, "go");
  expect(inputOf(heddle)[1]?.content[0]?.text).toMatch(/Exit code: -1\n[^]*\ncommand aborted by user\n<\/result>/);
});

test("where an administrator allows nothing outside the sandbox, the command is refused and does not run", async () => {
  await using heddle = await startHeddle({ script: [], managed: 'sandbox_mode = "workspace-write"\n' });
  const threadId = await heddle.startThread();
  const request = heddle.client.request("thread/shellCommand", { threadId, command: "touch made.txt" });
  await expect(request).rejects.toThrow("managed.toml");
  await expect(readFile(join(heddle.cwd, "made.txt"))).rejects.toThrow("ENOENT");
});

test("a command without words is refused", async () => {
  await using heddle = await startHeddle({ script: [] });
  const threadId = await heddle.startThread();
  await expect(heddle.client.request("thread/shellCommand", { threadId, command: " " })).rejects.toMatchObject({
    code: -32600,
    message: "command must not be empty",
  });
});
