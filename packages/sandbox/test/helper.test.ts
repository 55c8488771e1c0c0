import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { looksDenied, type SandboxPolicy } from "../src/index.ts";
import { CHECKSUMS } from "../src/helper/checksums.ts";
import { makeRig, PLAIN, READ_ONLY, RUNGS, WORKSPACE_ONLY } from "./rig.ts";

const HELPER_FOLDER = join(import.meta.dirname, "..", "helper");
const [, helperRung] = RUNGS;
const WITHOUT_BUBBLEWRAP = { bubblewrapPath: null };

test.each(["x64", "arm64"] as const)("the helper for %s is the one that the checksum is of, and small", (arch) => {
  const bytes = readFileSync(join(HELPER_FOLDER, `linux-${arch}`, "heddle-sandbox-exec"));
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(CHECKSUMS[arch]);
  expect(bytes.length).toBeLessThan(100_000);
});

const compilers = ["gcc-12", "aarch64-linux-gnu-gcc-12"].map((name) =>
  spawnSync(name, ["-dumpfullversion"]).stdout?.toString(),
);
const hasCompilers = compilers.every((version) => version === "12.2.0\n");

test.skipIf(!hasCompilers)(
  "its source gives the same bytes (skipped without both compilers of Debian 12)",
  async () => {
    await using rig = await makeRig();
    expect(spawnSync("sh", [join(HELPER_FOLDER, "build.sh"), rig.out]).status).toBe(0);
    for (const arch of ["x64", "arm64"] as const) {
      const bytes = readFileSync(join(rig.out, `linux-${arch}`, "heddle-sandbox-exec"));
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(CHECKSUMS[arch]);
    }
  },
);

test("a helper that is not the one of this version is not used", async () => {
  await using rig = await makeRig();
  const folder = join(rig.out, "linux-x64");
  await mkdir(folder);
  await copyFile("/bin/true", join(folder, "heddle-sandbox-exec"));
  await using other = await makeRig({ ...WITHOUT_BUBBLEWRAP, helperFolder: rig.out });
  expect(await other.sandbox.probe()).toMatchObject({ rung: "none" });
});

describe.skipIf(helperRung?.usable !== true)(`the rung of the helper: ${helperRung?.name}`, () => {
  test.skipIf(RUNGS[0]?.usable !== true)("stands behind bubblewrap, where that works", async () => {
    await using rig = await makeRig();
    expect(await rig.sandbox.probe()).toMatchObject({ rung: "bubblewrap", helper: true });
    // A FIFO is no part of a file system that could be read-only: only Landlock keeps a command from writing to it.
    expect(spawnSync("mkfifo", [join(rig.out, "fifo")]).status).toBe(0);
    const open = await (await rig.start(`exec 3<>${rig.out}/fifo`)).exit;
    expect(open).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Permission denied") });
  });

  test("says what it does not protect, and what to install for more", async () => {
    await using rig = await makeRig(WITHOUT_BUBBLEWRAP);
    expect(await rig.sandbox.probe()).toEqual({
      rung: "helper",
      level: "reduced",
      unprotected: expect.arrayContaining([expect.stringContaining(".git"), expect.stringContaining("mode")]),
      cause: "bubblewrap is not installed (no bwrap on the PATH)",
      remedy: expect.stringContaining("install bubblewrap"),
    });
  });

  test("each rung can be examined, whichever is used", async () => {
    await using rig = await makeRig(WITHOUT_BUBBLEWRAP);
    expect(await rig.sandbox.examine()).toEqual([
      { rung: "bubblewrap", usable: false, cause: expect.any(String), remedy: expect.any(String) },
      { rung: "helper", usable: true, level: "reduced", unprotected: expect.any(Array) },
    ]);
    await using bare = await makeRig({ helperFolder: null });
    const reports = await bare.sandbox.examine();
    expect(reports.map(({ rung, usable }) => ({ rung, usable }))).toEqual([
      { rung: "bubblewrap", usable: RUNGS[0]?.usable },
      { rung: "helper", usable: false },
    ]);
  });

  test("is refused where the whole policy is required", async () => {
    await using rig = await makeRig({ ...WITHOUT_BUBBLEWRAP, requireFull: true });
    await expect(rig.start("true")).rejects.toMatchObject({ failure: { kind: "unavailable" } });
  });

  test("hooks and configuration that a command changed are put back, and it counts as denied", async () => {
    await using rig = await makeRig(WITHOUT_BUBBLEWRAP);
    const git = join(rig.ws, ".git");
    await mkdir(join(git, "hooks"), { recursive: true });
    await writeFile(join(git, "config"), "[core]\n", { mode: 0o640 });
    await writeFile(join(git, "HEAD"), "ref: refs/heads/main\n");
    await writeFile(join(git, "hooks", "pre-push"), "#!/bin/sh\n", { mode: 0o755 });
    const script = `echo evil > .git/hooks/pre-commit; echo evil > .git/hooks/pre-push; echo evil >> .git/config
      mkdir .codex; echo evil > .codex/config.toml; echo fine > file; echo tree > .git/index`;
    const outcome = await (await rig.start(script)).exit;
    expect(outcome.exitCode).toBe(0);
    expect(outcome.tampered).toEqual([
      join(git, "config"),
      join(git, "hooks", "pre-commit"),
      join(git, "hooks", "pre-push"),
      join(rig.ws, ".codex"),
    ]);
    expect(looksDenied(outcome)).toBe(true);
    expect(readdirSync(rig.ws)).toEqual([".git", "file"]);
    expect(readdirSync(join(git, "hooks"))).toEqual(["pre-push"]);
    expect(readFileSync(join(git, "config"), "utf8")).toBe("[core]\n");
    expect(statSync(join(git, "config")).mode & 0o777).toBe(0o640);
    expect(readFileSync(join(git, "hooks", "pre-push"), "utf8")).toBe("#!/bin/sh\n");

    const removed = await (await rig.start("rm -rf .git")).exit;
    expect(looksDenied(removed)).toBe(true);
    expect(existsSync(join(git, "HEAD"))).toBe(true);
    expect(existsSync(join(git, "config"))).toBe(true);
  });

  test("another branch is told, but not undone: a person may have switched it", async () => {
    await using rig = await makeRig(WITHOUT_BUBBLEWRAP);
    await mkdir(join(rig.ws, ".git"));
    await writeFile(join(rig.ws, ".git", "HEAD"), "ref: refs/heads/main\n");
    const outcome = await (await rig.start("echo other > .git/HEAD")).exit;
    expect(outcome.tampered).toEqual([join(rig.ws, ".git", "HEAD")]);
    expect(readFileSync(join(rig.ws, ".git", "HEAD"), "utf8")).toBe("other\n");
  });

  test("what a command puts in the place of a root's parent is not touched", async () => {
    await using rig = await makeRig(WITHOUT_BUBBLEWRAP);
    const root = join(rig.ws, "a", "root");
    await mkdir(root, { recursive: true });
    await mkdir(join(rig.out, "root", ".git"), { recursive: true });
    await writeFile(join(rig.out, "root", ".git", "config"), "somebody's\n");
    const policy: SandboxPolicy = { ...WORKSPACE_ONLY, writableRoots: [root] };
    const outcome = await (await rig.start(`mv a b && ln -s ${rig.out} a`, { policy })).exit;
    expect(outcome.exitCode).toBe(0);
    expect(looksDenied(outcome)).toBe(true);
    expect(readFileSync(join(rig.out, "root", ".git", "config"), "utf8")).toBe("somebody's\n");
    await expect(rig.start("true", { policy })).rejects.toMatchObject({
      failure: { kind: "unenforceable", path: root },
    });
  });

  test("commands at the same time share one view of how it was", async () => {
    await using rig = await makeRig(WITHOUT_BUBBLEWRAP);
    await mkdir(join(rig.ws, ".git"));
    await writeFile(join(rig.ws, ".git", "config"), "good\n");
    const first = await rig.start("echo evil > .git/config; echo up; read line", { stdin: "pipe" });
    await first.output[Symbol.asyncIterator]().next();
    const second = await rig.start("true");
    expect((await second.exit).tampered).toEqual([join(rig.ws, ".git", "config")]);
    first.stdin?.end("go\n");
    await first.exit;
    expect(readFileSync(join(rig.ws, ".git", "config"), "utf8")).toBe("good\n");
  });

  test("what has to be hidden below a writable root cannot be, so nothing runs", async () => {
    await using rig = await makeRig(WITHOUT_BUBBLEWRAP);
    const policy: SandboxPolicy = { ...WORKSPACE_ONLY, writableRoots: [join(rig.home, "..")] };
    await expect(rig.start("true", { policy })).rejects.toMatchObject({
      failure: { kind: "unenforceable", path: rig.home },
    });
    expect(await (await rig.start("true", { policy: READ_ONLY })).exit).toMatchObject({ exitCode: 0 });
  });

  test("a script without its first line runs, one whose interpreter is missing says so", async () => {
    await using rig = await makeRig(WITHOUT_BUBBLEWRAP);
    await writeFile(join(rig.ws, "bare"), 'echo "$0 $1"\n', { mode: 0o755 });
    await writeFile(join(rig.ws, "odd"), "#!/no/such/interpreter\n", { mode: 0o755 });
    expect(await (await rig.start(["./bare", "x"])).exit).toMatchObject({ exitCode: 0, stdout: `${rig.ws}/bare x\n` });
    for (const policy of [WORKSPACE_ONLY, PLAIN]) {
      const outcome = await (await rig.start(["./odd"], { policy })).exit;
      expect(outcome).toMatchObject({ exitCode: 70, setupFailure: expect.stringMatching(/odd: ENOENT$/) });
      const honest = await (await rig.start("exit 70", { policy })).exit;
      expect(honest).toMatchObject({ exitCode: 70, setupFailure: null });
    }
  });
});

describe.skipIf(process.platform !== "linux" || process.getuid?.() !== 0)("a home in which nothing may be run", () => {
  test("is none in the way of the helper", async ({ skip }) => {
    await using rig = await makeRig();
    const home = join(rig.out, "home");
    await mkdir(home);
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "noexec", "tmpfs", home]).status !== 0) skip("no mounts can be made");
    using _mounted = { [Symbol.dispose]: () => spawnSync("umount", [home]) };
    await using other = await makeRig({ stateDir: join(home, "sandbox") });
    const child = await other.start("test -t 0 && echo here", { policy: PLAIN, terminal: { rows: 24, columns: 80 } });
    expect(await child.exit).toMatchObject({ exitCode: 0, stdout: "here\r\n" });
  });
});
