import { step } from "@heddle/testkit";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseArgs } from "node:util";
import { createRig, type RigSetup } from "./support/command-rig.ts";

const EDIT: RigSetup = {
  files: { "a.txt": "one\n" },
  script: [[step.shellCommand("call_1", "echo two >> a.txt; echo b > b.txt", { login: false })], [step.text("done")]],
};
const EXEC = ["exec", "-s", "workspace-write", "edit"];

test("undo shows with --dry-run what it would take back, and then does", async () => {
  await using rig = await createRig(EDIT);
  const { cwd } = rig.workspace;
  expect((await rig.run(EXEC)).code).toBe(0);

  const preview = await rig.run(["undo", "--dry-run"]);
  expect(preview).toMatchObject({ code: 0, stderr: "" });
  expect(preview.stdout).toContain("would take back what changed in turn 0:\n  M a.txt\n  D b.txt\n\ndiff --git");
  expect(preview.stdout).toContain("-two");
  expect(await readFile(join(cwd, "a.txt"), "utf8")).toBe("one\ntwo\n");

  expect(await rig.run(["undo"])).toMatchObject({
    code: 0,
    stdout: "took back what changed in turn 0:\n  M a.txt\n  D b.txt\n",
  });
  expect(await readFile(join(cwd, "a.txt"), "utf8")).toBe("one\n");
  expect(await rig.run(["undo"])).toMatchObject({ code: 1, stderr: expect.stringContaining("nothing to take back") });
});

test("the commands of docs/undo.md are ones that the command takes", async () => {
  const page = await readFile(join(import.meta.dirname, "../../../docs/undo.md"), "utf8");
  const commands = [...page.matchAll(/^ {4}heddle (undo.*?)(?: {2,}.*)?$/gm)].map(([, words = ""]) => words.split(" "));
  expect(commands.length).toBeGreaterThan(3);
  await using rig = await createRig(EDIT);
  await rig.run(EXEC);
  for (const [command = "", ...words] of commands) {
    const options = { "dry-run": { type: "boolean" }, json: { type: "boolean" }, turn: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
    expect({ command, threads: positionals.length <= 1, values }).toMatchObject({ command: "undo", threads: true });
    const { code } = await rig.run([command, ...words.filter((word) => !positionals.includes(word)), "--dry-run"]);
    expect(code).toBe(values.turn === undefined ? 0 : 1); // it has one turn
  }
});

test("undo lists what somebody else has changed since, and touches nothing", async () => {
  await using rig = await createRig(EDIT);
  const { cwd } = rig.workspace;
  await rig.run(EXEC);
  await writeFile(join(cwd, "b.txt"), "mine\n");
  const { code, stderr } = await rig.run(["undo"]);
  expect(code).toBe(1);
  expect(stderr).toContain("  b.txt was changed since\n");
  expect(await readFile(join(cwd, "a.txt"), "utf8")).toBe("one\ntwo\n");
});

test("undo answers in JSON for programs, and says when a folder has no thread", async () => {
  await using rig = await createRig(EDIT);
  expect(await rig.run(["undo"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no thread has worked in"),
  });
  await rig.run(EXEC);
  const { stdout } = await rig.run(["undo", "--json", "--turn", "0"]);
  expect(JSON.parse(stdout)).toMatchObject({ status: "done", turnIds: ["0"] });
  expect(await rig.run(["undo", "--turn", "9"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("has no turn 9"),
  });
});
