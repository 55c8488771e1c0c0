import { step } from "@heddle/testkit";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HEDDLE, startProcess } from "./support/built-command.ts";
import { createRig } from "./support/command-rig.ts";

const page = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "headless.md"), "utf8");
const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = ""]) => text);

describe("docs/headless.md:", () => {
  test("there are commands", () => expect(blocks.length).toBe(3));

  test.each(blocks)("%s", async (script) => {
    await using rig = await createRig({ script: [[step.text('{"answer":"no"}')]], files: { "a.txt": "one\n" } });
    const { base, cwd, env } = rig.workspace;
    await mkdir(join(base, "bin"));
    await symlink(HEDDLE, join(base, "bin", "heddle"));
    execFileSync("git", ["add", "."], { cwd, env });
    const PATH = `${join(base, "bin")}:${env["PATH"]}`;
    const command = ["/bin/bash", "-euo", "pipefail", "-c", script];
    const { code, stderr } = await startProcess(command, { cwd, env: { ...env, PATH } }).ended;
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(await rig.lingering()).toEqual([]);
  });

  test("its exit codes are those of the help", async () => {
    await using rig = await createRig();
    const { stdout } = await rig.run(["exec", "--help"]);
    const [, codes = ""] = /^Exit codes: (.*)$/ms.exec(stdout) ?? [];
    const documented = [...page.matchAll(/^\| (\d+) /gm)].map(([, code]) => code);
    expect([...codes.matchAll(/(?:^|,\s)(\d+) /g)].map(([, code]) => code)).toEqual(documented);
  });
});
