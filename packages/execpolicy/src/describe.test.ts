import { expect, test } from "vitest";
import { decide, type CommandCall } from "./decide.ts";
import { describeDecision } from "./describe.ts";
import { parsePolicy } from "./rules/parse-policy.ts";

const policy = parsePolicy([
  { path: "/p/team.codexpolicy", text: 'prefix_rule(["make"])\nprefix_rule(["git", "push"], "forbidden")' },
]);

function described(argv: string[], more: Partial<CommandCall> = {}): string[] {
  const call: CommandCall = {
    argv,
    approvalPolicy: "untrusted",
    sandbox: "workspace-write",
    escalated: false,
    justification: null,
    ...more,
  };
  return describeDecision(call, decide(policy, call));
}

test("a script is told command by command, with what decided about each", () => {
  expect(described(["bash", "-lc", "ls && make all | rm -f x; npm test"])).toEqual([
    "a script of 4 commands:",
    "  ls",
    "    known safe",
    "  make all",
    "    allow by team.codexpolicy:1, prefix make",
    "  rm -f x",
    "    dangerous: rm with -f",
    "  npm test",
    "    not known, approval policy untrusted",
    "decision: prompt",
    "asks first",
    "in the sandbox",
    'offers the rule: prefix_rule(pattern=["rm", "-f", "x"], decision="allow")',
  ]);
});

test("a refusal says why, and nothing about a place", () => {
  expect(described(["git", "push"])).toEqual([
    "one command:",
    "  git push",
    "    forbidden by team.codexpolicy:2, prefix git push",
    "decision: forbidden",
    "refused: execpolicy forbids this command",
  ]);
});

test("what runs outside of the sandbox says why", () => {
  const onRequest = { approvalPolicy: "on-request" } as const;
  const lastLines = [
    described(["make"]),
    described(["npm", "test"], { ...onRequest, sandbox: "danger-full-access" }),
    described(["bash", "-lc", "npm test > log"], { ...onRequest, escalated: true, justification: "why" }).slice(0, -1),
  ].map((lines) => lines.at(-1));
  expect(lastLines).toEqual([
    "outside of the sandbox: a rule allows the command",
    "outside of the sandbox: there is none under danger-full-access",
    "outside of the sandbox: the call asks for it",
  ]);
});

test("a script that is not plain, and a dangerous command that nobody is asked about, are named as such", () => {
  expect(described(["bash", "-lc", "npm test > log"], { approvalPolicy: "never" }).slice(0, 3)).toEqual([
    "a script that is not plain counts as one command:",
    "  bash -lc 'npm test > log'",
    "    not known, approval policy never",
  ]);
  expect(described(["rm", "-f", "x"], { approvalPolicy: "never" })[2]).toBe(
    "    dangerous (rm with -f), approval policy never",
  );
});
