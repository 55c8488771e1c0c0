import { describe, expect, test } from "vitest";
import { checkRules, explain } from "./explain.ts";
import { parsePolicy } from "./rules/parse-policy.ts";

const policy = parsePolicy([
  {
    path: "/home/u/.heddle/policy/deploy.codexpolicy",
    text: '\nprefix_rule(["git", "push"], decision="prompt")\nprefix_rule(["git"])',
  },
]);

describe("explain", () => {
  const settings = {
    approvalPolicy: "untrusted",
    sandbox: "workspace-write",
    escalated: false,
    justification: null,
  } as const;

  test("says what would happen to each command and why", () => {
    expect(explain(policy, { ...settings, argv: ["bash", "-lc", "ls && git push origin"] })).toEqual({
      plain: true,
      commands: [["ls"], ["git", "push", "origin"]],
      class: "neither",
      matchedRules: [
        { heuristicsRuleMatch: { command: ["ls"], decision: "allow" }, because: "knownSafe" },
        {
          prefixRuleMatch: { matchedPrefix: ["git", "push"], decision: "prompt" },
          file: "deploy.codexpolicy",
          line: 2,
        },
        { prefixRuleMatch: { matchedPrefix: ["git"], decision: "allow" }, file: "deploy.codexpolicy", line: 3 },
      ],
      decision: "prompt",
      outcome: "ask",
      sandboxed: true,
      reason: "execpolicy requires approval for this command",
      refusal: null,
      proposedAmendment: null,
      commandActions: [
        { type: "listFiles", command: "ls", path: null },
        { type: "unknown", command: "git push origin" },
      ],
      applyPatch: null,
    });
  });

  test("a refused call runs nowhere", () => {
    expect(explain(policy, { ...settings, argv: ["git", "push"], approvalPolicy: "never" })).toMatchObject({
      outcome: "forbidden-never",
      sandboxed: false,
      reason: null,
      refusal: "execpolicy requires approval for this command, but AskForApproval is set to Never",
    });
  });
});

describe("a check against the rules alone", () => {
  test("neither splits scripts nor guesses", () => {
    expect([
      checkRules(policy, ["git", "push", "-f"]),
      checkRules(policy, ["bash", "-lc", "git push"]),
      checkRules(policy, []),
    ]).toEqual([
      {
        matchedRules: [
          { prefixRuleMatch: { matchedPrefix: ["git", "push"], decision: "prompt" } },
          { prefixRuleMatch: { matchedPrefix: ["git"], decision: "allow" } },
        ],
        decision: "prompt",
      },
      { matchedRules: [] },
      { matchedRules: [] },
    ]);
  });
});
