import { step } from "@heddle/testkit";
import { execFileSync } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { HEDDLE, runCommand, startProcess, type Ended } from "./support/built-command.ts";
import { createRig, type CommandRig } from "./support/command-rig.ts";
import { sandboxHere } from "./support/sandbox-here.ts";

/** The pages of help by command, found as a reader finds them: from the list of each page to the next. */
const pages = new Map<string, string>();

beforeAll(async () => {
  const read = async (path: readonly string[]): Promise<void> => {
    const { code, stdout } = await runCommand([...path, "--help"], {
      cwd: "/",
      env: { PATH: process.env["PATH"] ?? "" },
    });
    expect(code).toBe(0);
    pages.set(["heddle", ...path].join(" "), stdout);
    for (const name of commandsOf(stdout)) await read([...path, name]);
  };
  await read([]);
}, 120_000);

/** The commands below the one of a page, without `help`. */
function commandsOf(page: string): string[] {
  const [, list = ""] = /^Commands:\n((?: {2}.*\n?)+)/m.exec(page) ?? [];
  return [...list.matchAll(/^ {2}([\w-]+)/gm)].map(([, name = ""]) => name).filter((name) => name !== "help");
}

/** The lines under `Example:` or `Examples:`, without what is said about them. */
function examplesOf(page: string): string[] {
  const [, block = ""] = /^Examples?:\n((?: {2}.*\n?)+)/m.exec(page) ?? [];
  return block
    .split("\n")
    .map((line) => line.trim().replace(/ {2,}.*$/, ""))
    .filter((line) => line !== "");
}

test("every command has a page with its usage, a sentence and its options", () => {
  expect(pages.size).toBeGreaterThan(20);
  for (const [name, page] of pages) {
    const [usage = "", ...rest] = page.split("\n\n");
    expect(usage.replace(/\|[\w-]+/g, "")).toMatch(new RegExp(`^Usage: ${name} `));
    expect(rest[0]).toMatch(/^\w.{10}/);
    expect(page).toMatch(/^ {2}-h, --help {2,}\w/m);
    // The first page lists what all of them have in common.
    expect(page).toContain("-c, --config <key=value>");
    expect(page).not.toContain("(default: [])");
  }
});

test("every command that has no others below it has an example, on its page or on that above", () => {
  const without = [...pages].filter(([name, page]) => {
    const above = pages.get(name.split(" ").slice(0, -1).join(" ")) ?? "";
    return commandsOf(page).length === 0 && examplesOf(page).length + examplesOf(above).length === 0;
  });
  expect(without.map(([name]) => name)).toEqual([]);
});

test("every command says what its exit codes mean, on its page or on that above", () => {
  const without = [...pages].filter(([name, page]) => {
    const above = name.split(" ").slice(0, -1).join(" ");
    const read = above === "heddle" ? page : `${page}${pages.get(above) ?? ""}`;
    return commandsOf(page).length === 0 && !/\bExit codes?\b/.test(read);
  });
  expect(without.map(([name]) => name)).toEqual([]);
});

/** What an example stands in for its reader: another person, another machine, a choice of theirs. */
const NOT_RUN: readonly (readonly [RegExp, string])[] = [
  [/^heddle login($| --device-auth| status)/, "takes a browser; login.test.ts"],
  [/^heddle mcp login/, "takes a browser"],
  [/--listen/, "serves until it is ended; sockets.test.ts"],
  [/^heddle apply task/, "takes a cloud task; apply.test.ts"],
  [/completion (zsh|fish)/, "takes that shell; completion.test.ts"],
  [/undo 019a/, "takes a thread with that id; undo.test.ts"],
  [/--oss|ollama|my-server/, "takes a model on this machine, or that server"],
  [/^heddle demo$/, "demo/run-demo.test.ts"],
];
const ENDS_OTHERWISE: readonly (readonly [RegExp, number])[] = [
  [/^heddle (resume|fork)/, 2],
  [/^heddle cloud/, 1],
  [/^heddle doctor/, 1],
  [/^heddle import/, 1],
  [/^heddle sandbox (macos|windows)/, 1],
];

function isRun(example: string): boolean {
  if (NOT_RUN.some(([pattern]) => pattern.test(example))) return false;
  return sandboxHere === "full" || !example.startsWith("heddle sandbox");
}

describe("the examples work", () => {
  test("each of them, in a repository with some history", async () => {
    const examples = [...new Set([...pages.values()].flatMap(examplesOf))];
    expect(examples.length).toBeGreaterThan(25);
    const failed: unknown[] = [];
    const left = examples.filter(isRun);
    const runAll = async (): Promise<void> => {
      for (let example = left.shift(); example !== undefined; example = left.shift()) {
        const ended = await runExample(example);
        const codes = [0, ...ENDS_OTHERWISE.flatMap(([pattern, code]) => (pattern.test(example) ? [code] : []))];
        if (!codes.includes(ended.code ?? -1) || ended.lingering.length > 0) failed.push({ example, ...ended });
      }
    };
    await Promise.all([runAll(), runAll(), runAll()]);
    expect(failed).toEqual([]);
  }, 300_000);
});

async function runExample(example: string): Promise<Ended & { readonly lingering: readonly number[] }> {
  await using rig = await createRig({
    script: [[step.customPatch("call_1", PATCH)], [step.text('{"findings":[],"overall_explanation":"Fine."}')]],
    settings: 'approval_policy = "on-request"',
    files: FILES,
  });
  const { base, cwd, env } = rig.workspace;
  await mkdir(join(base, "bin"));
  await mkdir(join(base, "build"));
  await symlink(HEDDLE, join(base, "bin", "heddle"));
  commitTwice(rig);
  const first = await rig.run(["exec", "--json", "-s", "workspace-write", "hello"]);
  const [, id = ""] = /"thread_id":"([^"]+)"/.exec(first.stdout) ?? [];
  const script = example.replace("01a20220-5c31-7660-a701-cd130115a235", id);
  const PATH = `${join(base, "bin")}:${env["PATH"]}`;
  const ended = await startProcess(["/bin/bash", "-o", "pipefail", "-c", script], {
    cwd,
    env: { ...env, PATH, OPENAI_API_KEY: "sk-test-0123456789" },
  }).ended;
  return { ...ended, lingering: await rig.lingering() };
}

const PATCH = "*** Begin Patch\n*** Add File: made.txt\n+made\n*** End Patch";
const FILES = {
  "a.txt": "a\n",
  "change.patch": "*** Begin Patch\n*** Update File: a.txt\n-a\n+b\n*** End Patch\n",
  "team.codexpolicy": 'prefix_rule(["git", "push"], decision = "prompt")\n',
  "package.json": '{"scripts":{"test":"true"}}\n',
  Makefile: "all:\n\ttrue\n",
};

/** On `main`, the working folder changed since. */
function commitTwice({ workspace: { cwd, env } }: CommandRig): void {
  const git = (...args: string[]): void => {
    const who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    execFileSync("git", [...who, ...args], { cwd, env, stdio: "ignore" });
  };
  git("checkout", "-b", "main");
  git("add", ".");
  git("commit", "-m", "first");
  git("commit", "--allow-empty", "-m", "second");
  execFileSync("sh", ["-c", "echo more >> a.txt; git checkout -q -b side"], { cwd, env });
}

describe("a command whose output is lost, on a full disk for example, has failed:", () => {
  test.each(["--version", "--help", "features list", "config keys", "models list", "completion"])(
    "%s",
    async (words) => {
      await using rig = await createRig();
      const { cwd, env } = rig.workspace;
      const script = `"${process.execPath}" "${HEDDLE}" ${words} > /dev/full`;
      expect(await startProcess(["/bin/bash", "-c", script], { cwd, env }).ended).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^Error: the output could not be written: ENOSPC.*\n$/),
      });
    },
  );
});
