import { existsSync, statSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { shellArgv, takeShellSnapshot, userShell, type EnvironmentPolicy } from "../src/index.ts";
import { makeRig, PLAIN } from "./rig.ts";

const POLICY: EnvironmentPolicy = {
  inherit: "all",
  ignoreDefaultExcludes: false,
  exclude: [],
  set: {},
  includeOnly: [],
};
const shells = [
  userShell({ env: { PATH: "/usr/bin:/bin" }, passwdShell: "/bin/bash" }),
  { kind: "sh" as const, path: "/bin/sh" },
];

describe.each(shells)("a snapshot of $path", (shell) => {
  test("holds what the profile has set, but for credentials, and commands get it without the profile", async () => {
    await using rig = await makeRig();
    const profile = `echo welcome; export GREETING="it's
me"; export API_KEY=secret; alias hi='echo hello'; touch "$HOME/read"; greet() { echo "$GREETING"; }`;
    await writeFile(join(rig.out, ".profile"), profile);
    const env = { PATH: "/usr/bin:/bin", HOME: rig.out };
    const left = join(rig.home, "shell_snapshots", `${process.pid}.1.x.sh`);
    await mkdir(dirname(left));
    await writeFile(left, "what a process left that had this id before");
    {
      await using snapshot = await takeShellSnapshot({
        shell,
        sandbox: rig.sandbox,
        policy: PLAIN,
        cwd: rig.ws,
        env,
        environmentPolicy: POLICY,
        folder: join(rig.home, "shell_snapshots"),
        signal: new AbortController().signal,
      });
      if (snapshot === null) throw new Error("no snapshot");
      expect(existsSync(left)).toBe(false);
      expect(statSync(snapshot.path).mode & 0o777).toBe(0o600);
      expect(await readFile(snapshot.path, "utf8")).not.toMatch(/welcome|secret/);

      await writeFile(join(rig.out, ".profile"), "touch $HOME/read-again");
      const argv = snapshot.wrap(shellArgv(shell, 'echo "$GREETING"; echo "${API_KEY-none}"', { login: false }));
      expect(await (await rig.start(argv, { policy: PLAIN, env })).exit).toMatchObject({
        exitCode: 0,
        stdout: "it's\nme\nnone\n",
      });
      expect(existsSync(join(rig.out, "read-again"))).toBe(false);
      expect(existsSync(snapshot.path)).toBe(true);
    }
    expect(existsSync(join(rig.home, "shell_snapshots"))).toBe(true);
  });

  test("is none where the profile fails or hangs on", async () => {
    await using rig = await makeRig();
    await writeFile(join(rig.out, ".profile"), "exit 3");
    const snapshot = await takeShellSnapshot({
      shell,
      sandbox: rig.sandbox,
      policy: PLAIN,
      cwd: rig.ws,
      env: { PATH: "/usr/bin:/bin", HOME: rig.out },
      environmentPolicy: POLICY,
      folder: join(rig.home, "shell_snapshots"),
      signal: new AbortController().signal,
    });
    expect(snapshot).toBe(null);
  });
});
