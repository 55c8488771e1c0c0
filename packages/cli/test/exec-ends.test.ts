import { step, type Script } from "@heddle/testkit";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HEDDLE, startProcess } from "./support/built-command.ts";
import { createRig } from "./support/command-rig.ts";
import { eventsOf } from "./support/exec-events.ts";

const SLEEP: Script = [[step.shell("call_1", ["sleep", "300"])], [step.text("awake")]];

describe("when something fails", () => {
  test.each([
    ["an endpoint that refuses", [step.http(400, { error: { message: "bad thing" } })], "bad thing"],
    ["a wrong key", [step.http(401, { error: { message: "no such key" } })], "no such key"],
    ["a stream that breaks", [step.text("half"), step.drop()], "stream disconnected before completion"],
  ])("%s ends with exit code 1, an error and turn.failed as the last line", async (what, reply, reason) => {
    await using rig = await createRig({ script: [reply] });
    const ended = await rig.run(["exec", "--json", "hello"]);
    const events = eventsOf(ended);
    expect(ended.code).toBe(1);
    expect(events.slice(-2)).toEqual([
      { type: "error", message: expect.stringContaining(reason) },
      { type: "turn.failed", error: { message: expect.stringContaining(reason) } },
    ]);
    const human = await rig.run(["exec", "hello"]);
    expect({ code: human.code, stdout: human.stdout }).toEqual({ code: 1, stdout: "" });
    expect(human.stderr).toMatch(new RegExp(`^ERROR: .*${reason}`, "m"));
    expect(human.stderr.includes("`heddle login`")).toBe(what === "a wrong key");
  });

  test("an endpoint that is not there is named, with what was tried", async () => {
    await using rig = await createRig();
    await rig.model.close();
    const { code, stderr } = await rig.run(["exec", "hello"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ERROR: .*(refused|ECONNREFUSED)/m);
    expect(stderr).toContain(new URL(rig.model.baseUrl).host);
  });

  test.each([
    ["a syntax error", 'model = "a"\nmodel_provider = \n', ["config.toml:2", "model_provider"]],
    ["a wrong type", 'model = "a"\nmodel_context_window = "big"\n', ["config.toml", "model_context_window", "big"]],
    ["an unknown value", 'sandbox_mode = "open"\n', ["config.toml", "sandbox_mode", "open", "read-only"]],
    ["an unknown provider", 'model_provider = "nowhere"\n', ["nowhere"]],
  ])("%s in config.toml is named with file, line, key and reason", async (_what, config, parts) => {
    await using rig = await createRig({ homeFiles: { "config.toml": config } });
    const { code, stdout, stderr } = await rig.run(["exec", "hello"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Error/);
    for (const part of parts) expect(stderr).toContain(part);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test("a home that is not there, or is no folder, is named", async () => {
    await using rig = await createRig({ files: { "a-file": "" } });
    const missing = join(rig.workspace.base, "nowhere");
    const file = join(rig.workspace.cwd, "a-file");
    for (const home of [missing, file]) {
      const { code, stdout, stderr } = await rig.run(["exec", "hello"], { env: { HEDDLE_HOME: home } });
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^Error: Error finding codex home: .*; create the folder or unset HEDDLE_HOME\n$/);
      expect(stderr).toContain(home);
    }
  });

  test.each(["", "."])("a HOME of %j never makes the repository's own files the configuration", async (HOME) => {
    await using rig = await createRig({ files: { ".heddle/config.toml": "no = TOML = at all" } });
    const ended = await rig.run(["exec"], { stdin: "", env: { HOME, HEDDLE_HOME: "" } });
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining("No prompt provided via stdin.") });
  });

  test("an output that cannot be written, to a full disk for example, is an error", async () => {
    await using rig = await createRig({ script: [[step.text("lost")]] });
    const { cwd, env } = rig.workspace;
    const command = `"${process.execPath}" "${HEDDLE}" exec hello > /dev/full`;
    const { code, stderr } = await startProcess(["/bin/bash", "-c", command], { cwd, env }).ended;
    expect(code).toBe(1);
    expect(stderr).toContain("Error: the output could not be written: ENOSPC");
  });

  test("a working directory that has been removed is told", async () => {
    await using rig = await createRig();
    const { cwd, env } = rig.workspace;
    const command = `mkdir gone; cd gone; rmdir ../gone; "${process.execPath}" "${HEDDLE}" exec hello`;
    const { code, stderr } = await startProcess(["/bin/bash", "-c", command], { cwd, env }).ended;
    const reason = "Error: the working directory is not there any more; change to one that exists\n";
    expect({ code, stderr }).toEqual({ code: 1, stderr: reason });
  });

  test("a folder that is not there is named", async () => {
    await using rig = await createRig();
    const { code, stdout, stderr } = await rig.run(["exec", "--skip-git-repo-check", "-C", "nowhere", "hello"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("nowhere");
  });

  test("a reader of stdout that goes away ends the run quietly", async () => {
    const wait = ["sh", "-c", "until [ -e gone ]; do sleep 0.02; done"];
    await using rig = await createRig({
      script: [[step.shell("call_1", wait)], [step.shell("call_2", ["sleep", "300"])]],
    });
    const running = rig.start(["exec", "--json", "read"]);
    await running.says("until");
    running.child.stdout?.destroy();
    await writeFile(join(rig.workspace.cwd, "gone"), "");
    expect(await running.ended).toMatchObject({ code: 0, stderr: "" });
    expect(await rig.lingering()).toEqual([]);
  });
});

describe("signals", () => {
  /** Less than anything that there is to wait for here, more than a busy machine takes. */
  const LONG_MS = 20_000;

  test("SIGINT stops the turn without a wait: exit code 130, turn.failed last, no process left", async () => {
    await using rig = await createRig({ script: SLEEP });
    const running = rig.start(["exec", "--json", "sleep"]);
    await running.says('"command":"sleep 300"');
    const tookMs = await timed(() => {
      running.child.kill("SIGINT");
      return running.ended;
    });
    const ended = await running.ended;
    expect({ code: ended.code, last: eventsOf(ended).at(-1) }).toEqual({
      code: 130,
      last: { type: "turn.failed", error: { message: "interrupted" } },
    });
    expect(tookMs).toBeLessThan(LONG_MS);
    expect(await rig.lingering()).toEqual([]);
  });

  test("SIGINT while the model thinks stops as fast", async () => {
    let noteRequest = (): void => {};
    const asked = new Promise<void>((resolve) => (noteRequest = resolve));
    const script: Script = () => {
      noteRequest();
      return [step.text("thinking"), step.delay(60_000)];
    };
    await using rig = await createRig({ script });
    const running = rig.start(["exec", "think"]);
    await asked;
    const tookMs = await timed(() => {
      running.child.kill("SIGINT");
      return running.ended;
    });
    expect((await running.ended).code).toBe(130);
    expect(tookMs).toBeLessThan(LONG_MS);
  });

  test("SIGINT while a prompt is awaited on standard input ends the run", async () => {
    await using rig = await createRig();
    const running = rig.start(["exec"], { stdin: null });
    await running.says("Reading prompt from stdin...");
    running.child.kill("SIGINT");
    expect(await running.ended).toMatchObject({ code: 130, stdout: "" });
  });

  test("SIGTERM ends the run without a wait, with its commands, and the log is complete", async () => {
    await using rig = await createRig({ script: SLEEP });
    const running = rig.start(["exec", "--json", "sleep"]);
    await running.says('"command":"sleep 300"');
    const tookMs = await timed(() => {
      running.child.kill("SIGTERM");
      return running.ended;
    });
    expect(tookMs).toBeLessThan(LONG_MS);
    expect(await rig.lingering()).toEqual([]);
    const resumed = await rig.run(["exec", "resume", "--last", "go on"]);
    expect(resumed).toMatchObject({ code: 0, stdout: "awake\n" });
  });
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
