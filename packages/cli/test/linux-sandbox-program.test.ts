import { mcpServerConfig, scriptedMcpServer, step } from "@heddle/testkit";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startProcess, type Ended } from "./support/built-command.ts";
import { createRig, type CommandRig } from "./support/command-rig.ts";
import { REFUSED_WRITE, sandboxHere } from "./support/sandbox-here.ts";

const FLAG = "--codex-run-as-linux-sandbox";

/** Runs a script as a server would that has been told a policy. */
function confine(rig: CommandRig, policy: object, script: string): Promise<Ended> {
  const { cwd } = rig.workspace;
  const told = ["--sandbox-policy-cwd", cwd, "--sandbox-policy", JSON.stringify(policy)];
  return rig.run([FLAG, ...told, "--", "/bin/sh", "-c", script]);
}

describe.skipIf(sandboxHere === "none")("codex-linux-sandbox", () => {
  test("runs a command under the policy that it is given, with the caller's environment and exit code", async () => {
    await using rig = await createRig();
    const made = join(rig.workspace.cwd, "made");
    const refused = await confine(
      rig,
      { type: "read-only" },
      'echo text > made; echo "$HOME $CODEX_SANDBOX_NETWORK_DISABLED"; exit 7',
    );
    expect(refused).toMatchObject({ code: 7, stdout: `${rig.workspace.env["HOME"] ?? ""} 1\n` });
    expect(refused.stderr).toMatch(REFUSED_WRITE);
    expect(existsSync(made)).toBe(false);
    expect(await confine(rig, { type: "workspace-write" }, "echo text > made")).toMatchObject({ code: 0 });
    expect(existsSync(made)).toBe(true);
  });

  test("is where servers are told that it is", async () => {
    await using rig = await createRig({
      script: [[step.functionCall("c0", "mcp__s__seen", {})], [step.text("done")]],
      settings: mcpServerConfig("s", scriptedMcpServer()),
    });
    const { cwd, env, home } = rig.workspace;
    expect(await rig.run(["exec", "-s", "read-only", "--skip-git-repo-check", "go"])).toMatchObject({ code: 0 });
    const path = join(home, "bin", "codex-linux-sandbox");
    expect(JSON.stringify(rig.model.requests.at(-1)?.body)).toContain(path);
    const told = ["--sandbox-policy-cwd", cwd, "--sandbox-policy", '{"type":"read-only"}'];
    const ended = await startProcess([path, ...told, "--", "touch", "made"], { cwd, env }).ended;
    expect(ended.code).toBe(1);
    expect(existsSync(join(cwd, "made"))).toBe(false);
  });
});

test("codex-linux-sandbox runs nothing when its arguments cannot be read, or an administrator is stricter", async () => {
  await using rig = await createRig();
  const { cwd } = rig.workspace;
  const policy = ["--sandbox-policy", '{"type":"read-only"}'];
  const wrong = async (...args: readonly string[]): Promise<unknown> => {
    const { code, stderr } = await rig.run([FLAG, ...args]);
    return { code, stderr };
  };
  expect(await wrong(...policy, "--", "true")).toEqual({
    code: 2,
    stderr: "error: --sandbox-policy-cwd takes an absolute path\n",
  });
  expect(await wrong("--sandbox-policy-cwd", cwd, "--sandbox-policy", "{}", "--", "true")).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^error: --sandbox-policy cannot be read: /),
  });
  expect(await wrong("--sandbox-policy-cwd", cwd, ...policy)).toEqual({
    code: 2,
    stderr: "error: the command is missing; it stands behind `--`\n",
  });
  expect(await wrong("--what", "x", "--sandbox-policy-cwd", cwd, ...policy, "--", "true")).toEqual({
    code: 2,
    stderr: "error: unknown option --what\n",
  });

  await using managed = await createRig({ files: { "managed.toml": 'sandbox_mode = "read-only"\n' } });
  const env = { HEDDLE_MANAGED_CONFIG_PATH: join(managed.workspace.cwd, "managed.toml") };
  const told = ["--sandbox-policy-cwd", managed.workspace.cwd, "--sandbox-policy", '{"type":"danger-full-access"}'];
  expect(await managed.run([FLAG, ...told, "--", "true"], { env })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("`danger-full-access` is looser than `read-only`"),
  });
});
