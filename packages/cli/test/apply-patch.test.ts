import { readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { createWorkspace } from "@heddle/testkit";
import { describe, expect, test } from "vitest";
import { HEDDLE, runCommand, startProcess, type Ended } from "./support/built-command.ts";

const PATCH = `*** Begin Patch
*** Add File: new/file.txt
+hello
*** Update File: a.txt
@@
-one
+two
*** End Patch
`;
const SUMMARY = "Success. Updated the following files:\nA new/file.txt\nM a.txt\n";
const NOT_A_PATCH = "Invalid patch: The first line of the patch must be '*** Begin Patch'\n";
const NO_END = "Invalid patch: The last line of the patch must be '*** End Patch'\n";
const USAGE = "Usage: apply_patch 'PATCH'\n       echo 'PATCH' | apply_patch\n";

const workspaceWithFile = () => createWorkspace({ files: { "a.txt": "one\n" } });

/** What a run wrote and how it ended. */
function result({ code, stdout, stderr }: Ended): Pick<Ended, "code" | "stdout" | "stderr"> {
  return { code, stdout, stderr };
}

describe("heddle apply-patch", () => {
  test.each([
    ["an argument", (patch: string) => ({ args: [patch] })],
    ["standard input", (patch: string) => ({ args: [], stdin: patch })],
    ["standard input, named -", (patch: string) => ({ args: ["-"], stdin: patch })],
  ])("applies the patch of %s to the working folder", async (_, give) => {
    await using workspace = await workspaceWithFile();
    const { cwd } = workspace;
    const { args, ...rest } = { stdin: "", ...give(PATCH) };
    const ended = await runCommand(["apply-patch", ...args], { cwd, env: workspace.env, ...rest });
    expect(result(ended)).toEqual({ code: 0, stdout: SUMMARY, stderr: "" });
    expect(await readFile(join(cwd, "a.txt"), "utf8")).toBe("two\n");
    expect(await readFile(join(cwd, "new", "file.txt"), "utf8")).toBe("hello\n");
  });

  test("touches nothing when one hunk does not fit", async () => {
    await using workspace = await workspaceWithFile();
    const { cwd, env } = workspace;
    const patch = PATCH.replace("-one", "-three");
    const ended = await runCommand(["apply-patch", patch], { cwd, env });
    const stderr = "Failed to find expected lines in a.txt:\nthree\n";
    expect(result(ended)).toEqual({ code: 1, stdout: "", stderr });
    expect(await readdir(cwd)).toEqual(["a.txt"]);
    expect(await readFile(join(cwd, "a.txt"), "utf8")).toBe("one\n");
  });

  test.each([
    ["no patch at all", { args: [], stdin: "" }, { code: 2, stderr: USAGE }],
    ["two", { args: ["x", "y"] }, { code: 2, stderr: "Error: apply_patch accepts exactly one argument.\n" }],
    ["an empty one", { args: [""] }, { code: 1, stderr: NO_END }],
    ["a replacement character", { args: ["\uFFFD"] }, { code: 1, stderr: NOT_A_PATCH }],
  ])("refuses %s", async (_, { args, ...rest }, expected) => {
    await using workspace = await createWorkspace();
    const ended = await runCommand(["apply-patch", ...args], { cwd: workspace.cwd, env: workspace.env, ...rest });
    expect(result(ended)).toEqual({ stdout: "", ...expected });
  });

  test("refuses an argument that is not UTF-8", async () => {
    await using workspace = await createWorkspace();
    const script = `exec "$0" "$1" apply-patch "$(printf 'a\\377')"`;
    const argv = ["/bin/sh", "-c", script, process.execPath, HEDDLE];
    const ended = await startProcess(argv, { cwd: workspace.cwd, env: workspace.env }).ended;
    const stderr = "Error: apply_patch requires a UTF-8 PATCH argument.\n";
    expect(result(ended)).toEqual({ code: 1, stdout: "", stderr });
  });
});

describe("other ways to call it", () => {
  test.each(["apply_patch", "applypatch"])("the program takes a patch and nothing else as %s", async (name) => {
    await using workspace = await workspaceWithFile();
    const { cwd, env, tmp } = workspace;
    await symlink(HEDDLE, join(tmp, name));
    const run = (...args: string[]) => startProcess([process.execPath, join(tmp, name), ...args], { cwd, env }).ended;
    expect(result(await run(PATCH))).toEqual({ code: 0, stdout: SUMMARY, stderr: "" });
    expect(result(await run("--version"))).toEqual({ code: 1, stdout: "", stderr: NOT_A_PATCH });
    expect(result(await run())).toEqual({ code: 2, stdout: "", stderr: USAGE });
  });

  test("the flag takes its patch from the next argument, and needs no environment", async () => {
    await using workspace = await workspaceWithFile();
    const run = (...args: string[]) =>
      runCommand(["--codex-run-as-apply-patch", ...args], { cwd: workspace.cwd, env: {}, stdin: PATCH });
    expect(result(await run(PATCH))).toEqual({ code: 0, stdout: SUMMARY, stderr: "" });
    const stderr = "Error: --codex-run-as-apply-patch requires a UTF-8 PATCH argument.\n";
    expect(result(await run())).toEqual({ code: 1, stdout: "", stderr });
  });
});
