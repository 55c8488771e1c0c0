import { step, type Script } from "@heddle/testkit";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { HEDDLE, startProcess } from "./support/built-command.ts";
import { createRig, type CommandRig, type RigSetup } from "./support/command-rig.ts";
import { startServer } from "./support/server-process.ts";
import { startTurn, turnEnd } from "./support/threads.ts";

const TOUCH: Script = [[step.shell("call_1", ["touch", "made.txt"])], [step.text("tried")]];
const CAUSE = /no sandbox available on this system \(.*bubblewrap.*\); run without sandbox\?/;

interface BareRig extends CommandRig {
  /** An environment whose PATH has the usual programs, and no bubblewrap. */
  readonly bare: Readonly<Record<string, string>>;
}

/** A rig on a machine without a sandbox that enforces the whole policy. */
async function createBareRig({ settings = "", ...setup }: RigSetup): Promise<BareRig> {
  const rig = await createRig({ ...setup, settings: `${settings}\nsandbox_require_full = true` });
  const PATH = join(rig.workspace.base, "bin");
  await mkdir(PATH);
  for (const program of ["bash", "sh", "git", "touch", "cat", "mkfifo", "node"]) {
    await symlink(execFileSync("which", [program], { encoding: "utf8" }).trim(), join(PATH, program));
  }
  return { ...rig, bare: { ...rig.workspace.env, PATH } };
}

const wasMade = ({ workspace }: CommandRig): Promise<boolean> =>
  readFile(join(workspace.cwd, "made.txt")).then(
    () => true,
    () => false,
  );

describe("without a sandbox on the machine", () => {
  test("exec refuses a command that needs one, says why, and runs nothing", async () => {
    await using rig = await createBareRig({ script: TOUCH });
    const args = ["exec", "--json", "-s", "workspace-write", "touch it"];
    const { code, stdout } = await rig.run(args, { env: rig.bare });
    expect(code).toBe(0);
    expect(stdout).toMatch(/"aggregated_output":"sandbox required by policy is not available: .*bubblewrap.*"/);
    expect(stdout).toContain("use --sandbox danger-full-access inside an isolated container, or");
    expect(await wasMade(rig)).toBe(false);
  });

  test("exec -s danger-full-access needs none", async () => {
    await using rig = await createBareRig({ script: TOUCH });
    const { code } = await rig.run(["exec", "-s", "danger-full-access", "touch it"], { env: rig.bare });
    expect({ code, made: await wasMade(rig) }).toEqual({ code: 0, made: true });
  });

  test.each(["untrusted", "on-request", "on-failure"])(
    "the app server asks before each command under %s, and runs it without a sandbox only when told so",
    async (policy) => {
      const settings = `approval_policy = "${policy}"\nsandbox_mode = "workspace-write"`;
      for (const decision of ["decline", "accept"]) {
        await using rig = await createBareRig({ script: TOUCH, settings });
        await using server = await startServer({ cwd: rig.workspace.cwd, env: rig.bare });
        const { client } = server;
        client.answer("item/commandExecution/requestApproval", () => ({ decision }));
        const { thread } = (await client.request("thread/start", {})) as { thread: { id: string } };
        await turnEnd(client, thread.id, await startTurn(client, thread.id, "touch it"));
        const asked = client.heard.filter(({ method }) => method === "item/commandExecution/requestApproval");
        expect(asked.map(({ params }) => params["reason"])).toEqual([expect.stringMatching(CAUSE)]);
        expect({ decision, made: await wasMade(rig) }).toEqual({ decision, made: decision === "accept" });
        const done = client.heard.findLast(
          ({ method, params }) =>
            method === "item/completed" && (params["item"] as { type: string }).type === "commandExecution",
        );
        expect(done?.params["item"]).toMatchObject(
          decision === "accept" ? { status: "completed", sandbox: "none" } : { status: "declined", sandbox: null },
        );
      }
    },
  );

  test("the app server refuses under never", async () => {
    const settings = 'approval_policy = "never"\nsandbox_mode = "read-only"';
    await using rig = await createBareRig({ script: TOUCH, settings });
    await using server = await startServer({ cwd: rig.workspace.cwd, env: rig.bare });
    const { client } = server;
    const { thread } = (await client.request("thread/start", {})) as { thread: { id: string } };
    const turn = await turnEnd(client, thread.id, await startTurn(client, thread.id, "touch it"));
    expect(turn.status).toBe("completed");
    expect(client.heard.filter(({ method }) => method.endsWith("requestApproval"))).toEqual([]);
    expect(await wasMade(rig)).toBe(false);
  });

  test("a patch needs no sandbox", async () => {
    const script: Script = [
      [step.customPatch("call_1", "*** Begin Patch\n*** Add File: made.txt\n+made\n*** End Patch")],
      [step.text("patched")],
    ];
    await using rig = await createBareRig({ script });
    const { code } = await rig.run(["exec", "-s", "workspace-write", "patch"], { env: rig.bare });
    expect({ code, made: await wasMade(rig) }).toEqual({ code: 0, made: true });
  });

  /** A copy of the command without the sandbox helper, which the demo takes where there is no bubblewrap. */
  async function copyWithoutHelper({ workspace }: BareRig): Promise<string> {
    const copy = join(workspace.base, "heddle");
    for (const part of ["bin", "dist", "package.json"]) {
      const filter = (path: string): boolean => basename(path) !== "helper";
      await cp(join(dirname(HEDDLE), "..", part), join(copy, part), { recursive: true, filter });
    }
    return join(copy, "bin", "heddle.cjs");
  }

  test("the demo says so, names the package, and stops with 70 where no person can agree", async () => {
    await using rig = await createBareRig({});
    const { cwd, tmp } = rig.workspace;
    const command = [process.execPath, await copyWithoutHelper(rig), "demo"];
    const { code, stdout, stderr } = await startProcess(command, { cwd, env: rig.bare }).ended;
    expect(code).toBe(70);
    expect(`${stdout}${stderr}`).toMatch(/no usable sandbox on this machine: .*\n.*install bubblewrap/);
    expect(await readdir(tmp)).toEqual([]);
    expect(await rig.lingering()).toEqual([]);
  });

  test.skipIf(!existsSync("/usr/bin/script"))(
    "the demo asks the person at a terminal, and runs only when told so",
    async () => {
      for (const { answer, exitCode } of [
        { answer: "n\n", exitCode: 70 },
        { answer: "\n", exitCode: 70 },
        { answer: "y\n", exitCode: 0 },
      ]) {
        await using rig = await createBareRig({});
        const { cwd, tmp } = rig.workspace;
        const command = `${process.execPath} ${await copyWithoutHelper(rig)} demo`;
        // Runs a command at a terminal of its own.
        const terminal = ["/usr/bin/script", "-qec", command, "/dev/null"];
        const demo = startProcess(terminal, { cwd, env: rig.bare, stdin: null });
        await demo.says("[y/N]");
        demo.child.stdin?.write(answer);
        const { code, stdout } = await demo.ended;
        expect({ answer, code, ran: stdout.includes("What changed on disk") }).toEqual({
          answer,
          code: exitCode,
          ran: exitCode === 0,
        });
        expect(await readdir(tmp)).toEqual([]);
      }
    },
  );
});
