import { spawnSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { chmod, mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  isWritable,
  looksDenied,
  resolveTarget,
  SandboxError,
  writableRoots,
  type SandboxPolicy,
} from "../src/index.ts";
import { hasSandbox, makeRig, PLAIN, READ_ONLY, WORKSPACE_ONLY, type Rig } from "./rig.ts";

async function run(rig: Rig, script: string, policy: SandboxPolicy = WORKSPACE_ONLY): Promise<string> {
  const { exitCode, aggregated } = await (await rig.start(script, { policy })).exit;
  return `${exitCode} ${aggregated}`.trim();
}

describe.skipIf(!hasSandbox)("what is protected in a root", () => {
  test("names that are absent are kept absent while a command runs, and are gone afterwards", async () => {
    await using rig = await makeRig();
    expect(
      await run(rig, "ls -A; for name in .git .codex .heddle; do mkdir $name/x 2>/dev/null && echo $name; done"),
    ).toBe("1 .codex\n.git\n.heddle");
    expect(readdirSync(rig.ws)).toEqual([]);
  });

  test("in the temporary folders only those names are protected that are there", async () => {
    await using rig = await makeRig();
    const other = join(rig.out, "tmp");
    await mkdir(join(other, ".codex"), { recursive: true });
    await using inTmp = await makeRig({ env: { ...process.env, TMPDIR: other } });
    const policy = { ...WORKSPACE_ONLY, excludeTmpdirEnvVar: false };
    expect(await run(inTmp, `touch ${other}/.codex/x; mkdir ${other}/.git; ls -A ${other}`, policy)).toBe(
      `0 touch: cannot touch '${other}/.codex/x': Read-only file system\n.codex\n.git`,
    );
  });

  test("a placeholder stays while any of several commands uses it", async () => {
    await using rig = await makeRig();
    const long = await rig.start("echo up; read line; mkdir .git/hooks || echo refused", { stdin: "pipe" });
    const output = long.output[Symbol.asyncIterator]();
    await output.next();
    for (let count = 0; count < 3; count += 1) await run(rig, "true");
    expect(readdirSync(rig.ws)).toEqual([".codex", ".git", ".heddle"]);
    long.stdin?.end("go\n");
    expect((await long.exit).stdout).toBe("up\nrefused\n");
    expect(readdirSync(rig.ws)).toEqual([]);
  });

  test("a folder that somebody fills meanwhile is left alone", async () => {
    await using rig = await makeRig();
    const child = await rig.start("echo up; read line", { stdin: "pipe" });
    for await (const _ of child.output) {
      await writeFile(join(rig.ws, ".codex", "config.toml"), "from outside");
      child.stdin?.end("go\n");
    }
    await child.exit;
    expect(readdirSync(rig.ws)).toEqual([".codex"]);
  });

  test("a .git pointer file is protected with the folders that it names", async () => {
    await using rig = await makeRig();
    const main = join(rig.ws, "main", ".git");
    const worktree = join(rig.ws, "tree");
    await mkdir(join(main, "worktrees", "tree"), { recursive: true });
    await mkdir(worktree);
    await writeFile(join(main, "worktrees", "tree", "commondir"), "../..\n");
    await writeFile(join(worktree, ".git"), `gitdir: ${main}/worktrees/tree\n`);
    const policy = { ...WORKSPACE_ONLY, writableRoots: [worktree] };
    const attempts = [
      `echo x > ${worktree}/.git`,
      `rm -f ${worktree}/.git`,
      `mv ${worktree} ${rig.ws}/moved`,
      `echo x > ${main}/config`,
      `echo x > ${main}/worktrees/tree/HEAD`,
      `mv ${rig.ws}/main ${rig.ws}/other`,
    ];
    for (const attempt of attempts) expect(await run(rig, `(${attempt}) 2>/dev/null`, policy)).not.toMatch(/^0/);
    expect(await run(rig, `echo x > ${worktree}/file && echo x > ${rig.ws}/main/file`, policy)).toBe("0");
  });

  test("a pointer to a folder that is not there yet does not let a command make it", async () => {
    await using rig = await makeRig();
    await writeFile(join(rig.ws, ".git"), "gitdir: elsewhere/git\n");
    expect(await run(rig, "mkdir -p elsewhere/git/hooks 2>/dev/null && echo made")).toBe("1");
    expect(readdirSync(rig.ws)).toEqual([".git"]);
  });

  test("a protected name that is a symbolic link is put back when a command replaces it", async () => {
    await using rig = await makeRig();
    await mkdir(join(rig.out, "git"));
    await writeFile(join(rig.out, "git", "config"), "good\n");
    await symlink(join(rig.out, "git"), join(rig.ws, ".git"));
    const outcome = await (await rig.start("rm .git && mkdir .git && echo x > .git/config")).exit;
    expect(outcome).toMatchObject({ exitCode: 0, tampered: [join(rig.ws, ".git")] });
    expect(looksDenied(outcome)).toBe(true);
    expect(readlinkSync(join(rig.ws, ".git"))).toBe(join(rig.out, "git"));
    expect(await run(rig, "(echo x > .git/config) 2>/dev/null || cat .git/config")).toBe("0 good");
  });

  test("Heddle's home is never writable, wherever it lies below a root", async () => {
    await using rig = await makeRig();
    const home = join(rig.ws, "config", "heddle");
    await mkdir(home, { recursive: true });
    const env = { ...process.env, HEDDLE_HOME: home };
    await using other = await makeRig({ env });
    const policy = { ...WORKSPACE_ONLY, writableRoots: [rig.ws] };
    for (const attempt of [
      `echo x > ${home}/config.toml`,
      `mv ${home} ${rig.ws}/x`,
      `mv ${rig.ws}/config ${rig.ws}/x`,
    ]) {
      expect(await run(other, `(${attempt}) 2>/dev/null`, policy)).not.toMatch(/^0/);
    }
    expect(isWritable(join(home, "config.toml"), writableRoots(policy, rig.ws, env))).toBe(false);
    expect(isWritable(join(rig.ws, "config", "file"), writableRoots(policy, rig.ws, env))).toBe(true);
  });

  test("our own folder is never writable, even below a root", async () => {
    await using rig = await makeRig();
    const policy = { ...WORKSPACE_ONLY, writableRoots: [join(rig.home, "..")] };
    expect(await run(rig, `echo x > ${rig.home}/sandbox/x`, policy)).not.toMatch(/^0/);
    expect(await run(rig, `mv ${rig.home} ${rig.ws}/`, policy)).not.toMatch(/^0/);
  });
});

describe.skipIf(!hasSandbox)("roots", () => {
  test("a root that became a link to somewhere else is refused", async () => {
    await using rig = await makeRig();
    const root = join(rig.ws, "data");
    await mkdir(root);
    const policy = { ...WORKSPACE_ONLY, writableRoots: [root] };
    expect(await run(rig, `touch ${root}/ok`, policy)).toBe("0");
    await rename(root, join(rig.ws, "old"));
    await symlink(rig.out, root);
    await expect(rig.start("true", { policy })).rejects.toMatchObject({
      failure: { kind: "unenforceable", path: root },
    });
  });

  test("a command cannot put a link in the place of a root below another root", async () => {
    await using rig = await makeRig();
    const root = join(rig.ws, "a", "data");
    await mkdir(root, { recursive: true });
    const policy = { ...WORKSPACE_ONLY, writableRoots: [root] };
    expect(await run(rig, `mv ${root} ${rig.ws}/b 2>/dev/null`, policy)).not.toMatch(/^0/);
    expect(await run(rig, `mv ${rig.ws}/a ${rig.ws}/b 2>/dev/null`, policy)).not.toMatch(/^0/);
  });

  test("roots that do not exist are left out, those of the system refused", async () => {
    await using rig = await makeRig();
    expect(await run(rig, "true", { ...WORKSPACE_ONLY, writableRoots: [join(rig.out, "gone")] })).toBe("0");
    for (const root of ["/proc", "/sys/fs", "/dev"]) {
      await expect(rig.start("true", { policy: { ...WORKSPACE_ONLY, writableRoots: [root] } })).rejects.toMatchObject({
        failure: { kind: "unenforceable", path: root },
      });
    }
  });

  test("a workspace that is named by a link works like the folder itself", async () => {
    await using rig = await makeRig();
    const named = join(rig.out, "link");
    await symlink(rig.ws, named);
    const child = await rig.start("touch made && mkdir .git/x 2>/dev/null || pwd", { cwd: named, sandboxCwd: named });
    expect((await child.exit).stdout).toBe(`${named}\n`);
    expect(readdirSync(rig.ws)).toEqual(["made"]);
  });

  test("what the sandbox allows is what `writableRoots` tells", async () => {
    await using rig = await makeRig();
    await mkdir(join(rig.ws, ".git"));
    expect(writableRoots(WORKSPACE_ONLY, rig.ws, {})).toEqual([
      { root: rig.ws, readOnlySubpaths: [".git", ".codex", ".heddle"].map((name) => join(rig.ws, name)) },
    ]);
    const named = join(rig.out, "ws");
    await symlink(rig.ws, named);
    expect(writableRoots(WORKSPACE_ONLY, named, {}).map(({ root }) => root)).toEqual([rig.ws, named]);
    await symlink(rig.out, join(rig.ws, "link"));
    expect(resolveTarget(join(rig.ws, "link", "new", "file"))).toBe(join(rig.out, "new", "file"));
    expect(resolveTarget(join(rig.ws, "new"))).toBe(join(rig.ws, "new"));
  });
});

describe.skipIf(!hasSandbox)("what is hidden", () => {
  test("credentials stay hidden when they are replaced while a command runs", async () => {
    await using rig = await makeRig();
    const child = await rig.start(`echo up; read line; cat ${rig.home}/auth.json`, { stdin: "pipe" });
    const output = child.output[Symbol.asyncIterator]();
    await output.next();
    await writeFile(join(rig.home, "auth.new"), "refreshed secret");
    await rename(join(rig.home, "auth.new"), join(rig.home, "auth.json"));
    child.stdin?.end("go\n");
    const { stdout, exitCode } = await child.exit;
    expect({ stdout, exitCode }).toEqual({ stdout: "up\n", exitCode: 1 });
  });

  test("of our home commands see what they need and nothing else", async () => {
    await using rig = await makeRig();
    for (const name of ["bin", "sessions", "skills"]) await mkdir(join(rig.home, name));
    await writeFile(join(rig.home, "bin", "apply_patch"), "");
    await writeFile(join(rig.home, "config.toml"), "model = 'x'\n");
    await writeFile(join(rig.home, "auth.json.tmp"), "a copy on its way");
    expect(await run(rig, `ls -A ${rig.home} ${rig.home}/bin; touch ${rig.home}/x 2>/dev/null || echo sealed`)).toBe(
      `0 ${rig.home}:\nbin\nconfig.toml\nskills\n\n${rig.home}/bin:\napply_patch\nsealed`,
    );
    expect(await run(rig, `cat ${rig.home}/config.toml`)).toBe("0 model = 'x'");
  });

  test("a workspace inside our home, or that is our home, still hides the credentials", async () => {
    await using rig = await makeRig();
    const inside = join(rig.home, "worktrees", "w");
    await mkdir(inside, { recursive: true });
    for (const policy of [WORKSPACE_ONLY, READ_ONLY]) {
      for (const cwd of [inside, rig.home]) {
        const child = await rig.start(`pwd; cat ${rig.home}/auth.json`, { cwd, sandboxCwd: cwd, policy });
        const { stdout, exitCode } = await child.exit;
        expect({ stdout, exitCode }).toEqual({ stdout: `${cwd}\n`, exitCode: cwd === inside ? 1 : expect.any(Number) });
      }
    }
  });

  test("paths that the user denies are hidden, folders and files, and may be missing", async () => {
    const secrets = await realpath(await mkdtemp(join(tmpdir(), "heddle-secrets-")));
    await mkdir(join(secrets, "folder"));
    await writeFile(join(secrets, "folder", "key"), "secret");
    await writeFile(join(secrets, "netrc"), "secret");
    const denyRead = [join(secrets, "folder"), join(secrets, "netrc"), join(secrets, "missing")];
    await using rig = await makeRig({ denyRead });
    const policy = { ...WORKSPACE_ONLY, writableRoots: [secrets] };
    expect(
      await run(rig, `ls -A ${secrets}/folder; cat ${secrets}/folder/key ${secrets}/netrc 2>/dev/null`, policy),
    ).toBe("1");
    expect(await run(rig, `cat ${secrets}/netrc`, PLAIN)).toBe("0 secret");
    await rm(secrets, { recursive: true });
  });
});

/** Whether the kernel's Landlock knows abstract sockets. */
const HAS_SCOPES =
  Number(
    spawnSync(join(import.meta.dirname, "..", "helper", `linux-${process.arch}`, "heddle-sandbox-exec"), ["--probe"])
      .stdout,
  ) >= 6;

describe.skipIf(!hasSandbox)("AF_UNIX sockets, where they are allowed", () => {
  const listenAndConnect = (path: string): string =>
    `const s = require("net").createServer((c) => c.end("hi")).listen(${JSON.stringify(path)}, () =>
      require("net").connect(${JSON.stringify(path)}).on("data", (d) => { console.log(d.toString()); process.exit(0); }));`;

  test("commands reach their own, but no service outside, with network neither", async () => {
    await using rig = await makeRig({ allowUnixSockets: true });
    const abstract = `\0heddle-test-${process.pid}`;
    const outside = [join(rig.out, "service.sock"), abstract].map((path) =>
      createServer((socket) => socket.end("reached")).listen(path),
    );
    await Promise.all(outside.map((server) => once(server, "listening")));
    const node = async (script: string, policy: SandboxPolicy): Promise<string> => {
      const { stdout } = await (await rig.start([process.execPath, "-e", script], { policy })).exit;
      return stdout;
    };
    const connect = (path: string): string => `require("net").connect(${JSON.stringify(path)})
      .on("data", (d) => console.log(d.toString())).on("error", (e) => console.log(e.code));`;
    for (const policy of [WORKSPACE_ONLY, { ...WORKSPACE_ONLY, networkAccess: true }]) {
      // An older Landlock cannot hide abstract sockets; then none can be made where there is network.
      const own = await node(listenAndConnect(join(rig.ws, `own-${policy.networkAccess}.sock`)), policy);
      expect(own).toBe(policy.networkAccess && !HAS_SCOPES ? "" : "hi\n");
      expect(await node(connect(join(rig.out, "service.sock")), policy)).toMatch(/^E/);
      expect(await node(connect(abstract), policy)).toMatch(/^E/);
    }
    for (const server of outside) server.close();
  });

  test("without the option none can be made", async () => {
    await using rig = await makeRig();
    const child = await rig.start([process.execPath, "-e", listenAndConnect(join(rig.ws, "own.sock"))]);
    expect(await child.exit).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("EPERM") });
  });
});

describe("machines without a sandbox", () => {
  test("nothing runs that needs one; the error tells the cause and the remedy", async () => {
    await using rig = await makeRig({ bubblewrapPath: null, helperFolder: null });
    for (const policy of [READ_ONLY, WORKSPACE_ONLY]) {
      const error: unknown = await rig.start("touch ran", { policy }).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(SandboxError);
      expect(error).toMatchObject({ failure: { kind: "unavailable" } });
      expect(String(error)).toMatch(
        /^SandboxError: sandbox required by policy is not available: bubblewrap is not installed/,
      );
      expect(String(error)).toContain("install bubblewrap (apt install bubblewrap");
    }
    expect(readdirSync(rig.ws)).toEqual([]);
    expect(await run(rig, "echo plain", PLAIN)).toBe("0 plain");
  });

  test("a bwrap that fails, and one that others can change, are no sandbox", async () => {
    await using rig = await makeRig();
    const failing = join(rig.out, "bwrap");
    await writeFile(failing, "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2; exit 1\n", {
      mode: 0o755,
    });
    await using broken = await makeRig({ bubblewrapPath: failing, helperFolder: null });
    expect(await broken.sandbox.probe()).toMatchObject({
      rung: "none",
      cause: "bubblewrap cannot set up a sandbox here: No permissions to create new namespace",
      remedy: expect.stringContaining("user namespaces"),
    });
    await rm(failing);
    await writeFile(failing, "#!/bin/sh\n", { mode: 0o755 });
    await chmod(failing, 0o777);
    await using open = await makeRig({ bubblewrapPath: failing, helperFolder: null });
    expect(await open.sandbox.probe()).toMatchObject({ rung: "none", cause: `${failing} can be changed by others` });
  });

  test.skipIf(!hasSandbox).each(["/", "/usr"])("a bwrap that commands could replace is not used: %s", async (root) => {
    await using rig = await makeRig();
    const probe = await rig.sandbox.probe();
    const path = probe.rung === "bubblewrap" ? probe.path : "";
    await expect(rig.start("true", { policy: { ...WORKSPACE_ONLY, writableRoots: [root] } })).rejects.toMatchObject({
      failure: { kind: "unenforceable", path },
    });
  });
});

describe.skipIf(!hasSandbox)("failures of the sandbox itself", () => {
  test("a set-up that fails is told apart from a command that fails, and is no denial", async () => {
    await using rig = await makeRig();
    // The program is hidden from the command, which the check before cannot know.
    const program = join(rig.home, "tool");
    await writeFile(program, "#!/bin/sh\n", { mode: 0o755 });
    for (const options of [{}, { helperFolder: null }]) {
      await using other = await makeRig({ ...options, credentials: [join(rig.home, "auth.json")] });
      const outcome = await (await other.start([program])).exit;
      expect(outcome).toMatchObject({
        setupFailure: expect.stringMatching(/tool: (ENOENT|No such file or directory)$/),
      });
      expect(looksDenied(outcome)).toBe(false);
    }

    const faked = await (await rig.start("echo 'bwrap: permission denied' >&2; exit 1")).exit;
    expect(faked).toMatchObject({ exitCode: 1, setupFailure: null });
    expect(looksDenied(faked)).toBe(true);
  });
});
