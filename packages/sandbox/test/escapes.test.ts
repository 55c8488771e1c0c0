import { spawn, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { chmod, link, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SandboxOptions, SandboxPolicy } from "../src/index.ts";
import { buildRunner, give, usersHere, type Runner, type User } from "./run-elsewhere.ts";
import { READ_ONLY, RUNGS, WORKSPACE_ONLY } from "./rig.ts";

/** Folders and services that commands try to get at. */
interface World {
  readonly base: string;
  readonly ws: string;
  readonly second: string;
  readonly out: string;
  readonly home: string;
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly pid: number;
  /** What arrived at the services, and signals at the outside process. */
  readonly received: () => string;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Case {
  readonly name: string;
  readonly policy?: SandboxPolicy;
  readonly script: (world: World) => string;
  /** Whether what was tried has happened, seen from outside. Not given: the exit code tells. */
  readonly happened?: (world: World) => boolean;
}

const WITH_NETWORK = { ...WORKSPACE_ONLY, networkAccess: true };

const node = (script: string): string => `${process.execPath} -e ${JSON.stringify(script)}`;
const textAt = (path: string): string | null => (existsSync(path) ? readFileSync(path, "utf8") : null);
const isIntact = (world: World): boolean => textAt(join(world.out, "victim.txt")) === "original\n";
const there = (path: (world: World) => string) => (world: World) => existsSync(path(world));

const ALLOWED: readonly Case[] = [
  { name: "writing in the workspace", script: () => "echo x > a", happened: there((w) => join(w.ws, "a")) },
  {
    name: "writing in a second root",
    script: (w) => `echo x > ${w.second}/a`,
    happened: there((w) => join(w.second, "a")),
  },
  { name: "writing in a nested repository", script: () => "mkdir -p sub/.git && echo x > sub/.git/config" },
  { name: "reading outside", script: (w) => `cat ${w.out}/victim.txt` },
  { name: "reading the protected folders", script: () => "cat .git/config" },
  { name: "reading without network", policy: READ_ONLY, script: () => "cat .git/config" },
  { name: "writing to /dev/null", policy: READ_ONLY, script: () => "echo x > /dev/null" },
  { name: "temporary shared memory of its own", script: () => "echo x > /dev/shm/x" },
  {
    name: "a server and its client on loopback",
    script: () =>
      node(
        `const s=require('net').createServer(c=>c.end('hi')).listen(0,'127.0.0.1',()=>{` +
          `require('net').connect(s.address().port,'127.0.0.1').on('data',d=>process.exit(d.toString()==='hi'?0:1))})`,
      ),
  },
  { name: "pipes between processes", script: () => "echo x | cat | grep -q x" },
  { name: "no new privileges", script: () => `grep -q "NoNewPrivs:.1" /proc/self/status` },
  {
    name: "the internet, where it is allowed",
    policy: WITH_NETWORK,
    script: (w) =>
      node(
        `require('net').connect(${w.tcpPort},'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))`,
      ),
  },
  {
    name: "writing to a file of the workspace that has another name outside",
    script: () => "echo changed > linked",
    happened: (w) => textAt(join(w.out, "linked.txt")) === "changed\n",
  },
];

const REFUSED: readonly Case[] = [
  // The file system outside.
  { name: "creating", script: (w) => `echo x > ${w.out}/new`, happened: there((w) => join(w.out, "new")) },
  { name: "overwriting", script: (w) => `echo x > ${w.out}/victim.txt`, happened: (w) => !isIntact(w) },
  {
    name: "moving in from outside",
    script: (w) => `mv ${w.out}/victim.txt .`,
    happened: (w) => !existsSync(join(w.out, "victim.txt")),
  },
  {
    name: "moving over something outside",
    script: (w) => `echo x > m; mv -f m ${w.out}/victim.txt`,
    happened: (w) => !isIntact(w),
  },
  {
    name: "a link to the outside",
    script: (w) => `ln -s ${w.out} d && echo x > d/new`,
    happened: there((w) => join(w.out, "new")),
  },
  {
    name: "a hard link to the outside",
    script: (w) => `ln ${w.out}/victim.txt h && echo x > h`,
    happened: (w) => !isIntact(w),
  },
  {
    name: "changing a mode",
    script: (w) => `chmod 777 ${w.out}/victim.txt`,
    happened: (w) => (statSync(join(w.out, "victim.txt")).mode & 0o777) === 0o777,
  },
  {
    name: "changing a time",
    script: (w) => `touch -d 2001-01-01 ${w.out}/victim.txt`,
    happened: (w) => statSync(join(w.out, "victim.txt")).mtime.getFullYear() < 2002,
  },
  {
    name: "a folder that only looks like the root",
    script: (w) => `echo x > ${w.ws}x/new`,
    happened: there((w) => `${w.ws}x/new`),
  },
  {
    name: "writing under read-only",
    policy: READ_ONLY,
    script: () => "echo x > b",
    happened: there((w) => join(w.ws, "b")),
  },
  {
    name: "/tmp where it is excluded",
    script: (w) => `echo x > ${w.base}/new`,
    happened: there((w) => join(w.base, "new")),
  },
  // What is protected in the roots.
  {
    name: "a git hook",
    script: () => "echo x > .git/hooks/pre-commit",
    happened: there((w) => join(w.ws, ".git/hooks/pre-commit")),
  },
  {
    name: "the git configuration",
    script: () => "echo x >> .git/config",
    happened: (w) => textAt(join(w.ws, ".git/config")) !== "[core]\n",
  },
  { name: "removing .git", script: () => "rm -rf .git", happened: (w) => !existsSync(join(w.ws, ".git/config")) },
  { name: "moving .git away", script: () => "mv .git old", happened: (w) => !existsSync(join(w.ws, ".git/config")) },
  {
    name: "making an absent .git",
    script: (w) => `mkdir ${w.second}/.git && echo x > ${w.second}/.git/config`,
    happened: there((w) => join(w.second, ".git/config")),
  },
  {
    name: "an absent .git as a pointer file",
    script: (w) => `echo gitdir: /x > ${w.second}/.git`,
    happened: there((w) => join(w.second, ".git")),
  },
  {
    name: "making an absent .codex",
    script: () => "mkdir -p .codex && echo x > .codex/config.toml",
    happened: there((w) => join(w.ws, ".codex/config.toml")),
  },
  {
    name: "replacing an absent .heddle",
    script: () => "rmdir .heddle; mkdir .heddle && echo x > .heddle/config.toml",
    happened: there((w) => join(w.ws, ".heddle/config.toml")),
  },
  { name: "mounting over .git", script: () => "mkdir -p g && mount --bind g .git && umount .git" },
  { name: "unmounting .git", script: () => "umount .git" },
  // Our own files.
  { name: "reading credentials", script: (w) => `cat ${w.home}/auth.json` },
  { name: "reading credentials as read-only", policy: READ_ONLY, script: (w) => `cat ${w.home}/auth.json` },
  { name: "reading what the user denies", script: (w) => `cat ${w.base}/denied/key` },
  { name: "reading a file that the user denies", script: (w) => `grep -q . ${w.base}/denied.txt` },
  // Sockets.
  {
    name: "TCP",
    script: (w) =>
      node(`const c=require('net').connect(${w.tcpPort},'127.0.0.1',()=>c.end('by tcp'));c.on('error',()=>{})`),
    happened: (w) => w.received().includes("by tcp"),
  },
  {
    name: "UDP",
    script: (w) =>
      node(`const s=require('dgram').createSocket('udp4');s.send('by udp',${w.udpPort},'127.0.0.1',()=>s.close())`),
    happened: (w) => w.received().includes("by udp"),
  },
  {
    name: "a service by its path",
    script: (w) =>
      node(`const c=require('net').connect('${w.out}/service.sock',()=>c.end('by path'));c.on('error',()=>{})`),
    happened: (w) => w.received().includes("by path"),
  },
  {
    name: "a service by its path, with network",
    policy: WITH_NETWORK,
    script: (w) =>
      node(`const c=require('net').connect('${w.out}/service.sock',()=>c.end('by path'));c.on('error',()=>{})`),
    happened: (w) => w.received().includes("by path"),
  },
  {
    name: "an abstract service, with network",
    policy: WITH_NETWORK,
    script: (w) =>
      node(`const c=require('net').connect('\\0heddle-${w.pid}',()=>c.end('by name'));c.on('error',()=>{})`),
    happened: (w) => w.received().includes("by name"),
  },
  {
    name: "the outside, with network",
    policy: WITH_NETWORK,
    script: (w) => `echo x > ${w.out}/new`,
    happened: there((w) => join(w.out, "new")),
  },
  // Other processes and the kernel.
  {
    name: "a signal to a process outside",
    script: (w) => `kill -USR1 ${w.pid}`,
    happened: (w) => w.received().includes("signalled"),
  },
  { name: "the environment of a process outside", script: (w) => `cat /proc/${w.pid}/environ` },
  {
    name: "the root of a process outside",
    script: (w) => `echo x > /proc/${w.pid}/root${w.out}/new`,
    happened: there((w) => join(w.out, "new")),
  },
  {
    name: "a setting of the kernel",
    script: () => "v=$(cat /proc/sys/vm/swappiness) && echo $v > /proc/sys/vm/swappiness",
  },
  { name: "a mount", script: () => "mkdir -p m && mount -t tmpfs none m && umount m" },
  {
    name: "a remount in a user namespace",
    script: (w) => `unshare -Urm sh -c "mount -o remount,rw,bind /; echo x > ${w.out}/new"`,
    happened: there((w) => join(w.out, "new")),
  },
  { name: "a user namespace", script: () => "unshare -U true" },
  { name: "another root", script: () => "chroot / true" },
  { name: "the namespaces of a process outside", script: (w) => `nsenter -t ${w.pid} -m true` },
  { name: "a device node", script: () => "mknod d b 254 0" },
];

/** What Landlock cannot express, and what takes namespaces. */
const NOT_WITHOUT_MOUNTS = [
  "changing a mode",
  "changing a time",
  "temporary shared memory of its own",
  "a server and its client on loopback",
];

let runner: Runner;
beforeAll(async () => {
  runner = await buildRunner();
});
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
});

test("the escapes are tried on at least one rung; those that are skipped say why", () => {
  expect(RUNGS.map(({ name, usable }) => ({ name, usable }))).toContainEqual({
    name: expect.any(String),
    usable: true,
  });
});

for (const rung of RUNGS) {
  describe.skipIf(!rung.usable).each(usersHere())(`${rung.name}, as $name`, (user) => {
    const exempt = rung.level === "full" ? [] : NOT_WITHOUT_MOUNTS;
    let happened: ReadonlyMap<Case, boolean>;
    beforeAll(async () => {
      happened = await playAll(user, rung.options);
    }, 60_000);

    test.each(ALLOWED.filter(({ name }) => !exempt.includes(name)))("may do: $name", (attempt) => {
      expect(happened.get(attempt)).toBe(true);
    });

    test.each(REFUSED.filter(({ name }) => !exempt.includes(name)))("may not do: $name", (attempt) => {
      expect(happened.get(attempt)).toBe(false);
    });
  });
}

/** Tries everything, in one process of that user, and tells which of the cases had their effect. */
async function playAll(user: User, rungOptions: Partial<SandboxOptions>): Promise<Map<Case, boolean>> {
  await using world = await makeWorld(user);
  const cases = [...REFUSED, ...ALLOWED];
  const specs = cases.map(({ script, policy = WORKSPACE_ONLY }) => ({
    argv: ["/bin/sh", "-c", `echo ran >&2; ${script(world)}`],
    cwd: world.ws,
    sandboxCwd: world.ws,
    policy: policy.type === "workspace-write" ? { ...policy, writableRoots: [world.second] } : policy,
  }));
  const options = {
    stateDir: join(world.home, "sandbox"),
    credentials: [join(world.home, "auth.json")],
    denyRead: [join(world.base, "denied"), join(world.base, "denied.txt")],
    helperFolder: join(import.meta.dirname, "..", "helper"),
    ...rungOptions,
  };
  const { results } = await runner.run(user, { options, specs });
  return new Map(
    cases.map((attempt, index) => {
      const result = results[index];
      // A script that never ran, or lacked a program, proves nothing.
      expect({ name: attempt.name, ...result }).toMatchObject({
        timedOut: false,
        stderr: expect.stringMatching(/^ran\n/),
      });
      expect({ name: attempt.name, ...result }).not.toMatchObject({ exitCode: 127 });
      const succeeded = result !== null && result !== undefined && "exitCode" in result && result.exitCode === 0;
      return [attempt, attempt.happened?.(world) ?? succeeded];
    }),
  );
}

async function makeWorld(user: User): Promise<World> {
  const base = await realpath(await mkdtemp(join(tmpdir(), "heddle-escapes-")));
  await chmod(base, 0o755);
  const [ws, second, out, home] = ["ws", "second", "out", "home"].map((name) => join(base, name)) as [
    string,
    string,
    string,
    string,
  ];
  const owned: string[] = [base];
  const folder = async (path: string): Promise<void> => {
    await mkdir(path);
    owned.push(path);
  };
  const file = async (path: string, text: string): Promise<void> => {
    await writeFile(path, text);
    owned.push(path);
  };
  for (const path of [ws, second, out, home, `${ws}x`, join(base, "denied")]) await folder(path);
  for (const path of [".git", ".git/hooks"]) await folder(join(ws, path));
  await file(join(ws, ".git/config"), "[core]\n");
  await file(join(out, "victim.txt"), "original\n");
  await file(join(out, "linked.txt"), "original\n");
  await link(join(out, "linked.txt"), join(ws, "linked"));
  await file(join(home, "auth.json"), "top secret\n");
  await file(join(base, "denied/key"), "top secret\n");
  await file(join(base, "denied.txt"), "top secret\n");
  await symlink(out, join(ws, "old-link"));

  const log: string[] = [];
  const servers: Server[] = [];
  const listen = async (where: { port: number; host: string } | { path: string }): Promise<Server> => {
    const server = createServer((socket) =>
      socket.on("data", (data) => log.push(data.toString())).on("error", () => {}),
    );
    servers.push(server);
    server.listen({ ...where, writableAll: true });
    await once(server, "listening");
    return server;
  };
  const tcp = await listen({ port: 0, host: "127.0.0.1" });
  await listen({ path: join(out, "service.sock") });
  const udp = createSocket("udp4", (data) => log.push(data.toString()));
  udp.bind(0, "127.0.0.1");
  await once(udp, "listening");

  const outside = await startOutside(user);
  outside.stdout?.on("data", (data: Buffer) => log.push(data.toString()));
  await give(user, ...owned);
  const address = tcp.address();
  return {
    base,
    ws,
    second,
    out,
    home,
    tcpPort: typeof address === "object" && address !== null ? address.port : 0,
    udpPort: udp.address().port,
    pid: outside.pid ?? -1,
    received: () => log.join(""),
    async [Symbol.asyncDispose]() {
      outside.kill("SIGKILL");
      udp.close();
      for (const server of servers) server.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** A process of the same user: tells of signals, and listens on an abstract socket that has its id in its name. */
async function startOutside({ uid, gid }: User): Promise<ChildProcess> {
  const script = `process.on("SIGUSR1", () => console.log("signalled"));
    require("net").createServer((c) => c.on("data", (d) => console.log(d.toString())).on("error", () => {}))
      .listen("\\0heddle-" + process.pid, () => console.log("up"));`;
  const child = spawn(process.execPath, ["-e", script], { uid, gid, cwd: "/", stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}
