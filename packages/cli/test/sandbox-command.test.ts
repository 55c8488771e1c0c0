import { execFileSync } from "node:child_process";
import { createExpiration, createSandbox } from "@heddle/sandbox";
import { existsSync } from "node:fs";
import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HEDDLE, startProcess } from "./support/built-command.ts";
import { createRig, type CommandRig } from "./support/command-rig.ts";
import { sandboxHere } from "./support/sandbox-here.ts";

const isLinux = process.platform === "linux";
/** Without bubblewrap every command begins with a notice; what the helper does is tested by itself. */
const isFull = sandboxHere === "full";
const FULL_ACCESS = ["-s", "danger-full-access"];
const WRITE = ["-s", "workspace-write"];

/** An environment whose PATH has the usual programs, and no bubblewrap. */
async function withoutBubblewrap({ workspace }: CommandRig): Promise<Readonly<Record<string, string>>> {
  const PATH = join(workspace.base, "bin");
  await mkdir(PATH);
  for (const program of ["sh", "echo", "touch", "sleep"]) {
    await symlink(execFileSync("which", [program], { encoding: "utf8" }).trim(), join(PATH, program));
  }
  return { ...workspace.env, PATH };
}

describe.skipIf(!isFull)("heddle sandbox runs a command", () => {
  test("under the configuration's policy where no option says otherwise", async () => {
    await using readOnly = await createRig({ settings: 'sandbox_mode = "read-only"' });
    const refused = await readOnly.run(["sandbox", "--", "touch", "made.txt"]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("Read-only file system") });
    await using writable = await createRig({ settings: 'sandbox_mode = "workspace-write"' });
    expect(await writable.run(["sandbox", "--", "touch", "made.txt"])).toMatchObject({ code: 0, stderr: "" });
    expect(await readdir(writable.workspace.cwd)).toEqual([".git", "made.txt"]);
  });

  test.each([
    ["read-only: nothing", ["-s", "read-only"], []],
    ["workspace-write: the folder it runs in", WRITE, ["ws"]],
    ["--full-auto: the same", ["--full-auto"], ["ws"]],
    ["--add-dir: another folder too", [...WRITE, "--add-dir", "../more"], ["more", "ws"]],
    [
      "-c: as the configuration would say it",
      [...WRITE, "-c", 'sandbox_workspace_write.writable_roots=["../more"]'],
      ["more", "ws"],
    ],
    ["danger-full-access: everything", FULL_ACCESS, ["more", "out", "ws"]],
  ])("which may write: %s", async (_what, options, writable) => {
    await using rig = await createRig();
    const { base } = rig.workspace;
    const folders = ["ws", "more", "out"].map((name) => join(base, name));
    await Promise.all(["more", "out"].map((name) => mkdir(join(base, name))));
    const { code } = await rig.run([
      "sandbox",
      ...options,
      "--",
      "touch",
      ...folders.map((path) => join(path, "made")),
    ]);
    expect(code).toBe(writable.length === 3 ? 0 : 1);
    const written = ["more", "out", "ws"].filter((name) => existsSync(join(base, name, "made")));
    expect(written).toEqual(writable);
  });

  test("in the folder of -C, which is then its workspace", async () => {
    await using rig = await createRig({ files: { "sub/a.txt": "" } });
    const script = "pwd; touch made; touch ../made";
    const { code, stdout } = await rig.run(["sandbox", ...WRITE, "-C", "sub", "--", "sh", "-c", script]);
    const { cwd } = rig.workspace;
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${join(cwd, "sub")}\n` });
    expect(await readdir(join(cwd, "sub"))).toEqual(["a.txt", "made"]);
    expect(existsSync(join(cwd, "made"))).toBe(false);
  });

  test("without network, or with it", async () => {
    await using rig = await createRig();
    const { hostname, port } = new URL(rig.model.baseUrl);
    const connect = ["--", "bash", "-c", `exec 3<>/dev/tcp/${hostname}/${port}`];
    expect(await rig.run(["sandbox", ...WRITE, ...connect])).toMatchObject({ code: 1 });
    expect(await rig.run(["sandbox", ...WRITE, "--network", ...connect])).toMatchObject({ code: 0, stderr: "" });
  });

  test("with our streams, and the environment of the policy", async () => {
    await using rig = await createRig({ settings: '[shell_environment_policy]\nset = { COLOUR = "blue" }' });
    const script = 'cat; echo "$COLOUR $API_TOKEN $CODEX_SANDBOX $CODEX_SANDBOX_NETWORK_DISABLED"; echo complaint >&2';
    const args = ["sandbox", "--", "sh", "-c", script];
    expect(await rig.run(args, { stdin: "input\n", env: { API_TOKEN: "t0ken" } })).toEqual({
      code: 0,
      signal: null,
      stdout: "input\nblue  linux 1\n",
      stderr: "complaint\n",
    });
  });

  test("in our terminal", async () => {
    await using rig = await createRig();
    const { cwd, env } = rig.workspace;
    const command = `'${process.execPath}' '${HEDDLE}' sandbox -- sh -c 'test -t 0 && test -t 1 && test -t 2 && echo a terminal'`;
    const inTerminal = startProcess(["script", "--quiet", "--return", "--command", command, "/dev/null"], { cwd, env });
    expect(await inTerminal.ended).toMatchObject({ code: 0, stdout: "a terminal\r\n" });
  });

  test.each([
    ["bubblewrap", [], false],
    ["the helper", [], true],
    ["no sandbox", FULL_ACCESS, false],
  ])("whose exit code is ours, 128 + n for signal n, in %s", async (_what, options, bare) => {
    await using rig = await createRig();
    const env = bare ? await withoutBubblewrap(rig) : rig.workspace.env;
    const codeOf = async (script: string): Promise<number | null> =>
      (await rig.run(["sandbox", ...options, "--", "sh", "-c", script], { env })).code;
    expect(await codeOf("exit 7")).toBe(7);
    expect(await codeOf("kill -TERM $$")).toBe(143);
    expect(await codeOf("kill -KILL $$")).toBe(137);
  });

  test.each([
    ["bubblewrap", [], false],
    ["the helper", [], true],
    ["no sandbox", FULL_ACCESS, false],
  ])("to which signals go that are sent to us, in %s", async (_what, options, bare) => {
    await using rig = await createRig();
    const env = bare ? await withoutBubblewrap(rig) : rig.workspace.env;
    const waits = "echo ready; while :; do sleep 0.05; done";
    for (const [signal, script, code] of [
      ["SIGTERM", `trap 'echo caught; exit 3' TERM; ${waits}`, 3],
      ["SIGINT", `trap 'echo caught; exit 4' INT; ${waits}`, 4],
      ["SIGHUP", waits, 129],
    ] as const) {
      const running = rig.start(["sandbox", ...options, "--", "sh", "-c", script], { env });
      await running.says("ready");
      running.child.kill(signal);
      const stdout = code === 129 ? "ready\n" : "ready\ncaught\n";
      expect(await running.ended).toMatchObject({ code, signal: null, stdout });
    }
    expect(await rig.lingering()).toEqual([]);
  });

  test.each([
    ["bubblewrap", [], false],
    ["the helper", [], true],
    ["no sandbox", FULL_ACCESS, false],
  ])("to which the keys of the terminal go, which may have a use for them, in %s", async (_what, options, bare) => {
    await using rig = await createRig();
    const { base, cwd, env } = rig.workspace;
    const sandbox = createSandbox({ env, stateDir: join(base, "terminal") });
    const script = "trap 'sleep 0.2; echo caught; exit 4' INT; echo ready; while :; do sleep 0.05; done";
    const child = await sandbox.spawn(
      {
        argv: [process.execPath, HEDDLE, "sandbox", ...options, "--", "sh", "-c", script],
        cwd,
        env: bare ? await withoutBubblewrap(rig) : env,
        policy: { type: "danger-full-access" },
        sandboxCwd: cwd,
        terminal: { rows: 24, columns: 200 },
      },
      createExpiration({ timeoutMs: 20_000 }),
    );
    for await (const { text } of child.output) if (text.includes("ready")) child.stdin?.write("\u0003");
    expect(await child.exit).toMatchObject({ exitCode: 4, stdout: expect.stringContaining("caught\r\n") });
    await sandbox.close();
    expect(await rig.lingering()).toEqual([]);
  });

  test("and nothing of it is left", async () => {
    await using rig = await createRig();
    const script = "sleep 300 & setsid sleep 300 & echo started";
    expect(await rig.run(["sandbox", ...WRITE, "--", "sh", "-c", script])).toMatchObject({ stdout: "started\n" });
    expect(await rig.lingering()).toEqual([]);
    expect(await readdir(rig.workspace.cwd)).toEqual([".git"]);
  });

  test("whose options are its own, with and without `--`", async () => {
    await using rig = await createRig();
    for (const dashes of [[], ["--"]]) {
      const args = [
        "sandbox",
        "-s",
        "read-only",
        ...dashes,
        "sh",
        "-c",
        'echo "$@"',
        "sh",
        "-s",
        "--probe",
        "--",
        "-i",
      ];
      expect(await rig.run(args)).toMatchObject({ code: 0, stdout: "-s --probe -- -i\n" });
    }
  });
});

describe.skipIf(!isFull)("heddle sandbox on the system that is named", () => {
  test.each([
    ["linux", [], 1],
    ["linux", ["--full-auto"], 0],
    ["landlock", [], 1],
    ["landlock", ["--full-auto", "--"], 0],
  ])("%s %j", async (name, options, code) => {
    for (const command of ["sandbox", "debug"]) {
      await using rig = await createRig({ settings: 'sandbox_mode = "danger-full-access"' });
      expect(await rig.run([command, name, ...options, "touch", "made"])).toMatchObject({ code });
    }
  });

  test.each([
    ["macos", "Error: Seatbelt sandbox is only available on macOS\n"],
    ["seatbelt", "Error: Seatbelt sandbox is only available on macOS\n"],
    ["windows", "Error: Windows sandbox is only available on Windows\n"],
  ])("%s is refused elsewhere", async (name, stderr) => {
    await using rig = await createRig();
    expect(await rig.run(["sandbox", name, "--", "true"])).toMatchObject({ code: 1, stdout: "", stderr });
  });

  test("is no system behind `--`", async () => {
    await using rig = await createRig();
    const stderr = "Error: cannot run linux: No such file or directory (ENOENT)\n";
    expect(await rig.run(["sandbox", "--", "linux"])).toMatchObject({ code: 127, stderr });
  });
});

describe("heddle sandbox runs nothing", () => {
  test.each([
    ["without a command", ["sandbox"], /missing required argument 'argv'/],
    ["with two policies", ["sandbox", "--full-auto", ...WRITE, "--", "true"], /cannot be used with/],
    [
      "with network and read-only",
      ["sandbox", "-s", "read-only", "--network", "--", "true"],
      /--network widens workspace-write/,
    ],
    [
      "with another folder and read-only",
      ["sandbox", "-s", "read-only", "--add-dir", "x", "--", "true"],
      /--add-dir widens/,
    ],
    ["with an unknown policy", ["sandbox", "-s", "none", "--", "true"], /possible values: read-only, workspace-write/],
    ["when it is asked what it can do", ["sandbox", "--probe", "--", "true"], /--probe runs no command/],
    ["for --json alone", ["sandbox", "--json", "--", "true"], /--json goes with --probe/],
  ])("%s, and ends with 2", async (_what, args, reason) => {
    await using rig = await createRig();
    expect(await rig.run(args)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(reason) });
  });

  test.skipIf(!isLinux)("where no sandbox enforces the policy, says how to get one, and ends with 70", async () => {
    await using rig = await createRig({ settings: "sandbox_require_full = true" });
    const env = await withoutBubblewrap(rig);
    for (const args of [
      ["--", "touch", "made"],
      ["linux", "--full-auto", "touch", "made"],
    ]) {
      expect(await rig.run(["sandbox", ...args], { env })).toMatchObject({
        code: 70,
        stdout: "",
        stderr: expect.stringMatching(
          /^Error: sandbox required by policy is not available: bubblewrap is not installed .*; use --sandbox danger-full-access inside an isolated container, or install bubblewrap/,
        ),
      });
    }
    expect(await readdir(rig.workspace.cwd)).toEqual([".git"]);
  });
});

describe.skipIf(!isLinux)("with less than the whole policy", () => {
  test("heddle sandbox says so, and what the command changed all the same", async () => {
    await using rig = await createRig();
    const env = await withoutBubblewrap(rig);
    expect(await rig.run(["sandbox", "--", "echo", "hello"], { env })).toEqual({
      code: 0,
      signal: null,
      stdout: "hello\n",
      stderr: expect.stringMatching(/^heddle: the sandbox is reduced here \(bubblewrap is not installed/),
    });
    const hook = join(rig.workspace.cwd, ".git", "hooks", "pre-commit");
    const { stderr } = await rig.run(["sandbox", ...WRITE, "--", "touch", hook], { env });
    expect(stderr).toContain(`the command changed what is protected, which was put back where possible: ${hook}`);
    expect(existsSync(hook)).toBe(false);
  });
});

describe.skipIf(!isLinux)("heddle sandbox --probe", () => {
  const helper = {
    rung: "helper",
    usable: true,
    level: "reduced",
    unprotected: expect.arrayContaining([expect.stringContaining("mode")]),
  };
  const install = expect.stringContaining("install bubblewrap");
  const missing = "bubblewrap is not installed (no bwrap on the PATH)";

  test.skipIf(!isFull)("tells what each sandbox can do here, and which is used", async () => {
    await using rig = await createRig();
    const { code, stdout } = await rig.run(["sandbox", "--probe", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      chosen: "bubblewrap",
      level: "full",
      cause: null,
      remedy: null,
      rungs: [{ rung: "bubblewrap", usable: true, level: "full", unprotected: [] }, helper],
    });
    expect((await rig.run(["sandbox", "--probe"])).stdout).toMatch(
      /works: .*\nCommands run in: bubblewrap \(full\)\.\n$/s,
    );
  });

  test("tells how to get a better one", async () => {
    await using rig = await createRig();
    const env = await withoutBubblewrap(rig);
    const { code, stdout } = await rig.run(["sandbox", "--probe", "--json"], { env });
    expect({ code, report: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      report: {
        chosen: "helper",
        level: "reduced",
        cause: missing,
        remedy: install,
        rungs: [{ rung: "bubblewrap", usable: false, cause: missing, remedy: install }, helper],
      },
    });
  });

  test("ends with 70 where there is none", async () => {
    await using rig = await createRig({ settings: "sandbox_require_full = true" });
    const env = await withoutBubblewrap(rig);
    const { code, stdout } = await rig.run(["sandbox", "--probe"], { env });
    expect(code).toBe(70);
    expect(stdout).toMatch(
      /not usable: .*Commands that need a sandbox do not run here\.\nWhy: .*\nTo get one: .*install bubblewrap/s,
    );
  });
});
