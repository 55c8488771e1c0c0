import { step } from "@heddle/testkit";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, type CommandRig } from "./support/command-rig.ts";

function answer(path: string, ...titles: string[]): string {
  const findings = titles.map((title) => ({
    title,
    body: "It is not closed.",
    confidence_score: 0.9,
    priority: 1,
    code_location: { absolute_file_path: path, line_range: { start: 1, end: 2 } },
  }));
  return JSON.stringify({
    findings,
    overall_correctness: "patch is incorrect",
    overall_explanation: "One thing leaks.",
    overall_confidence_score: 0.8,
  });
}

/** A repository with a branch, and a reviewer that finds one thing. */
async function createReview(): Promise<CommandRig> {
  const rig = await createRig({
    script: [[step.text(answer("/x/a.txt", "[P1] Close it"))]],
    settings: 'review_model = "gpt-5.1"',
    files: { "a.txt": "one\n" },
  });
  const { cwd, env } = rig.workspace;
  const who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
  for (const args of [
    ["checkout", "-b", "main"],
    ["add", "."],
    ["commit", "-m", "first"],
  ]) {
    execFileSync("git", [...who, ...args], { cwd, env, stdio: "ignore" });
  }
  return rig;
}

const MESSAGE = "One thing leaks.\n\nReview comment:\n\n- [P1] Close it — /x/a.txt:1-2\n  It is not closed.";

describe.each([[["review"]], [["exec", "review"]]])("heddle %j", (command) => {
  test.each([
    [["--uncommitted"], "current changes"],
    [["--base", "main"], "changes against 'main'"],
    [["--commit", "HEAD", "--title", "First"], "commit HEAD: First"],
    [["look at a.txt"], "look at a.txt"],
  ])("%j prints what was found, from the review model", async (args, echoed) => {
    await using rig = await createReview();
    const { code, stdout, stderr } = await rig.run([...command, ...args]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${MESSAGE}\n` });
    expect(stderr).toContain(`\nuser\n${echoed}\n`);
    expect(rig.model.requests.map(({ body }) => (body as { model: string }).model)).toEqual(["gpt-5.1"]);
  });
});

test("with --json a review is a turn whose message is what was found", async () => {
  await using rig = await createReview();
  const { code, stdout, stderr } = await rig.run(["exec", "--json", "review", "-"], { stdin: "look at a.txt" });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line): { type: string; item?: unknown } => JSON.parse(line));
  expect(events.map(({ type }) => type)).toEqual([
    "thread.started",
    "turn.started",
    "item.completed",
    "turn.completed",
  ]);
  expect(events[2]?.item).toEqual({ id: "item_0", type: "agent_message", text: MESSAGE });
});

test("-o keeps the review in a file", async () => {
  await using rig = await createReview();
  await rig.run(["review", "--uncommitted", "-o", "review.md"]);
  expect(execFileSync("cat", [join(rig.workspace.cwd, "review.md")], { encoding: "utf8" })).toBe(MESSAGE);
});

test.each([
  [["review"], 1, "Error: Specify --uncommitted, --base, --commit, or provide custom review instructions\n"],
  [["review", "-"], 1, "No prompt provided via stdin.\n"],
  [["review", "--base", " "], 1, "branch must not be empty"],
])("%j is refused", async (args, exitCode, reason) => {
  await using rig = await createReview();
  const { code, stdout, stderr } = await rig.run(args);
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: "" });
  expect(stderr).toContain(reason);
  expect(rig.model.requests).toEqual([]);
});
