import { step } from "@heddle/testkit";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHeddle } from "./support/start-heddle.ts";

const ADD_OUTSIDE = "*** Begin Patch\n*** Add File: ../outside.txt\n+hello\n*** End Patch";
const untrusted = { approvalPolicy: "unlessTrusted", sandbox: "workspaceWrite" };

test("an accepted rule is written, in force at once in every thread, and never written twice", async () => {
  await using heddle = await startHeddle({
    script: { stateless: [[step.shellCommand("c1", "touch made.txt")], [step.text("done")]] },
  });
  const asked: unknown[] = [];
  heddle.client.answer("item/commandExecution/requestApproval", (params) => {
    asked.push(params["proposedExecpolicyAmendment"]);
    return { decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch", "made.txt"] } } };
  });
  const [first, second] = [await heddle.startThread(untrusted), await heddle.startThread(untrusted)];
  await heddle.runTurn(first, "go");
  await heddle.runTurn(second, "go");
  expect(asked).toEqual([["touch", "made.txt"]]);
  expect(await readFile(join(heddle.home, "policy", "default.codexpolicy"), "utf8")).toBe(
    'prefix_rule(pattern=["touch", "made.txt"], decision="allow")\n',
  );
});

test("accepted with a rule of no words: the command runs this once", async () => {
  const commands = ["touch a", "touch b"];
  await using heddle = await startHeddle({
    script: [...commands.map((command, index) => [step.shellCommand(`c${index}`, command)]), [step.text("done")]],
  });
  const asked: unknown[] = [];
  heddle.client.answer("item/commandExecution/requestApproval", ({ itemId }) => {
    asked.push(itemId);
    return { decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: [] } } };
  });
  const { items } = await heddle.runTurn(await heddle.startThread(untrusted), "go");
  expect(asked).toEqual(["c0", "c1"]);
  expect(items).toMatchObject([{ type: "userMessage" }, { exitCode: 0 }, { exitCode: 0 }, { type: "agentMessage" }]);
  await expect(readFile(join(heddle.home, "policy", "default.codexpolicy"))).rejects.toThrow("ENOENT");
});

test("accepted for the session: the same command is not asked about again, another one is", async () => {
  const commands = ["touch a", "touch a", "touch b"];
  await using heddle = await startHeddle({
    script: [...commands.map((command, index) => [step.shellCommand(`c${index}`, command)]), [step.text("done")]],
  });
  const asked: unknown[] = [];
  heddle.client.answer("item/commandExecution/requestApproval", ({ itemId }) => {
    asked.push(itemId);
    return { decision: "acceptForSession" };
  });
  await heddle.runTurn(await heddle.startThread(untrusted), "go");
  expect(asked).toEqual(["c0", "c2"]);
});

test("a client that goes away while it is asked has declined, and the turn goes on for the others", async () => {
  await using heddle = await startHeddle({
    script: [[step.shellCommand("c1", "touch made.txt")], [step.text("done")]],
  });
  const threadId = await heddle.startThread(untrusted);
  const answer = await heddle.client.request("turn/start", { threadId, input: [{ type: "text", text: "go" }] });
  await heddle.client.hear("item/commandExecution/requestApproval");
  await heddle.client.peer.close();
  const other = await heddle.connect();
  const thread = heddle.runtime.engine.loadedThreads().find(({ identity }) => identity.id === threadId);
  await expect.poll(() => thread?.runningTurn).toBeNull();
  const { thread: resumed } = (await other.request("thread/resume", { threadId })) as { thread: { turns: unknown } };
  expect(resumed.turns).toMatchObject([
    { id: (answer as { turn: { id: string } }).turn.id, status: "completed", items: [{}, { status: "declined" }, {}] },
  ]);
  await other.peer.close();
});

test("a patch inside the workspace is applied without a question", async () => {
  await using heddle = await startHeddle({
    script: [
      [step.customPatch("p1", "*** Begin Patch\n*** Add File: in.txt\n+hello\n*** End Patch")],
      [step.text("done")],
    ],
  });
  const { items } = await heddle.runTurn(await heddle.startThread({ sandbox: "workspaceWrite" }), "go");
  expect(items[1]).toEqual({
    type: "fileChange",
    id: "p1",
    changes: [{ path: join(heddle.cwd, "in.txt"), kind: { type: "add" }, diff: "hello\n" }],
    status: "completed",
  });
});

test("a patch that leaves the workspace asks, and is written when somebody agrees", async () => {
  await using heddle = await startHeddle({ script: [[step.customPatch("p1", ADD_OUTSIDE)], [step.text("done")]] });
  heddle.client.answer("item/fileChange/requestApproval", () => ({ decision: "accept" }));
  const { items } = await heddle.runTurn(await heddle.startThread({ sandbox: "workspaceWrite" }), "go");
  expect(items[1]).toMatchObject({ type: "fileChange", status: "completed" });
  expect(await readFile(join(heddle.cwd, "..", "outside.txt"), "utf8")).toBe("hello\n");
});

test("a patch through a link that leads out of the workspace asks as well", async () => {
  const patch = "*** Begin Patch\n*** Add File: link/file.txt\n+hello\n*** End Patch";
  await using heddle = await startHeddle({ script: [[step.customPatch("p1", patch)], [step.text("done")]] });
  await mkdir(join(heddle.cwd, "..", "elsewhere"));
  await symlink("../elsewhere", join(heddle.cwd, "link"));
  const asked: unknown[] = [];
  heddle.client.answer("item/fileChange/requestApproval", ({ itemId }) => {
    asked.push(itemId);
    return { decision: "decline" };
  });
  const { items } = await heddle.runTurn(await heddle.startThread({ sandbox: "workspaceWrite" }), "go");
  expect(asked).toEqual(["p1"]);
  expect(items[1]).toMatchObject({ status: "declined" });
  await expect(readFile(join(heddle.cwd, "..", "elsewhere", "file.txt"))).rejects.toThrow("ENOENT");
});

test("where nobody may be asked, a patch outside the workspace is refused and makes no item", async () => {
  await using heddle = await startHeddle({ script: [[step.customPatch("p1", ADD_OUTSIDE)], [step.text("done")]] });
  const { items } = await heddle.runTurn(
    await heddle.startThread({ sandbox: "workspaceWrite", approvalPolicy: "never" }),
    "go",
  );
  expect(items.map((item) => (item as { type: string }).type)).toEqual(["userMessage", "agentMessage"]);
});
