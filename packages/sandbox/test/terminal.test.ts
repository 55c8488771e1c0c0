import { describe, expect, test } from "vitest";
import type { Child, SandboxOptions, SandboxPolicy } from "../src/index.ts";
import { untilGone } from "./process-table.ts";
import { makeRig, PLAIN, RUNGS, WORKSPACE_ONLY, type Rig } from "./rig.ts";

const SIZE = { rows: 24, columns: 80 };

describe("a terminal, unsandboxed", () => {
  // As often as this, for a tail that gets lost does so now and then.
  describeTerminal({ policy: PLAIN, options: {}, tailRuns: 200 });
});

for (const rung of RUNGS) {
  describe.skipIf(!rung.usable)(`a terminal, ${rung.name}`, () => {
    describeTerminal({ policy: WORKSPACE_ONLY, options: rung.options, tailRuns: 50 });
  });
}

test("without the helper pipes serve, and the command tells that they are none", async () => {
  await using rig = await makeRig({ helperFolder: null });
  const child = await rig.start('read line; echo "$line"; test -t 0 || echo no terminal', {
    policy: PLAIN,
    terminal: SIZE,
  });
  child.stdin?.write("typed\n");
  expect(child.terminal).toBeNull();
  expect(await child.exit).toMatchObject({ exitCode: 0, stdout: "typed\nno terminal\n" });
});

let marks = 0;
/** A number that only one test sleeps for, to be found again in the process table. */
function uniqueSeconds(): string {
  marks += 1;
  return `4${process.pid}${marks}`;
}

function describeTerminal({
  policy,
  options,
  tailRuns,
}: {
  readonly policy: SandboxPolicy;
  readonly options: Partial<SandboxOptions>;
  readonly tailRuns: number;
}): void {
  const start = (rig: Rig, script: string, size = SIZE): Promise<Child> =>
    rig.start(["/bin/bash", "-c", script], { policy, terminal: size });

  test("has the size that was asked for, and is the controlling one of the command", async () => {
    await using rig = await makeRig(options);
    const child = await start(rig, "stty size; test -t 1 && echo here > /dev/tty; exit 3");
    expect(await child.exit).toMatchObject({
      exitCode: 3,
      stdout: "24 80\r\nhere\r\n",
      stderr: "",
      setupFailure: null,
    });
  });

  test("passes on what is typed, sizes in their place, and signals of its keys to the command alone", async () => {
    await using rig = await makeRig(options);
    const child = await start(
      rig,
      `read word; echo "got $word in $(stty size)"; trap 'echo interrupted; exit 7' INT; echo ready; while :; do sleep 0.05; done`,
    );
    child.terminal?.resize({ rows: 50, columns: 120 });
    child.stdin?.write("hello\n");
    let seen = "";
    for await (const { text } of child.output) {
      if (!seen.includes("ready") && (seen + text).includes("ready")) child.stdin?.write("\u0003");
      seen += text;
    }
    expect(await child.exit).toMatchObject({ exitCode: 7 });
    expect(seen).toMatch(/got hello in 50 120\r\nready\r\n(\^C)?interrupted\r\n$/);
  });

  test("the end of the input key ends what reads", async () => {
    await using rig = await makeRig(options);
    const child = await start(rig, "cat; echo over");
    child.stdin?.write("line\n\u0004");
    expect((await child.exit).stdout).toBe("line\r\nline\r\nover\r\n");
  });

  test(`keeps the tail of the output in ${tailRuns} runs`, { timeout: 120_000 }, async () => {
    await using rig = await makeRig(options);
    const expected = Array.from({ length: 1200 }, (_, index) => `${index + 1}\r\n`).join("") + "TAIL";
    let complete = 0;
    for (let run = 0; run < tailRuns; run += 1) {
      const child = await start(rig, "seq 1 1200; printf TAIL");
      if ((await child.exit).stdout === expected) complete += 1;
    }
    expect(complete).toBe(tailRuns);
  });

  test("much input is taken as fast as the command reads it, and none is lost", async () => {
    await using rig = await makeRig(options);
    const child = await start(rig, "stty raw -echo; echo ready; head -c 300000 | cksum");
    const output = child.output[Symbol.asyncIterator]();
    await output.next();
    child.stdin?.write(Buffer.alloc(300_000, "x"));
    const { stdout } = await child.exit;
    expect(stdout).toMatch(/^ready\r?\n\d+ 300000/);
  });

  test("a command that reads nothing and ignores everything ends with its terminal", async () => {
    await using rig = await makeRig(options);
    const seconds = uniqueSeconds();
    const child = await start(
      rig,
      `trap '' INT TERM HUP; stty raw; (setsid sleep ${seconds} &); echo on; sleep ${seconds}`,
    );
    const output = child.output[Symbol.asyncIterator]();
    await output.next();
    child.stdin?.write(Buffer.alloc(200_000, "x"));
    child.kill();
    expect(await child.exit).toMatchObject({ exitCode: 137 });
    await untilGone(`sleep\0${seconds}`);
  });

  test("a listener hears every byte, and the command waits for it", async () => {
    await using rig = await makeRig(options);
    const heard: Buffer[] = [];
    let waiting = 0;
    const child = await rig.start("head -c 400000 /dev/zero", {
      policy,
      async onOutput(stream, bytes) {
        waiting += 1;
        expect([stream, waiting]).toEqual(["stdout", 1]);
        heard.push(Buffer.from(bytes));
        await new Promise((resolve) => setImmediate(resolve));
        waiting -= 1;
      },
    });
    await child.exit;
    expect(Buffer.concat(heard).equals(Buffer.alloc(400_000))).toBe(true);
  });
}
