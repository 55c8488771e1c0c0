import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadUserInstructions, userInstructionsMessage } from "./user-instructions.ts";

let world: string;
let home: string;

beforeEach(async () => {
  world = await realpath(await mkdtemp(join(tmpdir(), "instructions-")));
  home = join(world, "home");
  await mkdir(home);
});

afterEach(async () => {
  await rm(world, { recursive: true });
});

async function files(contents: Record<string, string | Buffer>): Promise<void> {
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(dirname(join(world, path)), { recursive: true });
    await writeFile(join(world, path), content);
  }
}

function load(cwd: string, options: { maxBytes?: number; fallbackNames?: string[]; warnings?: string[] } = {}) {
  const { maxBytes = 32768, fallbackNames = [], warnings = [] } = options;
  const warn = (message: string) => warnings.push(message);
  return loadUserInstructions({ home, cwd: join(world, cwd), maxBytes, fallbackNames, warn });
}

test("the home's document comes first, then those of the project from its root down", async () => {
  await files({
    "home/AGENTS.md": "\nhome doc\n",
    "AGENTS.md": "above the repository",
    "repo/.git/HEAD": "",
    "repo/AGENTS.md": "root-doc\n",
    "repo/sub/AGENTS.md": "sub-doc\n",
    "repo/sub/deeper/AGENTS.md": "below the working directory",
  });
  const text = await load("repo/sub");
  expect(text).toBe("home doc\n\n--- project-doc ---\n\nroot-doc\n\n\nsub-doc\n");
  expect(userInstructionsMessage("/repo/sub", text ?? "")).toBe(
    "# AGENTS.md instructions for /repo/sub\n\n<INSTRUCTIONS>\nhome doc\n\n--- project-doc ---\n\nroot-doc\n\n\nsub-doc\n\n</INSTRUCTIONS>",
  );
});

test("each part is optional, and the separator stands only between two", async () => {
  expect(await load("")).toBeNull();
  await files({ "repo/AGENTS.md": "project" });
  expect(await load("repo")).toBe("project");
  await files({ "home/AGENTS.md": "home" });
  expect(await load("")).toBe("home");
});

test("outside of a repository only the working directory is searched", async () => {
  await files({ "plain/AGENTS.md": "above", "plain/sub/AGENTS.md": "here" });
  expect(await load("plain/sub")).toBe("here");
});

test("a `.git` file marks a root as a folder does, and a link to the working directory leads to it", async () => {
  await files({ "tree/.git": "gitdir: elsewhere", "tree/AGENTS.md": "root", "tree/sub/AGENTS.md": "sub" });
  await symlink(join(world, "tree/sub"), join(world, "link"));
  expect(await load("link")).toBe("root\n\nsub");
});

test("the override hides the other names of its folder; fallback names come last", async () => {
  await files({
    "repo/.git/HEAD": "",
    "repo/AGENTS.override.md": "override",
    "repo/AGENTS.md": "hidden",
    "repo/a/CLAUDE.md": "fallback",
    "repo/a/b/AGENTS.md": "first",
    "repo/a/b/CLAUDE.md": "hidden too",
  });
  expect(await load("repo/a/b", { fallbackNames: ["", "CLAUDE.md", "CLAUDE.md"] })).toBe(
    "override\n\nfallback\n\nfirst",
  );
});

test("in the home a blank override does not hide the document", async () => {
  await files({ "home/AGENTS.override.md": " \n", "home/AGENTS.md": "home" });
  expect(await load("")).toBe("home");
});

test("a folder of that name is no document; a link to a file is one", async () => {
  await files({ "elsewhere.md": "linked", "repo/x": "" });
  await mkdir(join(world, "repo", "AGENTS.override.md"));
  await symlink(join(world, "elsewhere.md"), join(world, "repo", "AGENTS.md"));
  expect(await load("repo")).toBe("linked");
});

test("the budget is spent from the root down; what crosses it is cut and the rest is dropped", async () => {
  await files({
    "repo/.git/HEAD": "",
    "repo/AGENTS.md": "12345",
    "repo/a/AGENTS.md": "   \n",
    "repo/a/b/AGENTS.md": "abcdef",
    "repo/a/b/c/AGENTS.md": "gone",
  });
  const warnings: string[] = [];
  expect(await load("repo/a/b/c", { maxBytes: 8, warnings })).toBe("12345\n\nabc");
  expect(warnings).toEqual([
    `${join(world, "repo/a/b/AGENTS.md")} is cut: project documents are limited to 8 bytes (project_doc_max_bytes)`,
    `${join(world, "repo/a/b/c/AGENTS.md")} is left out: project documents are limited to 8 bytes (project_doc_max_bytes)`,
  ]);
});

test("a document of 40,000 bytes is cut to the default budget", async () => {
  await files({ "repo/AGENTS.md": "a".repeat(40_000) });
  expect(await load("repo")).toBe("a".repeat(32_768));
});

test.each([
  [1, ""],
  [2, "ü"],
  [5, "ü"],
  [6, "ü🙂"],
  [7, "ü🙂x"],
])("a cut after %i bytes falls between characters", async (maxBytes, kept) => {
  await files({ "repo/AGENTS.md": "ü🙂xyz" });
  expect(await load("repo", { maxBytes })).toBe(kept === "" ? null : kept);
});

test("invalid UTF-8 is replaced, not refused", async () => {
  await files({ "repo/AGENTS.md": Buffer.from([0x61, 0xff, 0x62]) });
  expect(await load("repo")).toBe("a\ufffdb");
});

test("a budget of nothing switches project documents off", async () => {
  await files({ "home/AGENTS.md": "home", "repo/AGENTS.md": "project" });
  expect(await load("repo", { maxBytes: 0 })).toBe("home");
});

test("a project that cannot be read is left out with a warning; the home's part stays", async () => {
  await files({ "home/AGENTS.md": "home" });
  const warnings: string[] = [];
  expect(await load("missing", { warnings })).toBe("home");
  expect(warnings).toEqual([expect.stringContaining("project documents are left out: ENOENT")]);
});
