import { step, type Script } from "@heddle/testkit";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startProcess, type Ended } from "./support/built-command.ts";
import { createRig, type CommandRig } from "./support/command-rig.ts";

const checkout = join(import.meta.dirname, "..", "..", "..");
const readme = readFileSync(join(checkout, "README.md"), "utf8");
const ANSWER: Script = [[step.text("It is a loom.")]];

const PATCH = "*** Begin Patch\n*** Update File: a.txt\n-a\n+b\n*** End Patch\n";

/** What the commands of the README find in their folder. */
const FILES = { "a.txt": "a\n", "change.patch": PATCH };

/** The fenced blocks in a language, in order. */
function blocksIn(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);
}

/** Runs a script as a reader would, with `heddle` on the path and the scripted model as the built-in provider. */
function runScript(rig: CommandRig, script: string, options: { readonly cwd: string }): Promise<Ended> {
  const { HEDDLE_HOME: _, ...env } = rig.workspace.env;
  const PATH = `${join(checkout, "node_modules", ".bin")}:${env["PATH"]}`;
  const given = { ...env, PATH, OPENAI_BASE_URL: rig.model.baseUrl, OPENAI_API_KEY: "sk-test", MY_API_KEY: "sk-mine" };
  return startProcess(["/bin/bash", "-euo", "pipefail", "-c", script], { ...options, env: given }).ended;
}

describe("the shell blocks of the README work:", () => {
  /** What a test of the project leaves out: setting the project up, and all of its tests. */
  const adapted = blocksIn("sh").map((block) => block.replaceAll("npm ci && ", "").replaceAll(/^npm test\b.*$/gm, ""));

  test.each(adapted)("%s", async (script) => {
    await using rig = await createRig({ script: ANSWER });
    const project = join(rig.workspace.base, "src", "my-project");
    await mkdir(project, { recursive: true });
    execFileSync("git", ["init", "--quiet"], { cwd: project });
    const { code, stdout, stderr } = await runScript(rig, script, { cwd: checkout });
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    if (script.includes("exec")) expect(stdout).toBe("It is a loom.\n");
    expect(await readdir(rig.workspace.tmp)).toEqual([]);
    expect(await rig.lingering()).toEqual([]);
  });
});

describe("the commands in the tables of the README work:", () => {
  const rows = [...readme.matchAll(/^\|[^|]*\|(?<cell>(?:[^|\\]|\\.)*)\|$/gm)].flatMap(({ groups }) => {
    const text = (groups?.["cell"] ?? "").replaceAll("\\|", "|");
    const [first = "", ...further] = [...text.matchAll(/`([^`]+)`/g)].map(([, command = ""]) => command);
    // `...` stands for what the first command of the cell begins with.
    const start = first.split(" ").slice(0, 2).join(" ");
    return [first, ...further.map((command) => command.replace(/^\.\.\./, start))];
  });
  const commands = rows.filter((command) => /\bheddle /.test(command));

  test("there are some", () => expect(commands.length).toBeGreaterThan(5));

  test.each(commands)("%s", async (command) => {
    const isUndo = command.includes("undo");
    await using rig = await createRig({
      script: isUndo ? [[step.customPatch("call_1", PATCH)], ...ANSWER] : ANSWER,
      files: FILES,
    });
    const { cwd } = rig.workspace;
    if (isUndo) await runScript(rig, "heddle exec -s workspace-write 'change a.txt'", { cwd });
    if (command.includes("resume")) await runScript(rig, "heddle exec 'first of all'", { cwd });
    const { code, stdout, stderr } = await runScript(rig, command, { cwd });
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    if (!command.includes("exec")) return;
    const lastLine = stdout.trimEnd().split("\n").at(-1);
    expect(lastLine).toMatch(command.includes("--json") ? /^\{"type":"turn\.completed"/ : /^It is a loom\.$/);
  });
});

describe("the configurations of the README work:", () => {
  test.each(blocksIn("toml"))("%s", async (config) => {
    await using rig = await createRig({ script: ANSWER });
    const { base, cwd } = rig.workspace;
    await mkdir(join(base, ".heddle"));
    const [, model = ""] = /^model = "(.*)"$/m.exec(config) ?? [];
    const [, keyName = ""] = /^env_key = "(.*)"$/m.exec(config) ?? [];
    expect(keyName).toBe("MY_API_KEY");
    const local = config.replace(/^base_url = .*$/m, `base_url = "${rig.model.baseUrl}"`);
    await writeFile(join(base, ".heddle", "config.toml"), local);
    expect(await runScript(rig, "heddle exec 'what is this?'", { cwd })).toMatchObject({
      code: 0,
      stdout: "It is a loom.\n",
    });
    const { body, headers } = rig.model.requests.at(-1) ?? {};
    expect(body).toMatchObject({ model });
    expect(headers).toMatchObject({ authorization: "Bearer sk-mine" });
  });
});

describe("the programs of the README work:", () => {
  test.each(blocksIn("js"))("%s", async (program) => {
    await using rig = await createRig({ script: ANSWER });
    const { base, cwd, env } = rig.workspace;
    const project = join(base, "program");
    await mkdir(join(project, "node_modules"), { recursive: true });
    await symlink(join(checkout, "packages", "cli"), join(project, "node_modules", "heddle"));
    await writeFile(join(project, "main.mjs"), program);
    const { ended } = startProcess([process.execPath, join(project, "main.mjs")], { cwd, env });
    expect(await ended).toEqual({ code: 0, signal: null, stdout: "It is a loom.\n", stderr: "" });
    expect(await rig.lingering()).toEqual([]);
  });
});
