import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Child } from "../src/index.ts";
import { pidsWith, untilGone } from "./process-table.ts";
import { makeRig, PLAIN, RUNGS, WORKSPACE_ONLY } from "./rig.ts";

// The process that starts commands for us; there is one where there is the helper.
const SITUATIONS = [
  { name: "unsandboxed", usable: process.platform === "linux", policy: PLAIN, options: {} },
  ...RUNGS.map((rung) => ({ ...rung, policy: WORKSPACE_ONLY })),
];

let marks = 0;
/** A number that only one test sleeps for, to be found again in the process table. */
function uniqueSeconds(): string {
  marks += 1;
  return `5${process.pid}${marks}`;
}

function parentOf(pid: number): number {
  return fieldOf(pid, 1);
}

function sessionOf(pid: number): number {
  return fieldOf(pid, 3);
}

/** Of those behind the name of the process. */
function fieldOf(pid: number, index: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[index]);
}

async function untilOutput(child: Child): Promise<void> {
  await child.output[Symbol.asyncIterator]().next();
}

describe.each(SITUATIONS)("the process that starts commands, $name", ({ usable, policy, options }) => {
  test.skipIf(!usable)("is one for all commands, and not ours to hear the keys of the terminal", async () => {
    await using rig = await makeRig(options);
    const start = (): Promise<Child> => rig.start("echo up; read line", { policy, stdin: "pipe" });
    const children = [await start(), await start()];
    const parents = new Set(children.map(({ pid }) => parentOf(pid)));
    expect(parents.size).toBe(1);
    const [spawner = 0] = parents;
    const [command, session] = [readFileSync(`/proc/${spawner}/cmdline`, "utf8"), sessionOf(spawner)];
    expect(command).toMatch(/^heddle-spawner\0/);
    expect(session).toBe(spawner);
    for (const child of children) {
      child.stdin?.end("go\n");
      expect(await child.exit).toMatchObject({ exitCode: 0, stdout: "up\n" });
    }
    await rig.sandbox.close();
    expect(existsSync(`/proc/${spawner}`)).toBe(false);
  });

  test.skipIf(!usable)(
    "takes its commands along when it is killed, says so, and the next one has another",
    async () => {
      await using rig = await makeRig(options);
      const seconds = uniqueSeconds();
      const script = `trap '' TERM HUP; sleep ${seconds} & echo up; wait`;
      const child = await rig.start(script, { policy });
      const inTerminal = await rig.start(["/bin/bash", "-c", script], { policy, terminal: { rows: 24, columns: 80 } });
      await untilOutput(child);
      await untilOutput(inTerminal);
      process.kill(parentOf(child.pid), "SIGKILL");
      const told = "heddle: the process that starts commands has ended (SIGKILL), and with it this command\n";
      expect(await child.exit).toMatchObject({
        exitCode: 137,
        signal: "SIGKILL",
        timedOut: false,
        aborted: false,
        stdout: "up\n",
        stderr: told,
        setupFailure: null,
      });
      expect((await inTerminal.exit).stdout).toBe(`up\r\n${told}`);
      if (policy !== PLAIN) await untilGone(`sleep\0${seconds}`);
      expect(await (await rig.start("echo again", { policy })).exit).toMatchObject({ exitCode: 0, stdout: "again\n" });
    },
  );

  test.skipIf(!usable)("leaves nothing running that it had just begun to start", async () => {
    const seconds = uniqueSeconds();
    for (let round = 0; round < 10; round += 1) {
      await using rig = await makeRig(options);
      expect((await (await rig.start("true", { policy })).exit).exitCode).toBe(0);
      const starting = Array.from({ length: 4 }, () => rig.start(`exec sleep ${seconds}`, { policy }));
      const [first] = await Promise.all(starting);
      if (first !== undefined) process.kill(parentOf(first.pid), "SIGKILL");
      await Promise.all(starting.map(async (child) => (await child).exit));
    }
    await untilGone(`sleep\0${seconds}`);
  });

  test.skipIf(!usable)("does not wait for ever for output that somebody holds open", async () => {
    await using rig = await makeRig(options);
    const seconds = uniqueSeconds();
    const child = await rig.start(`(setsid sleep ${seconds} &) ; echo done`, { policy });
    expect(await child.exit).toMatchObject({ exitCode: 0, stdout: "done\n" });
    // Without a sandbox it has got away.
    for (const pid of pidsWith(`sleep\0${seconds}`)) process.kill(pid, "SIGKILL");
  });

  test.skipIf(!usable)("refuses more arguments than the system takes", async () => {
    await using rig = await makeRig(options);
    const tooLong = Array.from({ length: 50 }, () => "x".repeat(100_000));
    await expect(rig.start(["/bin/true", ...tooLong], { policy })).rejects.toMatchObject({
      failure: { kind: "spawnFailed", code: "E2BIG" },
    });
    const many = await rig.start(["/bin/sh", "-c", 'echo "$#"', ...Array.from({ length: 5_000 }, () => "x")], {
      policy,
    });
    expect((await many.exit).stdout).toBe("4999\n");
  });

  test.skipIf(!usable)("gets no variable that is two", async () => {
    await using rig = await makeRig(options);
    await expect(rig.start("env", { policy, env: { A: "1\0LD_PRELOAD=x" } })).rejects.toMatchObject({
      failure: { kind: "spawnFailed", code: "EINVAL" },
    });
  });
});

const hasLimits = process.platform === "linux" && spawnSync("prlimit", ["--version"]).status === 0;

test.skipIf(!hasLimits)(
  "the process that starts commands follows as many as its descriptors allow, with output or without",
  async () => {
    await using rig = await makeRig();
    const start = (): Promise<Child> => rig.start("exec >&- 2>&-; read line", { policy: PLAIN, stdin: "pipe" });
    const first = await start();
    const spawner = parentOf(first.pid);
    spawnSync("prlimit", ["--pid", `${spawner}`, "--nofile=128:128"]);
    const opened = (): number => readdirSync(`/proc/${spawner}/fd`).length;
    await until(() => fdsHaveClosed(first.pid));
    const [children, before] = [[first], opened()];
    // Each has two descriptors there, its input and what it says of itself; its two outputs have ended.
    while (children.length < 50) {
      children.push(await start());
      await until(() => opened() <= before + 2 * (children.length - 1));
    }
    for (const child of children) child.stdin?.end("go\n");
    expect(await Promise.all(children.map(async ({ exit }) => (await exit).exitCode))).toEqual(children.map(() => 0));
  },
);

function fdsHaveClosed(pid: number): boolean {
  return !existsSync(`/proc/${pid}/fd/1`) && !existsSync(`/proc/${pid}/fd/2`);
}

async function until(isSo: () => boolean): Promise<void> {
  for (let round = 0; !isSo(); round += 1) {
    if (round > 500) throw new Error("it does not come to pass");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
