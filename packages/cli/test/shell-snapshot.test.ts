import { step } from "@heddle/testkit";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";

const SNAPSHOT = "[features]\nshell_snapshot = true\n";
const PROFILE = `echo read >> ../profile-runs
export GREETING=hello
`;

/** The profile lies above the home, where the user's folder is. */
const files = { "../.bash_profile": PROFILE };
const runsOf = (heddle: TestHeddle): Promise<string> => readFile(join(heddle.cwd, "..", "profile-runs"), "utf8");

test("commands get what the profile sets, which is read once per thread; they are judged and shown without that", async () => {
  const commands = ["printenv GREETING", "printenv HOME GREETING", "ls"];
  await using heddle = await startHeddle({
    script: [...commands.map((command, index) => [step.shellCommand(`c${index}`, command)]), [step.text("done")]],
    config: SNAPSHOT,
    files,
  });
  const asked: unknown[] = [];
  heddle.client.answer("item/commandExecution/requestApproval", ({ itemId }) => {
    asked.push(itemId);
    return { decision: "accept" };
  });
  const threadId = await heddle.startThread({ sandbox: "dangerFullAccess", approvalPolicy: "unlessTrusted" });
  const { items } = await heddle.runTurn(threadId, "go");
  expect(items).toMatchObject([
    {},
    {
      command: "/bin/bash -c 'printenv GREETING'",
      commandActions: [{ command: "printenv GREETING" }],
      aggregatedOutput: "hello\n",
    },
    { command: "/bin/bash -c 'printenv HOME GREETING'", aggregatedOutput: expect.stringMatching(/\nhello\n$/) },
    { command: "/bin/bash -c ls", status: "completed" },
    {},
  ]);
  expect(asked).toEqual(["c0", "c1"]);
  expect(await runsOf(heddle)).toBe("read\n");
  expect(await readdir(join(heddle.home, "shell_snapshots"))).toHaveLength(1);
  const [thread] = heddle.runtime.engine.loadedThreads();
  await thread?.close();
  expect(await readdir(join(heddle.home, "shell_snapshots"))).toEqual([]);
});

test("a call that says whether the profile is to be read gets what it says", async () => {
  await using heddle = await startHeddle({
    script: [
      [
        step.shellCommand("c0", "printenv GREETING", { login: true }),
        step.shellCommand("c1", "printenv GREETING", { login: false }),
      ],
      [step.text("done")],
    ],
    config: SNAPSHOT,
    files,
  });
  const threadId = await heddle.startThread({ sandbox: "dangerFullAccess", approvalPolicy: "never" });
  const { items } = await heddle.runTurn(threadId, "go");
  expect(items).toMatchObject([
    {},
    { command: "/bin/bash -lc 'printenv GREETING'", exitCode: 0 },
    { command: "/bin/bash -c 'printenv GREETING'", exitCode: 1 },
    {},
  ]);
});

test("a profile that fails costs the snapshot, not the command", async () => {
  await using heddle = await startHeddle({
    script: [[step.shellCommand("c0", "echo here")], [step.text("done")]],
    config: SNAPSHOT,
    files: { "../.bash_profile": 'case $- in *c*) ;; esac\n[ -n "$ONCE" ] || { export ONCE=1; exec /bin/false; }\n' },
  });
  const threadId = await heddle.startThread({ sandbox: "dangerFullAccess", approvalPolicy: "never" });
  const { items } = await heddle.runTurn(threadId, "go");
  expect(items).toMatchObject([{}, { command: "/bin/bash -lc 'echo here'", exitCode: 1 }, {}]);
});
