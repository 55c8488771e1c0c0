import { step, type Step } from "@heddle/testkit";
import { symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHeddle, type HeddleSetup, type TestHeddle } from "./support/start-heddle.ts";

const FAMILY = `
[model_families."gpt-5.1-codex"]
experimental_tools = ["test_sync_tool", "list_dir", "read_file", "grep_files"]
supports_parallel_tool_calls = true
`;

/** What models are told by tools that they call, one answer per call. */
async function answers(
  calls: (heddle: TestHeddle) => readonly (readonly [string, object])[],
  setup: Partial<HeddleSetup> = {},
  prepare: (heddle: TestHeddle) => Promise<void> = async () => {},
): Promise<readonly string[]> {
  let steps: readonly Step[] = [];
  await using heddle = await startHeddle({
    script: (_request, index) => (index === 0 ? steps : [step.text("done")]),
    config: FAMILY,
    ...setup,
  });
  await prepare(heddle);
  steps = calls(heddle).map(([name, args], index) => step.functionCall(`c${index}`, name, args));
  const threadId = await heddle.startThread({ approvalPolicy: "never", sandbox: "readOnly" });
  await heddle.runTurn(threadId, "go");
  const body = heddle.model.requests.at(-1)?.body as { input: { type: string; output: string }[] } | undefined;
  const outputs = (body?.input ?? []).filter(({ type }) => type === "function_call_output").map(({ output }) => output);
  return outputs.map((output) => output.replaceAll(heddle.cwd, "CWD").replaceAll(heddle.home, "HOME"));
}

test("the tools of a family are offered between the patch tool and the image tool, in their order", async () => {
  await using heddle = await startHeddle({ script: [[step.text("fine")]], config: FAMILY });
  await heddle.runTurn(await heddle.startThread(), "go");
  const body = heddle.model.requests[0]?.body as { tools: { name: string }[] } | undefined;
  expect(body?.tools.map(({ name }) => name)).toEqual([
    "shell_command",
    "update_plan",
    "apply_patch",
    "grep_files",
    "read_file",
    "list_dir",
    "test_sync_tool",
    "view_image",
  ]);
});

test("read_file gives numbered lines, or the block around one, and says what is wrong with a request", async () => {
  const text = `class A:\r\n    def a(self):\n        one\n\n    def b(self):\n        two\n${"ä".repeat(300)}\n`;
  expect(
    await answers(
      ({ cwd }) => {
        const file_path = join(cwd, "a.py");
        return [
          ["read_file", { file_path, offset: 2, limit: 2 }],
          ["read_file", { file_path, offset: 7 }],
          ["read_file", { file_path, mode: "indentation", indentation: { anchor_line: 3, max_levels: 1 } }],
          ["read_file", { file_path, offset: 8 }],
          ["read_file", { file_path: "a.py" }],
          ["read_file", { file_path, limit: 0 }],
          ["read_file", { file_path, mode: "sideways" }],
          ["read_file", { file_path: join(cwd, "none") }],
          ["read_file", { file_path: join(cwd, "link"), limit: 1 }],
          ["read_file", { file_path: cwd }],
          ["read_file", { file_path: "/proc/self/environ" }],
          ["read_file", { file_path: "/dev/zero" }],
        ];
      },
      { files: { "a.py": text } },
      ({ cwd }) => symlink("a.py", join(cwd, "link")),
    ),
  ).toEqual([
    "L2:     def a(self):\nL3:         one",
    `L7: ${"ä".repeat(250)}`,
    "L2:     def a(self):\nL3:         one\nL4: \nL5:     def b(self):",
    "offset exceeds file length",
    "file_path must be an absolute path",
    "limit must be greater than zero",
    "unknown mode `sideways`: use `slice` or `indentation`",
    expect.stringMatching(/^failed to read file: ENOENT.*CWD\/none/),
    "L1: class A:",
    "failed to read file: CWD is not a file",
    expect.stringMatching(/^failed to read file: /),
    "failed to read file: /dev/zero is not a file",
  ]);
});

test("list_dir shows a folder with its subfolders, marked by kind, page by page", async () => {
  expect(
    await answers(
      ({ cwd }) => [
        ["list_dir", { dir_path: cwd }],
        ["list_dir", { dir_path: cwd, depth: 1, limit: 2 }],
        ["list_dir", { dir_path: cwd, depth: 1, limit: 2, offset: 3 }],
        ["list_dir", { dir_path: cwd, offset: 99 }],
        ["list_dir", { dir_path: join(cwd, "none") }],
        ["list_dir", { dir_path: "." }],
      ],
      { files: { "b.txt": "", "a/in.txt": "", "a/deep/too.txt": "" } },
      ({ cwd }) => symlink("b.txt", join(cwd, "link")),
    ),
  ).toEqual([
    "Absolute path: CWD\na/\n  deep/\n  in.txt\nb.txt\nlink@",
    "Absolute path: CWD\na/\nb.txt\nMore than 2 entries found",
    "Absolute path: CWD\nlink@",
    "offset exceeds directory entry count",
    expect.stringMatching(/^failed to read directory: ENOENT/),
    "dir_path must be an absolute path",
  ]);
});

test("grep_files names the files that match, the latest first", async () => {
  expect(
    await answers(
      () => [
        ["grep_files", { pattern: "needle" }],
        ["grep_files", { pattern: "needle", include: "*.md", limit: 5 }],
        ["grep_files", { pattern: "needle", limit: 1, path: "sub" }],
        ["grep_files", { pattern: "no such thing" }],
        ["grep_files", { pattern: "(" }],
        ["grep_files", { pattern: " " }],
        ["grep_files", { pattern: "x", path: "none" }],
      ],
      { files: { "old.txt": "a needle", "new.md": "needle", "sub/other.txt": "needles", "no.txt": "hay" } },
      async ({ cwd }) => {
        await utimes(join(cwd, "old.txt"), 1000, 1000);
        await utimes(join(cwd, "sub/other.txt"), 2000, 2000);
        await utimes(join(cwd, "sub"), 2000, 2000); // ripgrep sorts folder by folder
        await utimes(join(cwd, "new.md"), 3000, 3000);
      },
    ),
  ).toEqual([
    "CWD/new.md\nCWD/sub/other.txt\nCWD/old.txt",
    "CWD/new.md",
    "CWD/sub/other.txt",
    "No matches found.",
    expect.stringMatching(/^rg failed: .*unclosed group/s),
    "pattern must not be empty",
    expect.stringMatching(/^unable to access `CWD\/none`: ENOENT/),
  ]);
});

test("what sandboxed commands may not read, no tool gives away: not by its name, a link or a search", async () => {
  const secret = "sk-hidden-needle";
  const shown = await answers(
    ({ cwd, home }) => [
      ["read_file", { file_path: join(home, "auth.json") }],
      ["read_file", { file_path: join(cwd, "link") }],
      ["read_file", { file_path: join(cwd, "private", "key") }],
      ["list_dir", { dir_path: join(cwd, "private") }],
      ["list_dir", { dir_path: cwd }],
      ["grep_files", { pattern: "hidden-needle", path: home }],
      ["grep_files", { pattern: "hidden-needle" }],
      ["view_image", { path: join(home, "auth.json") }],
    ],
    {
      files: { "private/key": secret },
      homeFiles: { "auth.json": JSON.stringify({ OPENAI_API_KEY: secret }) },
      config: `${FAMILY}[sandbox]\ndeny_read = ["private"]\n`,
    },
    ({ cwd, home }) => symlink(join(home, "auth.json"), join(cwd, "link")),
  );
  expect(JSON.stringify(shown)).not.toContain("sk-");
  expect(shown).toEqual([
    expect.stringMatching(/^failed to read file: /),
    expect.stringMatching(/^failed to read file: /),
    expect.stringMatching(/^failed to read file: /),
    "failed to read directory: CWD/private: permission denied",
    "Absolute path: CWD\nlink@\nprivate/",
    "No matches found.",
    "No matches found.",
    "unable to locate image at `HOME/auth.json`: permission denied",
  ]);
});

test("parallel calls run at the same time, exclusive ones wait for them and come in their order", async () => {
  const barrier = { id: "b", participants: 2, timeout_ms: 20_000 };
  expect(
    await answers(() => [
      ["test_sync_tool", { barrier }],
      ["test_sync_tool", { barrier }],
      ["update_plan", { plan: [] }],
      ["test_sync_tool", { barrier: { ...barrier, timeout_ms: 20 } }],
      ["test_sync_tool", { barrier: { ...barrier, participants: 0 } }],
    ]),
  ).toEqual([
    "ok",
    "ok",
    "Plan updated",
    "test_sync_tool barrier wait timed out",
    "barrier participants must be greater than zero",
  ]);
});
