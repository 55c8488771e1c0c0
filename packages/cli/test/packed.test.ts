import { createWorkspace, type Workspace } from "@heddle/testkit";
import { execFile } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const PACKAGE = join(import.meta.dirname, "..");
const ROOT = join(PACKAGE, "..", "..");

/** A program that embeds the packed library, with a mistake in it that its types have to find. */
const PROGRAM = `import { startHeddle, type TurnResult } from "heddle";
await using heddle = await startHeddle({ config: ['model="x"'], flags: { cwd: "/" } });
const thread = await heddle.startThread({ cwd: "/" });
const result: TurnResult = await thread.run("hello");
heddle.onNotification("item/completed", ({ item, threadId }) => console.log(item.id, threadId, result));
const { exitCode } = await heddle.request("command/exec", { command: ["true"] });
const code: number = exitCode;
console.log(code);
// @ts-expect-error -- a command is a list
await heddle.request("command/exec", { command: 5 });
`;
const COMPILER_OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  module: "nodenext",
  target: "es2022",
  lib: ["es2023", "esnext.disposable"],
  types: ["node"],
  noEmit: true,
};

describe.skipIf(process.platform !== "linux")("the packed package", () => {
  let workspace: Workspace;
  let unpacked = "";
  beforeAll(async () => {
    workspace = await createWorkspace();
    const { base, env } = workspace;
    const { stdout } = await run("npm", ["pack", PACKAGE, "--silent", "--offline", "--pack-destination", base], {
      env,
    });
    const archive = stdout.trim().split("\n").at(-1) ?? "";
    await run("tar", ["-xzf", join(base, archive), "-C", base]);
    unpacked = join(base, "package");
  }, 180_000);
  afterAll(() => workspace[Symbol.asyncDispose]());

  test("has its license and its own sandbox helper", async () => {
    const { base, env } = workspace;
    expect(await readFile(join(unpacked, "LICENSE"), "utf8")).toBe(await readFile(join(ROOT, "LICENSE"), "utf8"));
    const command = join(unpacked, "bin", "heddle.cjs");
    // No bubblewrap on this PATH: what is left is the helper, or nothing.
    const probe = await run(process.execPath, [command, "sandbox", "--probe", "--json"], {
      env: { ...env, PATH: base },
    });
    expect(JSON.parse(probe.stdout)).toMatchObject({ rungs: [{ usable: false }, { rung: "helper", usable: true }] });
  });

  test(
    "types a program that embeds it, with no other package beside it but Node's types",
    { timeout: 180_000 },
    async () => {
      const folder = join(workspace.base, "program");
      await mkdir(join(folder, "node_modules", "@types"), { recursive: true });
      await symlink(unpacked, join(folder, "node_modules", "heddle"));
      await symlink(join(ROOT, "node_modules", "@types", "node"), join(folder, "node_modules", "@types", "node"));
      const files = { compilerOptions: COMPILER_OPTIONS, files: ["program.ts"] };
      await writeFile(join(folder, "package.json"), '{ "type": "module" }');
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify(files));
      await writeFile(join(folder, "program.ts"), PROGRAM);
      const compiler = join(ROOT, "node_modules", ".bin", "tsc");
      const { stdout } = await run(compiler, ["-p", folder]).catch((error: { stdout: string }) => error);
      // Of the library itself; what Node's own types say of theirs is no matter of ours.
      expect(stdout.split("\n").filter((line) => !line.includes("@types/node"))).toEqual([""]);
    },
  );
});
