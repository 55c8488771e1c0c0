import { step, type Script } from "@heddle/testkit";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { startProcess } from "./support/built-command.ts";
import { createRig } from "./support/command-rig.ts";
import { sandboxHere } from "./support/sandbox-here.ts";

const run = promisify(execFile);
const PACKAGE = join(import.meta.dirname, "..");
/** Packing makes the types of the library first. */
const PACKING = { timeout: 180_000 };

describe("the package, installed into an empty folder", () => {
  /** A rig whose workspace has the package and nothing else in it, and a way to run what npm has linked there. */
  async function installed(script: Script = []) {
    const rig = await createRig({ script });
    const { base, cwd, env } = rig.workspace;
    const flags = ["--offline", "--silent", "--no-audit", "--no-fund"];
    const { stdout } = await run("npm", ["pack", PACKAGE, ...flags, "--pack-destination", base], { env });
    const archive = stdout.trim().split("\n").at(-1) ?? "";
    await run("npm", ["install", ...flags, "--omit=optional", join(base, archive)], { cwd, env });
    const command = join(cwd, "node_modules", ".bin", "heddle");
    const runInstalled = (args: readonly string[]) => startProcess([command, ...args], { cwd, env, stdin: "" }).ended;
    return { rig, runInstalled, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
  }

  test("tells its version and runs a task", PACKING, async () => {
    await using there = await installed([[step.shell("call_1", ["echo", "yo"])], [step.text("done")]]);
    const { version } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8")) as { version: string };
    expect(await there.runInstalled(["--version"])).toMatchObject({
      code: 0,
      stdout: `heddle ${version}\n`,
      stderr: "",
    });
    const { code, stdout, stderr } = await there.runInstalled(["exec", "say yo"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
    expect(stderr).toMatch(/echo yo in .* succeeded in/);
    expect(await there.rig.lingering()).toEqual([]);
  });

  test.skipIf(sandboxHere === "none")("runs the demo", PACKING, async () => {
    await using there = await installed();
    const { code, stdout } = await there.runInstalled(["demo"]);
    expect(code).toBe(0);
    expect(stdout).not.toBe("");
    expect(await there.rig.lingering()).toEqual([]);
  });
});
