import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  createExpiration,
  SandboxError,
  type ExitOutcome,
  type OutputDelta,
  type SandboxLevel,
  type SandboxOptions,
  type SandboxPolicy,
} from "../src/index.ts";
import { processesWith, untilGone } from "./process-table.ts";
import { makeRig, PLAIN, RUNGS, WORKSPACE_ONLY } from "./rig.ts";

describe("processes, unsandboxed", () => {
  describeProcesses({ policy: PLAIN, options: {}, level: "none", floodBytes: 1_000_000_000 });
});

describe("processes, unsandboxed and without the helper", () => {
  describeProcesses({ policy: PLAIN, options: { helperFolder: null }, level: "none" });
});

for (const rung of RUNGS) {
  describe.skipIf(!rung.usable)(`processes, ${rung.name}`, () => {
    describeProcesses({ policy: WORKSPACE_ONLY, ...rung });
  });
}

async function collect(output: AsyncIterable<OutputDelta>): Promise<OutputDelta[]> {
  const deltas: OutputDelta[] = [];
  for await (const delta of output) deltas.push(delta);
  return deltas;
}

function textOf(deltas: readonly OutputDelta[], stream: OutputDelta["stream"]): string {
  return deltas
    .filter((delta) => delta.stream === stream)
    .map((delta) => delta.text)
    .join("");
}

let marks = 0;
/** A number that only one test sleeps for, to be found again in the process table. */
function uniqueSeconds(): string {
  marks += 1;
  return `3${process.pid}${marks}`;
}

function describeProcesses({
  policy,
  options,
  level,
  floodBytes = 200_000_000,
}: {
  readonly policy: SandboxPolicy;
  readonly options: Partial<SandboxOptions>;
  readonly level: SandboxLevel;
  readonly floodBytes?: number;
}): void {
  test("a command ends with its code, its output in order and its streams apart", async () => {
    await using rig = await makeRig(options);
    const child = await rig.start("echo one; echo two >&2; exit 3", { policy });
    const deltas = await collect(child.output);
    const { durationMs, ...outcome } = await child.exit;
    expect(outcome).toEqual({
      exitCode: 3,
      timedOut: false,
      aborted: false,
      signal: null,
      aggregated: expect.toSatisfy((text: string) => text === "one\ntwo\n" || text === "two\none\n"),
      stdout: "one\n",
      stderr: "two\n",
      omittedBytes: 0,
      omittedDeltas: 0,
      setupFailure: null,
      tampered: [],
    } satisfies Omit<ExitOutcome, "durationMs">);
    expect(durationMs).toBeGreaterThan(0);
    expect(textOf(deltas, "stdout")).toBe("one\n");
    expect(textOf(deltas, "stderr")).toBe("two\n");
    expect(child.level).toBe(level);
  });

  test("stdin is empty, and the environment is exactly what was given", async () => {
    await using rig = await makeRig(options);
    const child = await rig.start("cat; /usr/bin/env | sort", { policy, env: { PATH: "/usr/bin:/bin", A: "1" } });
    const { stdout } = await child.exit;
    // A shell adds what it keeps for itself.
    const names = stdout
      .trim()
      .split("\n")
      .filter((line) => !/^(PWD|SHLVL|_|OLDPWD)=/.test(line));
    expect(names).toEqual(["A=1", "PATH=/usr/bin:/bin"]);
  });

  test.skipIf(options.helperFolder === null)("output streams can be opened by their names in /dev", async () => {
    await using rig = await makeRig(options);
    const child = await rig.start("echo a > /dev/stdout; echo b > /dev/stderr; echo c | tee /dev/stderr", { policy });
    expect(await child.exit).toMatchObject({ exitCode: 0, stdout: "a\nc\n", stderr: "b\nc\n" });
  });

  test.skipIf(options.helperFolder === null)("a command has its three streams open, and nothing else", async () => {
    await using rig = await makeRig(options);
    const other = await rig.start("read line", { policy, stdin: "pipe" });
    const child = await rig.start(["/bin/ls", "/proc/self/fd"], { policy, stdin: "pipe" });
    // The last is the folder itself, while it is listed.
    expect((await child.exit).stdout).toBe("0\n1\n2\n3\n");
    other.stdin?.end("go\n");
    expect(await other.exit).toMatchObject({ exitCode: 0 });
  });

  test("stdin can be a pipe", async () => {
    await using rig = await makeRig(options);
    const child = await rig.start("tr a-z A-Z", { policy, stdin: "pipe" });
    child.stdin?.end("shout");
    expect((await child.exit).stdout).toBe("SHOUT");
  });

  test("much input is taken as fast as the command reads it, and none is lost", async () => {
    await using rig = await makeRig(options);
    const child = await rig.start("read line; echo $line; cksum", { policy, stdin: "pipe" });
    const input = Buffer.alloc(3_000_000, "abcdefghijklmno\n");
    child.stdin?.write("first\n");
    child.stdin?.end(input);
    const expected = spawnSync("cksum", { input }).stdout.toString();
    expect(await child.exit).toMatchObject({ exitCode: 0, stdout: `first\n${expected}` });
  });

  test("stdin that is destroyed is at its end for the command", async () => {
    await using rig = await makeRig(options);
    const child = await rig.start("cat", { policy, stdin: "pipe" });
    child.stdin?.write("some");
    await child.output[Symbol.asyncIterator]().next();
    child.stdin?.destroy();
    expect(await child.exit).toMatchObject({ exitCode: 0, stdout: "some" });
  });

  test("a command that does not read holds nobody up", async () => {
    await using rig = await makeRig(options);
    const child = await rig.start("exec sleep 60", { policy, stdin: "pipe" });
    const written = new Promise((resolve) => child.stdin?.write(Buffer.alloc(1_000_000), resolve));
    expect(await (await rig.start("echo fine", { policy })).exit).toMatchObject({ stdout: "fine\n" });
    child.kill();
    expect(await child.exit).toMatchObject({ exitCode: 137 });
    expect(await written).toBeInstanceOf(Error);
  });

  test("a listener that waits stops its own command alone, which loses nothing", async () => {
    await using rig = await makeRig(options);
    let heard = 0;
    let goOn: () => void = () => {};
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const child = await rig.start("head -c 30000000 /dev/zero", {
      policy,
      onOutput(_stream, bytes) {
        heard += bytes.length;
        return waiting;
      },
    });
    for (let count = 0; count < 5; count += 1) {
      const other = await rig.start("head -c 1000000 /dev/zero | tr '\\0' x", { policy });
      expect((await other.exit).stdout.length).toBe(1_000_000);
    }
    // What was on its way, in pipes and in our own memory.
    expect(heard).toBeLessThan(1_000_000);
    goOn();
    expect(await child.exit).toMatchObject({ exitCode: 0 });
    expect(heard).toBe(30_000_000);
  });

  test("a command that a signal ends has exit code 128 + n", async () => {
    await using rig = await makeRig(options);
    const child = await rig.start("kill -TERM $$", { policy });
    expect(await child.exit).toMatchObject({ exitCode: 143, timedOut: false, aborted: false });
  });

  test("a command that takes too long ends with 124, though it ignores SIGTERM", async () => {
    await using rig = await makeRig(options);
    const seconds = uniqueSeconds();
    const child = await rig.start(`trap '' TERM; echo started; sleep ${seconds}`, { policy, timeoutMs: 300 });
    expect(await child.exit).toMatchObject({ exitCode: 124, timedOut: true, aborted: false, stdout: "started\n" });
    await untilGone(`sleep\0${seconds}`);
  });

  test("an abort ends the command and says so", async () => {
    await using rig = await makeRig(options);
    const abort = new AbortController();
    const seconds = uniqueSeconds();
    const child = await rig.start(`echo started; sleep ${seconds}`, { policy, signal: abort.signal });
    for await (const _ of child.output) abort.abort();
    expect(await child.exit).toMatchObject({ exitCode: 137, timedOut: false, aborted: true, stdout: "started\n" });
    await untilGone(`sleep\0${seconds}`);
  });

  test("a command does not start when it is aborted already", async () => {
    await using rig = await makeRig(options);
    await expect(rig.start("touch started", { policy, signal: AbortSignal.abort() })).rejects.toMatchObject({
      failure: { kind: "aborted" },
    });
    expect(existsSync(join(rig.ws, "started"))).toBe(false);
  });

  test("a deadline that is suspended does not expire", async () => {
    await using rig = await makeRig(options);
    const expiration = createExpiration({ timeoutMs: 300 });
    const child = await rig.start("read line; echo $line", { policy, expiration, stdin: "pipe" });
    const resume = expiration.suspend();
    await new Promise((resolve) => setTimeout(resolve, 600));
    child.stdin?.end("done\n");
    resume();
    expect(await child.exit).toMatchObject({ exitCode: 0, timedOut: false, stdout: "done\n" });
  });

  test("children that a command leaves behind end with it", async () => {
    await using rig = await makeRig(options);
    const seconds = uniqueSeconds();
    const child = await rig.start(`sleep ${seconds} & echo done`, { policy });
    expect(await child.exit).toMatchObject({ exitCode: 0, stdout: "done\n" });
    await untilGone(`sleep\0${seconds}`);
  });

  test("grandchildren that left the group end with a command that is killed", async () => {
    await using rig = await makeRig(options);
    const seconds = uniqueSeconds();
    const child = await rig.start(`setsid sh -c 'sh -c "sleep ${seconds}; :"; :' & echo $!; wait`, { policy });
    for await (const _ of child.output) {
      while (!processesWith(`sleep\0${seconds}`).some((line) => line.startsWith("sleep")))
        await new Promise(setImmediate);
      child.kill();
    }
    expect(await child.exit).toMatchObject({ exitCode: 137 });
    await untilGone(`sleep\0${seconds}`);
  });

  test("a program that is not there, or is no program, is told before anything starts", async () => {
    await using rig = await makeRig(options);
    await writeFile(join(rig.ws, "text"), "no program");
    const failures = await Promise.all(
      [["no-such-program"], ["./missing"], ["./text"], [rig.ws], []].map(async (argv) => {
        const error: unknown = await rig.start(argv, { policy }).catch((error: unknown) => error);
        if (!(error instanceof SandboxError) || error.failure.kind !== "spawnFailed") return error;
        return [error.failure.code, error.failure.path];
      }),
    );
    expect(failures).toEqual([
      ["ENOENT", "no-such-program"],
      ["ENOENT", "./missing"],
      ["EACCES", "./text"],
      ["EACCES", rig.ws],
      ["EINVAL", "''"],
    ]);
  });

  test("a working folder that is not there is told as such", async () => {
    await using rig = await makeRig(options);
    await expect(rig.start("true", { policy, cwd: join(rig.ws, "gone") })).rejects.toMatchObject({
      failure: { kind: "spawnFailed", code: "ENOENT", path: join(rig.ws, "gone") },
    });
  });

  test("a flood of output leaves its two ends, and takes no more memory than those", { timeout: 60_000 }, async () => {
    await using rig = await makeRig(options);
    const before = ownMemory();
    const child = await rig.start(`echo first; head -c ${floodBytes} /dev/zero | tr '\\0' x; echo; echo last`, {
      policy,
    });
    const outcome = await child.exit;
    expect(outcome.exitCode).toBe(0);
    // What the two lines add, less a MiB of each end.
    const omittedBytes = floodBytes + 12 - 2 * 1024 * 1024;
    expect(outcome.aggregated).toMatch(/^first\nx{100}[^]*x\n…\d+ bytes omitted…\nx[^]*x\nlast\n$/);
    expect(outcome.aggregated).toContain(`…${omittedBytes} bytes omitted…`);
    expect(outcome.omittedBytes).toBe(omittedBytes);
    expect(outcome.omittedDeltas).toBeGreaterThan(0);
    expect(ownMemory() - before).toBeLessThan(120 * 1024 * 1024);
  });

  test("bytes that are no text come out with replacement characters, each stream for itself", async () => {
    await using rig = await makeRig(options);
    const child = await rig.start("printf 'a\\377\\000b'; printf 'gr\\303' >&2; sleep 0.05; printf '\\274n' >&2", {
      policy,
    });
    const deltas = await collect(child.output);
    const { stdout, stderr } = await child.exit;
    expect({ stdout, stderr }).toEqual({ stdout: "a\uFFFD\0b", stderr: "grün" });
    expect(textOf(deltas, "stdout")).toBe("a\uFFFD\0b");
    expect(textOf(deltas, "stderr")).toBe("grün");
  });

  test("at most 10,000 deltas of a stream are told, and all of the output is kept", async () => {
    await using rig = await makeRig(options);
    const script = `const { writeSync } = require("fs");
      for (let i = 0; i < 10500; i++) { for (;;) { try { writeSync(1, "x\\n"); break; } catch {} }
      if (i % 4 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0.05); }`;
    const child = await rig.start([process.execPath, "-e", script], { policy });
    const deltas = await collect(child.output);
    const outcome = await child.exit;
    expect(outcome.stdout).toBe("x\n".repeat(10_500));
    expect(deltas.length).toBeLessThanOrEqual(10_000);
    if (outcome.omittedDeltas === 0) expect(textOf(deltas, "stdout")).toBe(outcome.stdout);
  });

  test("an embedder's disposal ends a command that still runs", async () => {
    await using rig = await makeRig(options);
    const seconds = uniqueSeconds();
    {
      await using child = await rig.start(`sleep ${seconds}`, { policy });
      expect(child.pid).toBeGreaterThan(0);
    }
    await untilGone(`sleep\0${seconds}`);
  });

  test("closing the sandbox ends what runs, and nothing starts afterwards", async () => {
    await using rig = await makeRig(options);
    const seconds = uniqueSeconds();
    const child = await rig.start(`sleep ${seconds}`, { policy });
    await rig.sandbox.close();
    expect(await child.exit).toMatchObject({ exitCode: 137 });
    await untilGone(`sleep\0${seconds}`);
    const closed = { failure: { kind: "closed" } };
    await expect(rig.start("true", { policy })).rejects.toMatchObject(closed);
    await expect(rig.sandbox.examine()).rejects.toMatchObject(closed);
    await expect(rig.sandbox.probe()).rejects.toMatchObject(closed);
  });

  test("fifty commands at once all come to their end", async () => {
    await using rig = await makeRig(options);
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => (await rig.start(`echo ${index}`, { policy })).exit),
    );
    expect(outcomes.map(({ stdout }) => Number(stdout))).toEqual(outcomes.map((_, index) => index));
    expect(readdirSync(rig.ws)).toEqual([]);
  });

  test("commands one after another leave no descriptor, process or file behind", async () => {
    await using rig = await makeRig(options);
    const one = async (): Promise<void> => {
      expect((await (await rig.start("echo hi; echo ho >&2", { policy })).exit).exitCode).toBe(0);
    };
    for (let count = 0; count < 5; count += 1) await one();
    const before = readdirSync("/proc/self/fd").length;
    for (let count = 0; count < 100; count += 1) await one();
    expect(readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(before);
    expect(processesWith(rig.ws)).toEqual([]);
    expect(readdirSync(rig.ws)).toEqual([]);
    const own = join(rig.home, "sandbox");
    expect(existsSync(own) ? readdirSync(own).filter((name) => name !== "placeholders") : []).toEqual([]);
  });
}

test.skipIf(process.platform !== "linux")("output inherited from us goes to our own streams", async () => {
  await using rig = await makeRig();
  const log = join(rig.out, "log");
  await writeFile(log, "");
  // Of a child of ours, so that its streams can be looked at.
  const child = await rig.start(`exec > ${log}; echo to the log`, { policy: PLAIN, output: "inherit" });
  expect(await child.exit).toMatchObject({ exitCode: 0, aggregated: "" });
  expect(await readFile(log, "utf8")).toBe("to the log\n");
});

/** What this thread holds on to: the memory of the whole process is that of other tests, and garbage is nobody's. */
function ownMemory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}
