import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";

const page = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "mcp.md"), "utf8");

/** The fenced block in a language. */
function blockIn(language: string): string {
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(page)?.[1] ?? "";
}

describe("docs/mcp.md:", () => {
  test("the commands run, one after the other", async () => {
    await using rig = await createRig();
    const commands = blockIn("sh").trim().split("\n");
    expect(commands.length).toBeGreaterThan(3);
    for (const command of commands) {
      const [program, ...args] = command.split(" ");
      expect(program).toBe("heddle");
      expect(await rig.run(args)).toMatchObject({ code: 0, stderr: "" });
    }
    const config = await readFile(join(rig.workspace.home, "config.toml"), "utf8");
    expect(config).toContain("[mcp_servers.files]");
    expect(config).not.toContain("notes");
  });

  test("the configuration holds, and has no key that is unknown", async () => {
    await using rig = await createRig();
    await writeFile(join(rig.workspace.home, "config.toml"), blockIn("toml"));
    const { code, stdout, stderr } = await rig.run(["mcp", "list", "--json", "--strict-config"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject([
      { name: "docs", auth_status: "bearer_token" },
      { name: "files", tool_timeout_sec: 30 },
    ]);
  });
});
