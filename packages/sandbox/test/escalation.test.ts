import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { wrappingShell } from "@heddle/testkit";
import {
  createExpiration,
  installExecWrapper,
  type Child,
  type Escalation,
  type ExecExpiration,
  type ExecDecision,
  type ExecRequest,
  type SandboxPolicy,
} from "../src/index.ts";
import { untilGone } from "./process-table.ts";
import { makeRig, PLAIN, READ_ONLY, RUNGS, type Rig, type RungHere } from "./rig.ts";

interface Asked {
  readonly child: Child;
  readonly requests: ExecRequest[];
}

type Decide = (
  request: ExecRequest,
  deciding: Parameters<Escalation["decide"]>[1],
) => ExecDecision | Promise<ExecDecision>;

/** Runs a script with the stand-in shell, the programs of which `decide` decides about. */
async function start(
  rig: Rig,
  script: string,
  { decide, policy, expiration }: { decide: Decide; policy: SandboxPolicy; expiration?: ExecExpiration },
): Promise<Asked> {
  const requests: ExecRequest[] = [];
  const child = await rig.start([process.execPath, wrappingShell(), "-c", script], {
    policy,
    ...(expiration === undefined ? {} : { expiration }),
    escalation: {
      wrapper: installExecWrapper(join(rig.home, "bin")),
      async decide(request, deciding) {
        requests.push(request);
        return decide(request, deciding);
      },
    },
  });
  return { child, requests };
}

const hasPython = canRunPython();

function canRunPython(): boolean {
  try {
    execFileSync("python3", ["-c", "import socket; socket.send_fds"]);
    return true;
  } catch {
    return false;
  }
}

/** Opens a stream, asks with it, and has the kernel tell who sends (16) and which process that is (76) with each message. */
const SPEAKER = `
import socket, struct, sys
server = socket.socket(fileno=219)
ours, theirs = socket.socketpair()
null = open("/dev/null")
socket.send_fds(server, [b"\\0"], [theirs.fileno()])
ours.send(struct.pack("<I", 1000))
def pieces(count):
    for _ in range(count):
        # The next is not joined with one that is still there.
        socket.send_fds(ours, [b"x"], [null.fileno()])
        while True:
            try:
                theirs.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except BlockingIOError:
                break
pieces(1)
print("before", flush=True)
sys.stdin.readline()
theirs.setsockopt(socket.SOL_SOCKET, 16, 1)
try:
    theirs.setsockopt(socket.SOL_SOCKET, 76, 1)
except OSError:
    pass # an older kernel
pieces(50)
print("after", flush=True)
sys.stdin.readline()
`;

const run: Decide = () => ({ type: "run" });
const escalate: Decide = () => ({ type: "escalate" });

let touch = "";
beforeAll(async () => {
  touch = await realpath("/usr/bin/touch").catch(() => realpath("/bin/touch"));
});

function describeEscalation({ options }: Pick<RungHere, "options">): void {
  test("a program that may run does so in its place, in the sandbox", async () => {
    await using rig = await makeRig(options);
    const { child, requests } = await start(rig, `${touch} ${rig.out}/made`, { decide: run, policy: READ_ONLY });
    expect((await child.exit).stderr).toMatch(/Read-only file system|Permission denied/);
    expect(existsSync(join(rig.out, "made"))).toBe(false);
    expect(requests).toEqual([
      {
        file: touch,
        argv: [touch, `${rig.out}/made`],
        workdir: rig.ws,
        env: expect.objectContaining({ LC_ALL: "C.UTF-8" }),
        exact: true,
      },
    ]);
    expect(Object.keys(requests[0]?.env ?? {})).not.toContain("BASH_EXEC_WRAPPER");
    expect(Object.keys(requests[0]?.env ?? {})).not.toContain("CODEX_ESCALATE_SOCKET");
  });

  test("one that is escalated runs outside, with its output, environment, folder and exit code", async () => {
    await using rig = await makeRig(options);
    const text = `printf '%s\\n' "$0" "$WORD" "$PWD"; echo told >&2; echo made > ${rig.out}/made; exit 7`;
    await writeFile(join(rig.ws, "script"), text, { mode: 0o755 });
    const script = `WORD='with "quotes" and ü\n' ./script 'an argument'`;
    const { child } = await start(rig, script, { decide: escalate, policy: READ_ONLY });
    expect(await child.exit).toMatchObject({
      exitCode: 7,
      stdout: `./script\nwith "quotes" and ü\n\n${rig.ws}\n`,
      stderr: "told\n",
      setupFailure: null,
    });
    expect(readFileSync(join(rig.out, "made"), "utf8")).toBe("made\n");
  });

  test("one that is denied does not start, and its standard error says why", async () => {
    await using rig = await makeRig(options);
    const { child } = await start(rig, `${touch} ${rig.ws}/made`, {
      decide: () => ({ type: "deny", reason: 'no "thanks"\u001b[2J' }),
      policy: READ_ONLY,
    });
    expect(await child.exit).toMatchObject({ exitCode: 1, stderr: 'Execution denied: no "thanks"?[2J\n' });
    expect(existsSync(join(rig.ws, "made"))).toBe(false);
  });

  test("a decision that fails denies", async () => {
    await using rig = await makeRig(options);
    const decide = (): never => {
      throw new Error("the host has gone");
    };
    const { child } = await start(rig, "true", { decide, policy: READ_ONLY });
    expect(await child.exit).toMatchObject({
      exitCode: 1,
      stderr: "Execution denied: it could not be decided about: the host has gone\n",
    });
  });

  test("many at once are told apart", async () => {
    await using rig = await makeRig(options);
    const script = Array.from({ length: 40 }, (_, index) => `printf ${index}. &`).join(" ");
    const decide: Decide = ({ argv }) =>
      Number.parseInt(argv[1] ?? "") % 2 === 0 ? { type: "escalate" } : { type: "run" };
    const { child, requests } = await start(rig, script, { decide, policy: READ_ONLY });
    const numbers = (await child.exit).stdout.split(".").slice(0, -1).map(Number);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(requests.length).toBe(40);
  });

  test("arguments that are no text can be run where they are, and are told to be inexact", async () => {
    await using rig = await makeRig(options);
    await writeFile(
      join(rig.ws, "script"),
      `#!/bin/sh\nexec "$BASH_EXEC_WRAPPER" /bin/echo echo "$(printf '\\377')"\n`,
      {
        mode: 0o755,
      },
    );
    const decide: Decide = ({ exact }) => (exact ? { type: "run" } : { type: "deny", reason: "no text" });
    const { child, requests } = await start(rig, "./script", { decide, policy: READ_ONLY });
    expect(await child.exit).toMatchObject({ exitCode: 1, stderr: "Execution denied: no text\n" });
    expect(requests.map(({ argv, exact }) => ({ argv, exact }))).toEqual([
      { argv: ["./script"], exact: true },
      { argv: ["echo", "\ufffd"], exact: false },
    ]);
  });

  test("long arguments and a large environment come through", async () => {
    await using rig = await makeRig(options);
    const long = "x".repeat(40_000);
    const script = `FIRST=${long} SECOND=${long} ./count ${long}`;
    await writeFile(join(rig.ws, "count"), '#!/bin/sh\necho "${#FIRST} ${#SECOND} ${#1}"\n', { mode: 0o755 });
    const { child } = await start(rig, script, { decide: escalate, policy: READ_ONLY });
    expect((await child.exit).stdout).toBe("40000 40000 40000\n");
  });

  test("a program that cannot be run says so, as shells do", async () => {
    await using rig = await makeRig(options);
    for (const decide of [run, escalate]) {
      const { child } = await start(rig, "/no/such/program", { decide, policy: READ_ONLY });
      expect(await child.exit).toMatchObject({
        exitCode: 127,
        stderr: "/no/such/program: cannot be run: error 2\n",
        setupFailure: null,
      });
    }
  });

  test("while a decision is awaited the deadline stands still, and then goes on", async () => {
    await using rig = await makeRig(options);
    let release = (): void => {};
    const expiration = createExpiration({ timeoutMs: 2_000 });
    const decide: Decide = async ({ argv }) => {
      if (argv[0] !== "true") return { type: "run" };
      const resume = expiration.suspend();
      // A command with the same limit, started while this one waits, uses its limit up.
      const other = await rig.start("sleep 600", { policy: READ_ONLY, timeoutMs: 2_000 });
      expect(await other.exit).toMatchObject({ timedOut: true });
      resume();
      release();
      return { type: "escalate" };
    };
    const { child } = await start(rig, "true && sleep 600", { decide, policy: READ_ONLY, expiration });
    await new Promise<void>((resolve) => (release = resolve));
    expect(await child.exit).toMatchObject({ timedOut: true, exitCode: 124 });
  });

  test("what runs outside ends with its command, descendants and all", async () => {
    await using rig = await makeRig(options);
    const seconds = `5${process.pid}${options.bubblewrapPath === null ? 1 : 2}`;
    await writeFile(join(rig.ws, "script"), `#!/bin/sh\n(setsid sleep ${seconds} &)\necho up\nsleep ${seconds}\n`, {
      mode: 0o755,
    });
    const { child } = await start(rig, "./script", { decide: escalate, policy: READ_ONLY });
    for await (const { text } of child.output) if (text.includes("up")) child.kill();
    expect(await child.exit).toMatchObject({ exitCode: 137 });
    await untilGone(`sleep\0${seconds}`);
  });

  test("when nobody waits for a decision any more, whoever decides is told", async () => {
    await using rig = await makeRig(options);
    let child: Child | null = null;
    const told = new Promise<void>((resolve) => {
      const decide: Decide = (_, { signal }) => {
        signal.addEventListener("abort", () => resolve());
        child?.kill();
        return new Promise(() => {});
      };
      void start(rig, "true", { decide, policy: READ_ONLY }).then((started) => {
        child = started.child;
      });
    });
    await told;
    expect(await (child as Child | null)?.exit).toMatchObject({ exitCode: 137 });
  });

  test.skipIf(!hasPython)("descriptors that nobody has asked for do not stay with whoever watches", async () => {
    await using rig = await makeRig(options);
    await writeFile(join(rig.ws, "speak.py"), SPEAKER);
    const child = await rig.start(["python3", "speak.py"], {
      policy: READ_ONLY,
      stdin: "pipe",
      escalation: { wrapper: "/no/such/wrapper", decide: async () => ({ type: "run" }) },
    });
    const output = child.output[Symbol.asyncIterator]();
    const counts: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      await output.next();
      counts.push(readdirSync(`/proc/${child.pid}/fd`).length);
      child.stdin?.write("go on\n");
    }
    expect(await child.exit).toMatchObject({ exitCode: 0, stderr: "" });
    const [before = 0, after = Infinity] = counts;
    expect(after).toBeLessThanOrEqual(before);
  });

  test("what speaks to the socket and is no wrapper is let go, and wrappers after it are served", async () => {
    await using rig = await makeRig(options);
    const script = `./noise; true`;
    await writeFile(join(rig.ws, "noise"), "#!/bin/sh\nprintf 'no datagram of a wrapper' >&219\nexit 3\n", {
      mode: 0o755,
    });
    const { child, requests } = await start(rig, script, { decide: run, policy: READ_ONLY });
    expect(await child.exit).toMatchObject({ exitCode: 0 });
    expect(requests.map(({ argv }) => argv[0])).toEqual(["./noise", "true"]);
  });
}

for (const rung of RUNGS) {
  describe.skipIf(!rung.usable)(`programs of a command are decided about, ${rung.name}:`, () => {
    describeEscalation(rung);
  });
}

describe("without a sandbox", () => {
  test("programs are decided about just so", async () => {
    await using rig = await makeRig();
    const decide: Decide = ({ argv }) =>
      argv[0] === "true" ? { type: "escalate" } : { type: "deny", reason: "not this" };
    const { child } = await start(rig, "true && printf no", { decide, policy: PLAIN });
    expect(await child.exit).toMatchObject({ exitCode: 1, stderr: "Execution denied: not this\n" });
  });

  test("without the helper nothing starts", async () => {
    await using rig = await makeRig({ helperFolder: null });
    await expect(start(rig, "true", { decide: run, policy: PLAIN })).rejects.toMatchObject({
      failure: { kind: "unavailable", cause: expect.stringContaining("helper") },
    });
  });
});
