import type { EngineOptions } from "@heddle/core";
import { expect, test } from "vitest";
import { startTestServer } from "./support/test-server.ts";

type Sandbox = EngineOptions["sandbox"];
type Spec = Parameters<Sandbox["spawn"]>[0] & { readonly timeoutMs: number | null };
type Outcome = Awaited<Awaited<ReturnType<Sandbox["spawn"]>>["exit"]>;

const ENDED: Outcome = {
  exitCode: 0,
  timedOut: false,
  aborted: false,
  signal: null,
  durationMs: 1,
  aggregated: "out\nerr\n",
  stdout: "out\n",
  stderr: "err\n",
  omittedBytes: 0,
  omittedDeltas: 0,
  setupFailure: null,
  tampered: [],
};
const CONFIG = 'sandbox_mode = "workspace-write"\n[shell_environment_policy]\nset = { COLOUR = "blue" }\n';
const WORKSPACE_WRITE = {
  type: "workspace-write",
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
};

/** A sandbox that runs nothing: it notes what it is to run, and every command ends in the same way. */
function notingSandbox(specs: Spec[], outcome: Partial<Outcome> = {}): Sandbox {
  return {
    probe: () => Promise.reject(new Error("nobody asks")),
    examine: () => Promise.reject(new Error("nobody asks")),
    async spawn(spec, { timeoutMs }) {
      specs.push({ ...spec, timeoutMs });
      return {
        pid: 1,
        level: "full",
        stdin: null,
        terminal: null,
        output: (async function* () {})(),
        exit: Promise.resolve({ ...ENDED, ...outcome }),
        kill() {},
        async [Symbol.asyncDispose]() {},
      };
    },
    close: async () => {},
  };
}

test("command/exec runs in the server's folder, under the configuration's policy, for ten seconds", async () => {
  const specs: Spec[] = [];
  await using server = await startTestServer({
    sandbox: notingSandbox(specs),
    homeFiles: { "config.toml": CONFIG },
  });
  const client = await server.connect();
  expect(await client.ask("command/exec", { command: ["make", "all"] })).toEqual({
    id: 1,
    result: { exitCode: 0, stdout: "out\n", stderr: "err\n" },
  });
  expect(specs).toEqual([
    {
      argv: ["make", "all"],
      cwd: server.home,
      env: { COLOUR: "blue", CODEX_SANDBOX: "linux", CODEX_SANDBOX_NETWORK_DISABLED: "1" },
      policy: WORKSPACE_WRITE,
      sandboxCwd: server.home,
      timeoutMs: 10_000,
    },
  ]);
});

test.each([
  ["a folder, without moving the writable root", { cwd: "sub" }, { cwd: "sub" }],
  ["a policy", { sandboxPolicy: { type: "readOnly" } }, { policy: { type: "read-only" } }],
  ["a time limit", { timeoutMs: 5 }, { timeoutMs: 5 }],
  ["a negative time limit, which counts as none", { timeoutMs: -5 }, {}],
  ["members that are null, which count as absent", { timeoutMs: null, cwd: null, sandboxPolicy: null }, {}],
])("command/exec takes %s", async (_what, params, expected) => {
  const specs: Spec[] = [];
  await using server = await startTestServer({
    sandbox: notingSandbox(specs),
    homeFiles: { "config.toml": CONFIG },
  });
  const client = await server.connect();
  await client.ask("command/exec", { command: ["true"], ...params });
  const cwd = "cwd" in expected ? `${server.home}/${expected.cwd}` : server.home;
  const standard = { policy: WORKSPACE_WRITE, sandboxCwd: server.home, timeoutMs: 10_000 };
  expect(specs).toMatchObject([{ ...standard, ...expected, cwd }]);
});

test("command/exec gives a command that took too long with code 124 and what it wrote", async () => {
  const outcome = { exitCode: 124, timedOut: true, signal: "SIGKILL" };
  await using server = await startTestServer({ sandbox: notingSandbox([], outcome) });
  const client = await server.connect();
  expect(await client.ask("command/exec", { command: ["sleep", "100"], timeoutMs: 1 })).toEqual({
    id: 1,
    result: { exitCode: 124, stdout: "out\n", stderr: "err\n" },
  });
});

test.each([
  ["a signal from elsewhere", { exitCode: 137, signal: "SIGKILL" }, "exec failed: the command was killed by SIGKILL"],
  [
    "a sandbox that could not be set up",
    { exitCode: 1, setupFailure: "no namespaces" },
    "exec failed: the sandbox could not be set up: no namespaces",
  ],
])("command/exec answers %s with an error", async (_what, outcome, message) => {
  await using server = await startTestServer({ sandbox: notingSandbox([], outcome) });
  const client = await server.connect();
  expect(await client.ask("command/exec", { command: ["true"] })).toEqual({ id: 1, error: { code: -32603, message } });
});

test("command/exec refuses a command of no words", async () => {
  await using server = await startTestServer();
  const client = await server.connect();
  expect(await client.ask("command/exec", { command: [] })).toEqual({
    id: 1,
    error: { code: -32600, message: "command must not be empty" },
  });
});
