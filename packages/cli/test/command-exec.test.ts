import { markedProcesses, step, type Script } from "@heddle/testkit";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";
import { startServer } from "./support/server-process.ts";
import { startTurn, turnEnd } from "./support/threads.ts";
import { startHeddle, type HeddleSetup, type TestHeddle } from "./support/start-heddle.ts";
import { REFUSED_WRITE } from "./support/sandbox-here.ts";

const DONE = { exitCode: 0, stdout: "", stderr: "" };

interface Server extends TestHeddle {
  /** Runs a command by `command/exec`. */
  exec(command: readonly string[], params?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

async function startServerHere(setup: Partial<HeddleSetup> = {}): Promise<Server> {
  const heddle = await startHeddle({ script: [], ...setup });
  const exec: Server["exec"] = (command, params) =>
    heddle.client.request("command/exec", JSON.parse(JSON.stringify({ command, ...params })));
  return { ...heddle, exec, [Symbol.asyncDispose]: () => heddle[Symbol.asyncDispose]() };
}

describe("command/exec", () => {
  test("gives both streams and the exit code; there is nothing to read", async () => {
    await using server = await startServerHere();
    expect(await server.exec(["sh", "-c", "cat; echo out; echo err >&2; exit 7"])).toEqual({
      exitCode: 7,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test("writes where its policy lets it, by default that of the configuration", async () => {
    await using server = await startServerHere({ config: 'sandbox_mode = "read-only"' });
    const refused = { exitCode: 1, stdout: "", stderr: expect.stringMatching(REFUSED_WRITE) };
    expect(await server.exec(["touch", "a"])).toEqual(refused);
    expect(await server.exec(["touch", "b"], { sandboxPolicy: { type: "workspaceWrite" } })).toEqual(DONE);
    expect(await server.exec(["touch", "c"], { sandboxPolicy: { type: "dangerFullAccess" } })).toEqual(DONE);
    expect(await readdir(server.cwd)).toEqual(["b", "c"]);
  });

  test("may write in the server's folder, wherever it starts itself", async () => {
    await using server = await startServerHere({ config: 'sandbox_mode = "workspace-write"', files: { "sub/x": "" } });
    const outside = join(server.home, "..", "outside");
    await mkdir(outside);
    expect(await server.exec(["sh", "-c", "pwd; touch ../a"], { cwd: "sub" })).toMatchObject({ exitCode: 0 });
    expect(await server.exec(["touch", "b"], { cwd: outside })).toMatchObject({ exitCode: 1 });
    expect([await readdir(server.cwd), await readdir(outside)]).toEqual([["a", "sub"], []]);
  });

  test("gives what a command wrote before its time was up, and code 124", async () => {
    await using server = await startServerHere();
    const part = { exitCode: 124, stdout: "part\n", stderr: "" };
    expect(await server.exec(["sh", "-c", "echo part; sleep 300"], { timeoutMs: 300 })).toEqual(part);
  });

  test.each([
    ["a program that is not there", ["/no/such/program"], {}, /^exec failed: cannot run \/no\/such\/program: .*ENOENT/],
    ["a folder that is not there", ["true"], { cwd: "gone" }, /^exec failed: cannot run .*gone: .*ENOENT/],
  ])("says that it could not run %s", async (_what, command, params, message) => {
    await using server = await startServerHere();
    const failure = await server.exec(command, params).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: -32603, message: expect.stringMatching(message) });
  });

  test("guesses the encoding of what is no UTF-8", async () => {
    await using server = await startServerHere();
    expect(await server.exec(["printf", String.raw`caf\351\n`])).toEqual({ ...DONE, stdout: "café\n" });
  });

  test("has the environment of the configuration", async () => {
    await using server = await startServerHere({ config: 'shell_environment_policy.set = { COLOUR = "blue" }' });
    const script = 'echo "$COLOUR $CODEX_SANDBOX $CODEX_SANDBOX_NETWORK_DISABLED"';
    expect(await server.exec(["sh", "-c", script])).toEqual({ ...DONE, stdout: "blue linux 1\n" });
  });

  test("runs several at once", async () => {
    await using server = await startServerHere({ config: 'sandbox_mode = "workspace-write"' });
    // Each waits for the file of the other.
    const meet = (own: string, other: string): string[] => [
      "sh",
      "-c",
      `touch ${own}; until test -e ${other}; do sleep 0.05; done`,
    ];
    const both = [server.exec(meet("a", "b")), server.exec(meet("b", "a"))];
    expect(await Promise.all(both)).toEqual([DONE, DONE]);
  });

  test("cannot be looser than what an administrator has set", async () => {
    await using server = await startServerHere({ managed: 'sandbox_mode = "read-only"\n' });
    const loose = server.exec(["true"], { sandboxPolicy: { type: "dangerFullAccess" } });
    await expect(loose).rejects.toMatchObject({ code: -32600, message: expect.stringContaining("managed.toml") });
    expect(await server.exec(["true"])).toEqual(DONE);
  });

  test("ends with the connection that asked for it", async () => {
    await using server = await startServerHere({ config: 'sandbox_mode = "workspace-write"' });
    const other = await server.connect();
    const running = other.request("command/exec", { command: ["sh", "-c", "echo > ready; sleep 300"] });
    const failure = running.catch((error: unknown) => error);
    await expect.poll(() => readFile(join(server.cwd, "ready"), "utf8").catch(() => "")).not.toBe("");
    await other.peer.close();
    expect(await failure).toMatchObject({ origin: "connectionClosed" });
    await expect.poll(() => markedProcesses(dirname(server.home))).toEqual([]);
  });
});

describe("a server whose input has ended", () => {
  test("answers the commands that run, and stops the turns", async () => {
    const script: Script = [[step.shell("call_1", ["sleep", "300"])]];
    await using rig = await createRig({ settings: 'sandbox_mode = "workspace-write"', script });
    await using server = await startServer(rig.workspace);
    const { thread } = (await server.client.request("thread/start", {})) as { thread: { id: string } };
    const turn = await startTurn(server.client, thread.id, "sleep");
    await server.client.hear("item/started", ({ item }) => (item as { type: string }).type === "commandExecution");
    const ready = "echo > ready; until test -e go; do sleep 0.05; done; echo went";
    const answer = server.client.request("command/exec", { command: ["sh", "-c", ready] });
    await expect.poll(() => readFile(join(rig.workspace.cwd, "ready"), "utf8").catch(() => "")).not.toBe("");
    server.endInput();
    expect(await turnEnd(server.client, thread.id, turn)).toMatchObject({ status: "interrupted" });
    await rig.workspace.write(rig.workspace.cwd, { go: "" });
    expect(await answer).toEqual({ ...DONE, stdout: "went\n" });
    expect(await server.ended).toEqual({ code: 0, signal: null, stderr: "" });
    expect(await rig.lingering()).toEqual([]);
  });

  test("ends them when a signal comes", async () => {
    await using rig = await createRig({ settings: 'sandbox_mode = "workspace-write"' });
    await using server = await startServer(rig.workspace);
    const answer = server.client.request("command/exec", {
      command: ["sh", "-c", "echo > ready; sleep 300"],
      timeoutMs: 300_000,
    });
    const failure = answer.catch((error: unknown) => error);
    await expect.poll(() => readFile(join(rig.workspace.cwd, "ready"), "utf8").catch(() => "")).not.toBe("");
    server.endInput();
    server.signal("SIGTERM");
    expect(await server.ended).toEqual({ code: 0, signal: null, stderr: "" });
    expect(await failure).toMatchObject({ origin: "connectionClosed" });
    expect(await rig.lingering()).toEqual([]);
  });
});
