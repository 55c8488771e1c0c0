import { mcpServerConfig, step } from "@heddle/testkit";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HEDDLE } from "./support/built-command.ts";
import { createRig } from "./support/command-rig.ts";
import { REFUSED_WRITE, sandboxHere } from "./support/sandbox-here.ts";
import { ANY } from "./support/mcp-host.ts";
import { startShell as startHost, type ShellRig } from "./support/shell-host.ts";
import { startHeddle } from "./support/start-heddle.ts";

const RULES = `
prefix_rule(pattern=["git", "init"], decision="prompt")
prefix_rule(pattern=["git", "push"], decision="forbidden")
prefix_rule(pattern=["touch"], decision="allow")
prefix_rule(pattern=[["bash", "sh"], "-lc"], decision="prompt")
`;

/** `answer` is what the person says to each question. */
function startShell(answer?: () => unknown, env: Record<string, string> = {}): Promise<ShellRig> {
  return startHost({ rules: RULES, answer, env });
}

const EACH = "each command of the script, before it started";
const WHOLE = "the script as one command, before it started";
const refused = (reason: string, decided = EACH): object => ({
  exit_code: 1,
  output: `Execution denied: ${reason}\n`,
  duration: { secs: 0, nanos: 0 },
  timed_out: false,
  enforcement: { decided, sandbox: "not run" },
});
const accept = (): object => ({ action: "accept", content: {} });

test("heddle shell-tool-mcp offers one tool, and takes the sandbox of the host", async () => {
  await using host = await startShell();
  expect(host.client.getServerCapabilities()).toEqual({
    tools: {},
    experimental: { "codex/sandbox-state": { version: "1.0.0" } },
  });
  const { tools } = await host.client.listTools();
  expect(
    tools.map(({ name, inputSchema }) => [name, Object.keys(inputSchema.properties ?? {}), inputSchema.required]),
  ).toEqual([["shell", ["command", "workdir", "timeout_ms", "login"], ["command", "workdir"]]]);
});

describe("rules decide before a script starts:", () => {
  test("what is prompted is asked once, and runs outside of the sandbox when it is accepted", async () => {
    await using host = await startShell(accept);
    const { cwd } = host.rig.workspace;
    await host.update({ type: "read-only" });
    const ended = await host.shell("git init -q made && git init -q made");
    expect(ended).toMatchObject({ exit_code: 0, output: "", enforcement: { decided: EACH, sandbox: "none" } });
    expect(existsSync(join(cwd, "made", ".git"))).toBe(true);
    expect(host.asked).toEqual([
      {
        message: `Allow agent to run \`git init -q made\` in \`${cwd}\`?`,
        requestedSchema: {
          type: "object",
          title: "Execution Permission Request",
          properties: { reason: { type: "string", description: "Why it may or may not run." } },
        },
      },
    ]);
  });

  test.each([
    ["decline", "User declined execution"],
    ["cancel", "User cancelled execution"],
  ])("the answer %s refuses all of the script", async (action, reason) => {
    await using host = await startShell(() => ({ action }));
    await host.update({ type: "danger-full-access" });
    expect(await host.shell("touch before && git init -q made")).toEqual(refused(reason));
    expect(existsSync(join(host.rig.workspace.cwd, "before"))).toBe(false);
  });

  test("a host that cannot ask is refused at once, and told so", async () => {
    await using host = await startShell();
    expect(await host.shell("git init -q made")).toEqual(
      refused("approval is needed, and this host cannot be asked (it has no elicitation capability)"),
    );
  });

  test.each(["git push", "touch before; git push", "/usr/bin/git push", "bash -c 'git push'"])(
    "forbidden, nobody is asked: %s",
    async (script) => {
      await using host = await startShell(accept);
      expect(await host.shell(script)).toEqual(refused("Execution forbidden by policy"));
      expect(host.asked).toEqual([]);
    },
  );

  test("what is known to be dangerous is asked about", async () => {
    await using host = await startShell(() => ({ action: "decline" }));
    expect(await host.shell("rm -rf made")).toEqual(refused("User declined execution"));
  });

  test("of a script that cannot be taken apart, rules see the call of the shell", async () => {
    await using host = await startShell(() => ({ action: "decline" }));
    expect(await host.shell("touch made > log", { login: true })).toEqual(refused("User declined execution", WHOLE));
    expect(host.asked.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Allow agent to run `\/.*sh -lc 'touch made > log'` in `.*`\?$/),
    ]);
  });

  test("a rule that allows takes a script of nothing else out of the sandbox", async () => {
    await using host = await startShell();
    await host.update({ type: "read-only" });
    expect(await host.shell("touch made && ls")).toMatchObject({ exit_code: 0, enforcement: { sandbox: "none" } });
    expect(existsSync(join(host.rig.workspace.cwd, "made"))).toBe(true);
  });

  test("a host that fails to ask has not allowed anything", async () => {
    await using host = await startShell(() => {
      throw new Error("no screen");
    });
    expect(await host.shell("git init -q made")).toEqual(refused("the host could not ask: no screen"));
  });

  test("while a person decides, the time limit stands still", async () => {
    const limit = { timeout_ms: 2_000 };
    // The answer comes when a command with the same limit, which was started after the question, has used it up.
    await using host: ShellRig = await startShell(async () => {
      expect(await host.shell("sleep 600", limit)).toMatchObject({ timed_out: true });
      return accept();
    });
    await host.update({ type: "danger-full-access" });
    expect(await host.shell("git init -q made", limit)).toMatchObject({ exit_code: 0, timed_out: false });
  });
});

test("a call that the host cancels and one that runs when it goes leave nothing behind", async () => {
  await using host = await startShell();
  const { cwd } = host.rig.workspace;
  await host.update({ type: "danger-full-access" });
  const start = async (name: string, signal?: AbortSignal): Promise<readonly [Promise<unknown>]> => {
    execFileSync("mkfifo", [join(cwd, name)]);
    const args = { command: `echo started > ${name}; sleep 600`, workdir: cwd, login: false, timeout_ms: 600_000 };
    const ended = host.call(args, signal).catch((error: unknown) => error);
    await readFile(join(cwd, name)); // the script has written
    return [ended];
  };
  const cancel = new AbortController();
  const [cancelled] = await start("first", cancel.signal);
  const [left] = await start("second");
  cancel.abort();
  expect(await cancelled).toBeInstanceOf(Error);
  await host.client.close();
  expect(await left).toBeInstanceOf(Error);
  expect(await host.rig.lingering()).toEqual([]);
});

test("after its time limit a script ends, and says so", async () => {
  await using host = await startShell();
  await host.update({ type: "danger-full-access" });
  expect(await host.shell("sleep 600", { timeout_ms: 50 })).toMatchObject({ exit_code: 124, timed_out: true });
});

test("wrong arguments, and a sandbox state that cannot be read, run nothing", async () => {
  await using host = await startShell();
  expect(await host.call({ command: "ls", workdir: "ws" })).toEqual({
    isError: true,
    text: 'workdir is not an absolute path: "ws"',
  });
  expect(await host.call({ workdir: "/" })).toMatchObject({ isError: true });
  await host.update({ type: "danger-full-access" });
  await host.update({ type: "later-kind" });
  expect(await host.call({ command: "ls", workdir: "/" })).toMatchObject({
    isError: true,
    text: expect.stringMatching(/^the host's sandbox state cannot be read, so nothing runs until it sends another: /),
  });
  await host.update({ type: "danger-full-access" });
  expect(await host.shell("echo $((1 + 1))")).toMatchObject({ exit_code: 0, output: "2\n" });
});

test("a sandbox that is looser than an administrator allows runs nothing", async () => {
  await using managed = await createRig({ files: { "managed.toml": 'sandbox_mode = "read-only"\n' } });
  const path = join(managed.workspace.cwd, "managed.toml");
  await using host = await startShell(undefined, { HEDDLE_MANAGED_CONFIG_PATH: path });
  await host.update({ type: "danger-full-access" });
  expect(await host.call({ command: "ls", workdir: "/" })).toEqual({
    isError: true,
    text: expect.stringContaining("`danger-full-access` is looser than `read-only`"),
  });
});

test("an update as a request is answered", async () => {
  await using host = await startShell();
  const request = (sandboxCwd: string): Promise<unknown> =>
    host.client.request(
      { method: "codex/sandbox-state/update", params: { sandboxPolicy: { type: "read-only" }, sandboxCwd } },
      ANY,
    );
  expect(await request("/")).toEqual({});
  await expect(request("ws")).rejects.toMatchObject({ code: -32602 });
});

describe.skipIf(sandboxHere === "none")("the sandbox of the host holds:", () => {
  test("read-only until it has told one, then what it told last", async () => {
    await using host = await startShell();
    const { cwd } = host.rig.workspace;
    const before = await host.shell("echo text > made");
    expect(before).toMatchObject({ exit_code: 1, enforcement: { decided: WHOLE, sandbox: sandboxHere } });
    expect(before.output).toMatch(REFUSED_WRITE);
    await host.update({ type: "workspace-write" });
    expect(await host.shell("echo text > made")).toMatchObject({ exit_code: 0, enforcement: { sandbox: sandboxHere } });
    expect(existsSync(join(cwd, "made"))).toBe(true);
    await host.update({ type: "read-only" });
    expect(await host.shell("echo text > more")).toMatchObject({ exit_code: 1 });
  });

  test.each([
    ["a script that cannot be taken apart", "touch made > log", WHOLE],
    ["a script with one command that no rule knows", "mkdir folder; touch made", EACH],
    ["a program that has the name of an allowed one", "./touch made", EACH],
  ])("%s does not leave it", async (_, script, decided) => {
    await using host = await startShell(accept);
    await host.update({ type: "read-only" });
    const ended = await host.shell(script);
    expect(ended.enforcement).toEqual({ decided, sandbox: sandboxHere });
    expect(existsSync(join(host.rig.workspace.cwd, "made"))).toBe(false);
  });
});

test("Heddle as the host tells the sandbox of its thread, and puts the question to its client", async () => {
  const server = { command: process.execPath, args: [HEDDLE, "shell-tool-mcp"] };
  const call = { command: "git init -q", workdir: "/nowhere", login: false };
  await using heddle = await startHeddle({
    script: [
      [step.functionCall("c0", "mcp__shell__shell", call)],
      [step.functionCall("c1", "mcp__shell__shell", { ...call, command: "echo $((1 + 1))", workdir: "/" })],
      [step.text("done")],
    ],
    config: mcpServerConfig("shell", server, 'env_vars = ["HEDDLE_HOME"]'),
    homeFiles: { "policy/team.codexpolicy": RULES },
    capabilities: {},
  });
  const asked: unknown[] = [];
  heddle.client.answer("mcpServer/elicitation/request", (params) => {
    asked.push(params);
    return { action: "decline" };
  });
  const { items } = await heddle.runTurn(await heddle.startThread({ sandbox: "dangerFullAccess" }), "go");
  expect(asked).toMatchObject([{ serverName: "shell", message: "Allow agent to run `git init -q` in `/nowhere`?" }]);
  const answers = items.slice(1, -1).map((item) => {
    const { result } = item as { result: { content: { text: string }[] } };
    return JSON.parse(result.content[0]?.text ?? "") as unknown;
  });
  expect(answers).toEqual([
    refused("User declined execution"),
    expect.objectContaining({ exit_code: 0, output: "2\n", enforcement: { decided: WHOLE, sandbox: "none" } }),
  ]);
});

test("broken rules serve nothing", async () => {
  await using rig = await createRig({ homeFiles: { "policy/team.codexpolicy": "prefix_rule(" } });
  expect(await rig.run(["shell-tool-mcp"])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Error: failed to parse execpolicy file /),
  });
});
