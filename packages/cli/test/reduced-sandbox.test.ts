import { step } from "@heddle/testkit";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";
import { startServer, type ServerProcess } from "./support/server-process.ts";
import { startTurn, turnEnd } from "./support/threads.ts";

const CHANGE_HOOK = "printf done; touch .git/hooks/pre-commit";

interface ReducedServer extends AsyncDisposable {
  readonly cwd: string;
  readonly client: ServerProcess["client"];
}

/** A server on a machine without bubblewrap, with a model that has one command run. */
async function startReducedServer(): Promise<ReducedServer> {
  const settings = 'approval_policy = "never"\nsandbox_mode = "workspace-write"';
  const script = [[step.shell("call_1", ["sh", "-c", CHANGE_HOOK])], [step.text("so be it")]];
  const rig = await createRig({ settings, script });
  const { base, cwd, env } = rig.workspace;
  const PATH = join(base, "bin");
  await mkdir(PATH);
  for (const program of ["sh", "git", "touch", "printf"]) {
    await symlink(execFileSync("which", [program], { encoding: "utf8" }).trim(), join(PATH, program));
  }
  const server = await startServer({ cwd, env: { ...env, PATH } });
  return {
    cwd,
    client: server.client,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rig[Symbol.asyncDispose]();
    },
  };
}

describe.skipIf(process.platform !== "linux")("on a machine whose sandbox enforces less than the policy", () => {
  test("a thread says once what is not protected, and each command what it ran in", async () => {
    await using server = await startReducedServer();
    const { client } = server;
    const { thread } = (await client.request("thread/start", {})) as { thread: { id: string } };
    for (const text of ["go", "go on"]) await turnEnd(client, thread.id, await startTurn(client, thread.id, text));
    const warnings = client.heard.filter(({ params }) => JSON.stringify(params).includes("the sandbox is reduced"));
    expect(warnings).toMatchObject([{ params: { message: expect.stringMatching(/\.git.*install bubblewrap/) } }]);
    const items = client.heard
      .filter(({ method }) => method === "item/completed")
      .map(({ params }) => params["item"] as { readonly type: string });
    expect(items.filter(({ type }) => type === "commandExecution")).toMatchObject([{ sandbox: "reduced" }]);
  });

  test("a command that changed what is protected has failed, is told, and has changed nothing", async () => {
    await using server = await startReducedServer();
    const { client, cwd } = server;
    const hook = join(cwd, ".git", "hooks", "pre-commit");
    const note = `sandbox: not permitted, and put back where possible: the command changed ${hook}\n`;
    const { thread } = (await client.request("thread/start", {})) as { thread: { id: string } };
    await turnEnd(client, thread.id, await startTurn(client, thread.id, "go"));
    const done = await client.hear(
      "item/completed",
      ({ item }) => (item as { type: string }).type === "commandExecution",
    );
    expect(done["item"]).toMatchObject({ status: "failed", exitCode: 0, aggregatedOutput: `done\n${note}` });
    expect(await client.request("command/exec", { command: ["sh", "-c", CHANGE_HOOK] })).toEqual({
      exitCode: 0,
      stdout: "done",
      stderr: note,
    });
    expect(existsSync(hook)).toBe(false);
  });

  /** Runs the demo where commands find these programs and no others. */
  async function runDemo(
    programs: readonly string[],
  ): Promise<{ readonly code: number | null; readonly stdout: string }> {
    await using rig = await createRig();
    const { base, tmp } = rig.workspace;
    const PATH = join(base, "bin");
    await mkdir(PATH);
    for (const program of programs) {
      await symlink(execFileSync("which", [program], { encoding: "utf8" }).trim(), join(PATH, program));
    }
    const { code, stdout } = await rig.run(["demo"], { env: { PATH } });
    expect(await readdir(tmp)).toEqual([]);
    return { code, stdout };
  }

  test("the demo does its whole job", async () => {
    const { code, stdout } = await runDemo(["sh", "bash", "cat", "node"]);
    expect({ code, said: stdout.match(/(?<=till )(?:succeeded|exited -?\d+) in/g) }).toEqual({
      code: 0,
      said: ["succeeded in", "exited 1 in", "succeeded in"],
    });
  });

  test("a demo whose commands did something else has failed, whatever the script of its model says", async () => {
    const { code, stdout } = await runDemo(["sh", "bash", "cat"]);
    expect(code).toBe(1);
    expect(stdout).toContain("ERROR: the commands ended with 0, 127, 127 instead of 0, 1, 0.");
    expect(stdout).not.toContain("What you saw");
  });
});
