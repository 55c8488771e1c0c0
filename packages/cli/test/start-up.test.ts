import type { JsonObject } from "@heddle/protocol";
import { step } from "@heddle/testkit";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startProcess } from "./support/built-command.ts";
import { createRig, type CommandRig } from "./support/command-rig.ts";

const COMMAND = join(import.meta.dirname, "support", "loading-command.cjs");
const HELLO = { id: "hello", method: "initialize", params: { clientInfo: { name: "raw", version: "1" } } };

// Times are measured by the benchmark; what decides them is how much is loaded, which is the same on every machine.
describe("a start loads what its command needs:", () => {
  test("a client has its answer to initialize when one file and few modules of Node are there", async () => {
    await using rig = await createRig();
    expect(before('"hello"', await mainJob(rig))).toEqual({
      files: ["main.cjs"],
      node: ["fs", "net", "os", "path"],
    });
  });

  test("the first turn is over with one file more, and the modules of Node that reach a model", async () => {
    await using rig = await createRig({ script: [[step.text("done")], [step.text("done")]] });
    await mainJob(rig); // makes what a home has once
    expect(before("turn/completed", await mainJob(rig))).toEqual({
      files: ["main.cjs", "engine.cjs"],
      node: [
        "buffer",
        "events",
        "fs",
        "fs/promises",
        "http",
        "net",
        "os",
        "path",
        "stream",
        "string_decoder",
        "timers/promises",
        "util",
      ],
    });
  });

  test("exec adds the reader of command lines, a file of its own and what its commands will need", async () => {
    await using rig = await createRig({ script: [[step.text("done")]] });
    const { cwd, env } = rig.workspace;
    const { stdout, code } = await startProcess([process.execPath, COMMAND, "exec", "hello"], { cwd, env }).ended;
    expect({ code, files: loaded(stdout).files }).toEqual({
      code: 0,
      files: ["main.cjs", "command-line.cjs", "exec.cjs", "engine.cjs", "commands.cjs"],
    });
  });

  test("a client that leaves without a word has loaded no engine", async () => {
    await using rig = await createRig();
    const { cwd, env } = rig.workspace;
    const { stdout, code } = await startProcess([process.execPath, COMMAND, "app-server"], { cwd, env }).ended;
    expect({ code, files: loaded(stdout).files }).toEqual({ code: 0, files: ["main.cjs"] });
  });
});

/** Starts the app server, a thread and a turn, and gives all that was written until the turn was over. */
async function mainJob({ workspace }: CommandRig): Promise<string> {
  const { cwd, env } = workspace;
  await using server = startProcess([process.execPath, COMMAND, "app-server"], { cwd, env, stdin: null });
  const say = (message: JsonObject): void => void server.child.stdin?.write(`${JSON.stringify(message)}\n`);
  say(HELLO);
  await server.says('"hello"');
  say({ id: "thread", method: "thread/start", params: {} });
  await server.says('"id":"thread"');
  say({
    id: "turn",
    method: "turn/start",
    params: { threadId: threadIn(server.text.stdout), input: [{ type: "text", text: "hello" }] },
  });
  await server.says("turn/completed");
  return server.text.stdout;
}

function threadIn(output: string): string {
  return /"thread":\{"id":"([^"]+)"/.exec(output)?.[1] ?? "";
}

/** What was loaded before the server said something: both come on one pipe, so their order there is their order. */
function before(said: string, output: string): ReturnType<typeof loaded> {
  return loaded(output.slice(0, output.indexOf(said)));
}

/** The files of the bundle in the order of their loading, and the names of Node's modules. */
function loaded(output: string): { readonly files: readonly string[]; readonly node: readonly string[] } {
  const names = [...output.matchAll(/^\{"loading":"(.*)"\}$/gm)].map(([, name = ""]) => name);
  const node = names.filter((name) => !name.endsWith(".cjs")).map((name) => name.replace(/^node:/, ""));
  return { files: names.filter((name) => name.endsWith(".cjs")), node: [...new Set(node)].toSorted() };
}
