import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, type CommandRig } from "./support/command-rig.ts";
import { sandboxHere } from "./support/sandbox-here.ts";

interface Finding {
  readonly check: string;
  readonly status: string;
  readonly says: string;
  readonly mend: string | null;
}

async function examine(rig: CommandRig, ...args: string[]): Promise<{ code: number | null; of: Map<string, Finding> }> {
  const { code, stdout } = await rig.run(["doctor", "--json", ...args]);
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { code, of: new Map(findings.map((finding) => [finding.check, finding])) };
}

describe("heddle doctor", () => {
  test.skipIf(sandboxHere === "none")("finds nothing in the way where all is well, in a fixed order", async () => {
    await using rig = await createRig();
    const { code, of } = await examine(rig);
    expect([...of.keys()]).toEqual([
      "node",
      "git",
      "ripgrep",
      "terminal",
      "home",
      "config",
      "rules",
      "credentials",
      "sandbox",
      "threads",
      "provider",
    ]);
    expect({ code, failed: [...of.values()].filter(({ status }) => status === "failed") }).toEqual({
      code: 0,
      failed: [],
    });
    expect(of.get("provider")?.says).toContain(`scripted answers at ${rig.model.baseUrl}`);
    expect((await rig.run(["doctor"])).stdout).toMatch(/\nHeddle is ready\.\n$/);
  });

  test("names file, line and the way to mend what is broken, and ends with 1", async () => {
    await using rig = await createRig({
      settings: 'approval_policy = "maybe"',
      homeFiles: { "policy/team.codexpolicy": 'prefix_rule(["ls"], decision = "perhaps")\n' },
    });
    const { code, of } = await examine(rig);
    expect(code).toBe(1);
    expect(of.get("config")).toEqual({
      check: "config",
      status: "failed",
      says: expect.stringMatching(/config\.toml:\d+: unknown variant `maybe`/),
      mend: "heddle config validate",
    });
    expect(of.get("rules")).toMatchObject({ status: "failed", says: expect.stringContaining("team.codexpolicy:1:1") });
    expect((await rig.run(["doctor"])).stdout).toMatch(/\n2 things keep Heddle from working\.\n$/);
  });

  test("tells a provider that does not answer, and a key that is not set", async () => {
    await using rig = await createRig();
    await rig.model.close();
    expect((await examine(rig)).of.get("provider")).toMatchObject({
      status: "failed",
      says: expect.stringContaining("ECONNREFUSED"),
    });
    expect((await examine(rig, "-c", 'model_providers.scripted.env_key="SOME_KEY"')).of.get("provider")).toEqual({
      check: "provider",
      status: "failed",
      says: "SOME_KEY is not set, the key of scripted",
      mend: "export SOME_KEY=...",
    });
  });

  test.skipIf(process.platform === "win32")("warns when others may read the credentials", async () => {
    await using rig = await createRig({ homeFiles: { "auth.json": '{"OPENAI_API_KEY":"sk-test"}' } });
    const path = join(rig.workspace.home, "auth.json");
    await chmod(path, 0o644);
    expect((await examine(rig)).of.get("credentials")).toEqual({
      check: "credentials",
      status: "warning",
      says: `others may read ${path}`,
      mend: `chmod 600 ${path}`,
    });
  });

  test("looks at the machine even when the home is not there", async () => {
    await using rig = await createRig();
    const gone = join(rig.workspace.base, "gone");
    const { code, stdout } = await rig.run(["doctor", "--json"], { env: { HEDDLE_HOME: gone } });
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    expect(code).toBe(1);
    expect(findings.map(({ check }) => check)).toEqual(["node", "git", "ripgrep", "terminal", "home"]);
    expect(findings.at(-1)).toMatchObject({ status: "failed", says: expect.stringContaining(gone) });
  });
});
