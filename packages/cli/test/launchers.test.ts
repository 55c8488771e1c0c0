import { step, type Script } from "@heddle/testkit";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startProcess } from "./support/built-command.ts";
import { createRig } from "./support/command-rig.ts";

const PATCH = "*** Begin Patch\n*** Add File: added.txt\n+hello\n*** End Patch\n";
const NOT_A_PATCH = "Invalid patch: The first line of the patch must be '*** Begin Patch'\n";
const EXEC = ["exec", "-s", "workspace-write", "do it"];

test("a script of a sandboxed command finds apply_patch, and applies a patch with it", async () => {
  // Inside of a pipe no call of apply_patch is recognised: the program itself has to do it.
  const script: Script = [
    [step.shellCommand("call_1", "cat change.patch | apply_patch && command -v apply_patch", { login: false })],
    [step.text("done")],
  ];
  await using rig = await createRig({ script, files: { "change.patch": PATCH } });
  const { cwd, home } = rig.workspace;
  const { code, stderr } = await rig.run(EXEC);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(join(home, "bin", "apply_patch")) });
  expect(await readFile(join(cwd, "added.txt"), "utf8")).toBe("hello\n");
});

test("launchers are written once, and again when they are not what they should be", async () => {
  await using rig = await createRig();
  const folder = join(rig.workspace.home, "bin");
  const [path, other] = [join(folder, "apply_patch"), join(folder, "applypatch")];
  await rig.run(EXEC);
  expect((await readdir(folder)).toSorted()).toEqual(["apply_patch", "applypatch"]);
  const [first, firstOther] = [await stat(path), await stat(other)];
  expect(first.mode & 0o777).toBe(0o755);
  const text = await readFile(path, "utf8");

  await rig.run(EXEC);
  expect((await stat(path)).ino).toBe(first.ino);

  await writeFile(path, "#!/bin/sh\nold\n");
  await chmod(path, 0o644);
  await rig.run(EXEC);
  expect(await readFile(path, "utf8")).toBe(text);
  expect((await stat(path)).mode & 0o777).toBe(0o755);
  expect((await stat(other)).ino).toBe(firstOther.ino);
});

test("a launcher hands on its arguments as they are, and its standard input without any", async () => {
  await using rig = await createRig();
  const { cwd, env, home } = rig.workspace;
  await rig.run(EXEC);
  const run = (args: readonly string[], stdin = "") =>
    startProcess([join(home, "bin", "applypatch"), ...args], { cwd, env, stdin }).ended;
  const summary = "Success. Updated the following files:\nA added.txt\n";
  expect(await run([PATCH])).toMatchObject({ code: 0, stdout: summary, stderr: "" });
  expect(await run([], PATCH)).toMatchObject({ code: 0, stdout: summary, stderr: "" });
  expect(await run(["--help"])).toMatchObject({ code: 1, stdout: "", stderr: NOT_A_PATCH });
});

test("a home that takes no launchers costs a warning and nothing else", async () => {
  await using rig = await createRig({
    script: [[step.text("done")]],
    homeFiles: { bin: "a file where the folder should be" },
  });
  const { code, stdout, stderr } = await rig.run(EXEC);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
  expect(stderr).toContain("commands do not find apply_patch: its launcher could not be written:");
});
