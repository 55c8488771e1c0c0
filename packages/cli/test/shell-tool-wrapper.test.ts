import { wrappingShell } from "@heddle/testkit";
import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";
import { REFUSED_WRITE, sandboxHere } from "./support/sandbox-here.ts";
import { startShell as startHost, type ShellRig } from "./support/shell-host.ts";

const RULES = `
prefix_rule(pattern=["git", "init"], decision="prompt")
prefix_rule(pattern=["git", "push"], decision="forbidden")
prefix_rule(pattern=["touch"], decision="allow")
prefix_rule(pattern=["rm", "-rf", "allowed"], decision="allow")
`;

interface Wrapped {
  readonly answer?: (question: Record<string, unknown>) => unknown;
  readonly rules?: string;
  readonly args?: readonly string[];
  readonly programs?: Record<string, string>;
}

/** The server with the stand-in for a Bash that honours BASH_EXEC_WRAPPER. */
function startShell({ rules = RULES, args = [], ...more }: Wrapped = {}): Promise<ShellRig> {
  return startHost({ rules, args: ["--bash", wrappingShell(), ...args], ...more });
}

const accept = (): object => ({ action: "accept", content: {} });
const enforcement = (sandbox: string): object => ({ decided: "each program, when it started", sandbox });
const programFile = (name: string): string =>
  execFileSync("/bin/sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
const git = programFile("git");

describe("each program is decided about when it starts:", () => {
  test("what is prompted is asked about once, and runs when it is accepted", async () => {
    await using host = await startShell({ answer: accept });
    const { cwd } = host.rig.workspace;
    await host.update({ type: "danger-full-access" });
    expect(await host.shell("git init -q 'made here'")).toMatchObject({
      exit_code: 0,
      timed_out: false,
      enforcement: enforcement("none"),
    });
    expect(existsSync(join(cwd, "made here", ".git"))).toBe(true);
    expect(host.asked.map(({ message }) => message)).toEqual([
      `Allow agent to run \`${git} init -q 'made here'\` in \`${cwd}\`?`,
    ]);
  });

  test.each([
    ["decline", "User declined execution"],
    ["cancel", "User cancelled execution"],
  ])("the answer %s refuses that program, and what came before it stays", async (action, reason) => {
    await using host = await startShell({ answer: () => ({ action }) });
    await host.update({ type: "danger-full-access" });
    expect(await host.shell("touch before && git init -q made && touch after")).toMatchObject({
      exit_code: 1,
      output: `Execution denied: ${reason}\n`,
    });
    const there = ["before", "made", "after"].map((name) => existsSync(join(host.rig.workspace.cwd, name)));
    expect(there).toEqual([true, false, false]);
  });

  test("a host that cannot ask is refused at once", async () => {
    await using host = await startShell();
    await host.update({ type: "danger-full-access" });
    expect(await host.shell("git init -q made")).toMatchObject({
      exit_code: 1,
      output:
        "Execution denied: approval is needed, and this host cannot be asked (it has no elicitation capability)\n",
    });
  });

  test.each(["git push", `${git} push`, "./git push", "sh -c 'git push'"])(
    "forbidden, nobody is asked: %s",
    async (script) => {
      await using host = await startShell({ answer: accept, programs: { git: "#!/bin/sh\necho ran\n" } });
      await host.update({ type: "danger-full-access" });
      expect(await host.shell(script)).toMatchObject({
        exit_code: 1,
        output: "Execution denied: Execution forbidden by policy\n",
      });
      expect(host.asked).toEqual([]);
    },
  );

  test("what is known to be dangerous is asked about, unless a rule allows it", async () => {
    await using host = await startShell({ answer: () => ({ action: "decline" }) });
    await host.update({ type: "danger-full-access" });
    expect(await host.shell("rm -rf allowed; rm -rf other")).toMatchObject({
      exit_code: 1,
      output: "Execution denied: User declined execution\n",
    });
    expect(host.asked.length).toBe(1);
  });

  test("a short limit does not count the time in which people decide, of several at once neither", async () => {
    const limit = { timeout_ms: 2_000 };
    let open = 0;
    let bothAsked = (): void => {};
    const both = new Promise<void>((resolve) => (bothAsked = resolve));
    // Both answers come when a script with the same limit, started after both questions, has used it up.
    const used: { done: Promise<unknown> | null } = { done: null };
    await using host: ShellRig = await startShell({
      async answer() {
        open += 1;
        if (open === 2) bothAsked();
        await both;
        used.done ??= host.shell("sleep 600", limit);
        expect(await used.done).toMatchObject({ timed_out: true });
        return accept();
      },
    });
    await host.update({ type: "danger-full-access" });
    expect(await host.shell("git init -q one & git init -q two &", limit)).toMatchObject({
      exit_code: 0,
      timed_out: false,
    });
  });

  test("a script that runs longer than its limit ends, with what it runs outside", async () => {
    await using host = await startShell({ rules: 'prefix_rule(pattern=["sleep"], decision="allow")\n' });
    await host.update({ type: "danger-full-access" });
    expect(await host.shell("sleep 600", { timeout_ms: 500 })).toMatchObject({ exit_code: 124, timed_out: true });
    await host.client.close();
    expect(await host.rig.lingering()).toEqual([]);
  });
});

describe.skipIf(sandboxHere === "none")("the sandbox of the host holds, but for what a rule lets out:", () => {
  test("the example of the specification: `git init .` is asked about and makes its repository outside", async () => {
    await using host = await startShell({ answer: accept });
    const { cwd } = host.rig.workspace;
    await host.update({ type: "read-only" });
    const ended = await host.shell("git init .", { timeout_ms: 5_000 });
    expect(ended).toMatchObject({ exit_code: 0, enforcement: enforcement(sandboxHere) });
    expect(existsSync(join(cwd, ".git", "HEAD"))).toBe(true);
    expect(host.asked.map(({ message }) => message)).toEqual([`Allow agent to run \`${git} init .\` in \`${cwd}\`?`]);
  });

  test("one rule that allows lets its program out, and not the next one", async () => {
    await using host = await startShell();
    const { cwd } = host.rig.workspace;
    await host.update({ type: "read-only" });
    const ended = await host.shell("touch made && mkdir folder");
    expect(ended).toMatchObject({ exit_code: 1, enforcement: enforcement(sandboxHere) });
    expect(ended.output).toMatch(REFUSED_WRITE);
    expect([existsSync(join(cwd, "made")), existsSync(join(cwd, "folder"))]).toEqual([true, false]);
  });

  test("a program that has the name of an allowed one does not leave it, wherever PATH leads", async () => {
    const programs = { touch: "#!/bin/sh\nexec /bin/mkdir made\n" };
    await using host = await startShell({ programs });
    const { cwd } = host.rig.workspace;
    for (const script of ["./touch", `${cwd}/touch`, "PATH=.:/bin:/usr/bin touch"]) {
      await host.update({ type: "read-only" });
      expect((await host.shell(script)).output).toMatch(REFUSED_WRITE);
    }
    expect(existsSync(join(cwd, "made"))).toBe(false);
  });

  test("an allowed one does not leave it by a way that a command can lead elsewhere before it starts", async () => {
    await using host = await startShell();
    const { cwd } = host.rig.workspace;
    const outside = join(host.rig.workspace.home, "made");
    const folder = realpathSync(dirname(programFile("touch")));
    await symlink(folder, join(cwd, "link"));
    const policy = { type: "workspace-write", exclude_slash_tmp: true, exclude_tmpdir_env_var: true };
    for (const way of [`${cwd}/link`, `/usr/..${cwd}/link`, `/proc/self/root${folder}`, `/dev/fd/../root${folder}`]) {
      await host.update(policy);
      expect({ way, ...(await host.shell(`${way}/touch ${outside}`)) }).toMatchObject({ way, exit_code: 1 });
    }
    expect(existsSync(outside)).toBe(false);
    expect(await host.shell(`${folder}/../${basename(folder)}/touch ${outside}`)).toMatchObject({ exit_code: 0 });
    expect(existsSync(outside)).toBe(true);
  });

  test("nor by a way that leads elsewhere where it starts", async () => {
    await using host = await startShell();
    const { cwd } = host.rig.workspace;
    const known = programFile("touch");
    const [workdir, folder] = [join(cwd, "a/b/c"), join(cwd, dirname(known))];
    for (const path of [workdir, folder]) await mkdir(path, { recursive: true });
    const outside = join(host.rig.workspace.home, "made");
    // To whoever only reads the names, this is the known one.
    await writeFile(join(folder, "touch"), `#!/bin/sh\n>${outside}\n`, { mode: 0o755 });
    await host.update({ type: "read-only" });
    const ended = await host.shell(`/proc/self/cwd/../../..${known}`, { workdir });
    expect(ended.output).toMatch(REFUSED_WRITE);
    expect(existsSync(outside)).toBe(false);
  });

  test("one that is told to be another program does not run outside", async () => {
    await using host = await startShell({
      programs: { other: '#!/bin/sh\nexec "$BASH_EXEC_WRAPPER" "$1" mkdir made\n' },
    });
    await host.update({ type: "read-only" });
    expect(await host.shell(`./other ${programFile("touch")}`)).toMatchObject({
      exit_code: 1,
      output: expect.stringMatching(/Execution denied: .* mkdir can make another program of it\n$/),
    });
    expect(existsSync(join(host.rig.workspace.cwd, "made"))).toBe(false);
  });

  test("one with variables that make another program of it does not run outside", async () => {
    await using host = await startShell();
    await host.update({ type: "read-only" });
    expect(await host.shell("LD_PRELOAD=/tmp/evil.so touch made")).toMatchObject({
      exit_code: 1,
      output: expect.stringMatching(/Execution denied: .* LD_PRELOAD can make another program of it\n$/),
    });
    expect(existsSync(join(host.rig.workspace.cwd, "made"))).toBe(false);
  });

  test("with --preserve-program-paths rules name whole paths", async () => {
    const touch = programFile("touch");
    const rules = `prefix_rule(pattern=["${touch}"], decision="allow")\nprefix_rule(pattern=["mkdir"], decision="allow")\n`;
    await using host = await startShell({ rules, args: ["--preserve-program-paths"] });
    const { cwd } = host.rig.workspace;
    await host.update({ type: "read-only" });
    expect(await host.shell("touch made && mkdir folder")).toMatchObject({ exit_code: 1 });
    expect([existsSync(join(cwd, "made")), existsSync(join(cwd, "folder"))]).toEqual([true, false]);
  });
});

describe("a Bash that cannot be used serves nothing:", () => {
  const refusal = async (args: readonly string[], env: Record<string, string> = {}): Promise<unknown> => {
    await using rig = await createRig();
    return await rig.run(["shell-tool-mcp", ...args], { env });
  };
  const sh = realpathSync("/bin/sh");

  test.each([
    ["one that does not honour the variable", ["--bash", sh], `${sh} does not honour BASH_EXEC_WRAPPER`],
    ["one that is not there", ["--bash", "/no/such/bash"], "/no/such/bash is not a program that can be run"],
    [
      "a wrapper that is not there",
      ["--bash", wrappingShell(), "--execve", "/no/such/wrapper"],
      "/no/such/wrapper is not a program that can be run",
    ],
    ["none", ["--preserve-program-paths"], "--execve and --preserve-program-paths need --bash or CODEX_BASH_PATH"],
  ])("%s", async (_, args, reason) => {
    expect(await refusal(args)).toMatchObject({ code: 2, stdout: "", stderr: `error: ${reason}\n` });
  });

  test("CODEX_BASH_PATH names it too", async () => {
    expect(await refusal([], { CODEX_BASH_PATH: "/no/such/bash" })).toMatchObject({ code: 2 });
    expect(await refusal([], { CODEX_BASH_PATH: "" })).toMatchObject({ code: 0 });
  });
});
