import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startProcess } from "./support/built-command.ts";
import { createRig } from "./support/command-rig.ts";
import { sandboxHere } from "./support/sandbox-here.ts";

const checkout = join(import.meta.dirname, "..", "..", "..");
const page = readFileSync(join(checkout, "docs", "sandbox.md"), "utf8");

/** The fenced block in a language. */
function blockIn(language: string): string {
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(page)?.[1] ?? "";
}

describe.skipIf(sandboxHere !== "full")("docs/sandbox.md:", () => {
  const commands = blockIn("sh").trim().split("\n");

  test("there are commands", () => expect(commands.length).toBeGreaterThan(3));

  test.each(commands)("%s", async (command) => {
    await using rig = await createRig({ files: { "src/a.txt": "" } });
    const { cwd, env } = rig.workspace;
    const PATH = `${join(checkout, "node_modules", ".bin")}:${env["PATH"]}`;
    const options = { cwd, env: { ...env, PATH } };
    expect(await startProcess(["bash", "-c", command], options).ended).toMatchObject({ code: 0, stderr: "" });
  });

  test("the configuration holds", async () => {
    await using rig = await createRig({ settings: blockIn("toml") });
    const { code, stdout, stderr } = await rig.run(["sandbox", "--", "touch", "made"]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});
