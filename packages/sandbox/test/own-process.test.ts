import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createExpiration, createSandbox, type SandboxOptions, type SandboxPolicy } from "../src/index.ts";
import { processesWith, untilGone } from "./process-table.ts";
import { buildRunner, usersHere, type Runner } from "./run-elsewhere.ts";
import { hasSandbox, makeRig, PLAIN, RUNGS, WORKSPACE_ONLY, type Rig } from "./rig.ts";

// What needs a process of its own.
let runner: Runner;
beforeAll(async () => {
  runner = await buildRunner();
});
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
});

const [own = { name: "", uid: 0, gid: 0 }] = usersHere();

function specOf(rig: Rig, script: string, policy: SandboxPolicy = WORKSPACE_ONLY) {
  return { argv: ["/bin/sh", "-c", script], cwd: rig.ws, sandboxCwd: rig.ws, policy };
}

function optionsOf(rig: Rig) {
  const helperFolder = join(import.meta.dirname, "..", "helper");
  return { stateDir: join(rig.home, "sandbox"), credentials: [join(rig.home, "auth.json")], helperFolder };
}

describe("in a process of its own, unsandboxed", () => {
  describeOwnProcess(PLAIN, {});
});

for (const rung of RUNGS) {
  describe.skipIf(!rung.usable)(`in a process of its own, ${rung.name}`, () => {
    describeOwnProcess(WORKSPACE_ONLY, rung.options);
  });
}

function describeOwnProcess(policy: SandboxPolicy, options: Partial<SandboxOptions>): void {
  const rounds = options.bubblewrapPath === undefined && policy.type !== "danger-full-access" ? 1000 : 200;
  test(`${rounds} commands leave no descriptor, process or file behind`, { timeout: 120_000 }, async () => {
    await using rig = await makeRig();
    const input = { options: { ...optionsOf(rig), ...options }, specs: [specOf(rig, "echo hi", policy)], rounds };
    const { results, descriptors } = await runner.run(own, input);
    expect(results).toHaveLength(rounds);
    expect(results.every((result) => result !== null && "exitCode" in result && result.stdout === "hi\n")).toBe(true);
    expect(descriptors[1]).toBeLessThanOrEqual(descriptors[0]);
    expect(readdirSync(rig.ws)).toEqual([]);
    expect(readdirSync(join(rig.home, "sandbox")).filter((name) => name !== "placeholders")).toEqual([]);
  });

  test("a descriptor that our process was started with is not passed on", async () => {
    await using rig = await makeRig();
    await writeFile(join(rig.out, "log"), "");
    const script = "(echo x >&9) 2>/dev/null; (echo x >&21) 2>/dev/null; exit 0";
    const { results } = await runner.run(
      own,
      { options: { ...optionsOf(rig), ...options }, specs: [specOf(rig, script, policy)] },
      { inherited: join(rig.out, "log"), at: [9, 21] },
    );
    expect(results).toMatchObject([{ exitCode: 0 }]);
    expect(readFileSync(join(rig.out, "log"), "utf8")).toBe("");
  });
}

describe.skipIf(!RUNGS.every(({ usable }) => usable))("nested in itself", () => {
  test("the sandbox inside is that of the helper, and the one outside still holds", async () => {
    await using rig = await makeRig();
    for (const name of ["inner", "home"]) await mkdir(join(rig.ws, name));
    const script = `echo x > file; echo x > ../beside; echo x > ${rig.out}/new`;
    const input = {
      options: { stateDir: join(rig.ws, "home", "sandbox"), helperFolder: join(import.meta.dirname, "..", "helper") },
      specs: [{ ...specOf(rig, script), cwd: join(rig.ws, "inner"), sandboxCwd: join(rig.ws, "inner") }],
    };
    const argv = [process.execPath, runner.file, JSON.stringify(input)];
    const { stdout, stderr } = await (await rig.start(argv)).exit;
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      probe: { rung: "helper", level: "reduced" },
      results: [{ exitCode: 2 }],
    });
    expect(readdirSync(rig.ws)).toEqual(["home", "inner"]);
    expect(readdirSync(join(rig.ws, "inner"))).toEqual(["file"]);
    expect(existsSync(join(rig.out, "new"))).toBe(false);
  });
});

describe.each([
  { name: "unsandboxed, by the helper", usable: true, policy: PLAIN, options: {} },
  ...RUNGS.map((rung) => ({ ...rung, policy: WORKSPACE_ONLY })),
])("a process that is killed, $name", ({ usable, policy, options }) => {
  test.skipIf(!usable)("takes its commands along, wherever their start had got to", async () => {
    await using rig = await makeRig();
    const seconds = `3${process.pid}99`;
    for (let round = 0; round < 10; round += 1) {
      const spec = specOf(rig, `trap '' HUP TERM; exec sleep ${seconds}`, policy);
      const specs = [spec, { ...spec, terminal: { rows: 24, columns: 80 } }];
      await runner.run(own, { options: { ...optionsOf(rig), ...options }, specs, abandon: true });
    }
    await untilGone(seconds);
    expect(processesWith(seconds)).toEqual([]);
  });
});

describe.skipIf(!hasSandbox)("placeholders of a process that was killed", () => {
  test("are removed by the next one, and commands of the killed one have ended", async () => {
    await using rig = await makeRig();
    const abandoned = { options: optionsOf(rig), specs: [specOf(rig, "sleep 60")], abandon: true };
    await runner.run(own, abandoned);
    expect(readdirSync(rig.ws)).toEqual([".codex", ".git", ".heddle"]);
    expect(await (await rig.start("true")).exit).toMatchObject({ exitCode: 0 });
    expect(readdirSync(rig.ws)).toEqual([]);
    expect(readdirSync(join(rig.home, "sandbox", "placeholders"))).toEqual([]);
  });

  test("of one that still runs are left alone, and join in protecting", async () => {
    await using rig = await makeRig();
    const other = createSandbox({ env: process.env, stateDir: join(rig.home, "sandbox") });
    const long = await rig.start("echo up; read line", { stdin: "pipe" });
    await long.output[Symbol.asyncIterator]().next();
    const second = await other.spawn(
      { ...specOf(rig, "echo up; read line; mkdir .git/hooks || echo refused"), env: {}, stdin: "pipe" },
      createExpiration({ timeoutMs: 20_000 }),
    );
    await second.output[Symbol.asyncIterator]().next();
    long.stdin?.end("go\n");
    await long.exit;
    expect(existsSync(join(rig.ws, ".git"))).toBe(true);
    second.stdin?.end("go\n");
    expect((await second.exit).stdout).toBe("up\nrefused\n");
    expect(readdirSync(rig.ws)).toEqual([]);
    await other.close();
  });

  test("records that are none are ignored", async () => {
    await using rig = await makeRig();
    const folder = join(rig.home, "sandbox", "placeholders");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "notes"), "");
    await symlink("/etc", join(folder, "1.1.x-1"));
    expect(await (await rig.start("true")).exit).toMatchObject({ exitCode: 0 });
    expect(existsSync("/etc")).toBe(true);
  });
});
