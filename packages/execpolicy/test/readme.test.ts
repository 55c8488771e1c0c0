import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decide, parsePolicy, type CommandDecision } from "../src/index.ts";
import { decision } from "./example.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the program in the README is test/example.ts, and gives what it says", () => {
  const source = readFileSync(new URL("./example.ts", import.meta.url), "utf8");
  expect(readme).toContain("```ts\n" + source + "```");
  expect(decision).toMatchObject({ outcome: "ask", proposedAmendment: ["git", "push"] });
});

/** Every rule file of the README, with the table of commands under it. */
const examples = [...readme.matchAll(/```python\n([^]*?)```\n\n```text\n([^]*?)```/g)].map(
  ([, rules = "", table = ""]) => ({
    rules,
    rows: table
      .trim()
      .split("\n")
      .map((row) => row.split(/ {2,}/)),
  }),
);

describe("the rule files in the README", () => {
  test("are found", () => {
    expect(examples.map(({ rows }) => rows.length)).toEqual([10, 2]);
  });

  test.each(examples)("decide as the table under them says", ({ rules, rows }) => {
    const policy = parsePolicy([{ path: "README.md", text: rules }]);
    const outcomes = rows.map(([command = ""]) => [command, inWords(decideScript(policy, command))]);
    expect(outcomes).toEqual(rows);
  });
});

function decideScript(policy: ReturnType<typeof parsePolicy>, script: string): CommandDecision {
  return decide(policy, {
    argv: ["bash", "-lc", script],
    approvalPolicy: "untrusted",
    sandbox: "workspace-write",
    escalated: false,
    justification: null,
  });
}

function inWords(decided: CommandDecision): string {
  if (decided.outcome === "ask") return "asks";
  if (decided.outcome !== "run") return "is refused";
  return decided.sandboxed ? "runs" : "runs, outside of the sandbox";
}
