import type { PastCommand } from "@heddle/core";
import { decide, parsePolicy } from "@heddle/execpolicy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { findShadows } from "./shadows.ts";
import { simulate } from "./simulate.ts";
import { describeSimulation } from "./simulation-text.ts";

const policyOf = (text: string) => parsePolicy([{ path: "team.codexpolicy", text }]);
const untrusted = { approvalPolicy: "untrusted", sandbox: "workspace-write" } as const;
const past = (command: string, rest: Partial<PastCommand> = {}): PastCommand => ({
  argv: command.split(" "),
  escalated: false,
  justification: null,
  settings: untrusted,
  asked: "asked",
  end: "ran",
  ...rest,
});

const RULES = policyOf(`prefix_rule(["npm", "test"])
prefix_rule(["git", "push"], "prompt")
prefix_rule(["terraform"], "forbidden")
prefix_rule(["terraform", ["plan", "show"]])
prefix_rule(["make"])`);

test("past commands are counted by what the rules would change, and rules by what they match", () => {
  const onRequest = { approvalPolicy: "on-request", sandbox: "workspace-write" } as const;
  const simulation = simulate(RULES, [
    past("npm test"),
    past("npm test"),
    past("npm test", { asked: "session" }),
    past("npm install"),
    past("npm install", { asked: "session" }),
    past("git push", { settings: onRequest, asked: "notAsked" }),
    past("git push", { end: "declined" }),
    past("terraform plan"),
    past("git status", { asked: "notAsked" }),
    past("git status"),
    past("npm test", { asked: "notAsked", end: "refused" }),
    past("npm test", { asked: "unknown" }),
    past("terraform apply", { asked: "unknown" }),
    past("ls", { settings: null }),
  ]);
  const rule = (line: number) => ({ file: "team.codexpolicy", line });
  expect(simulation).toEqual({
    commands: 14,
    withoutSettings: 1,
    decided: { run: 7, ask: 4, refused: 2 },
    effects: { noLongerAsks: 3, nowAsks: 1, nowRefused: 2, noLongerRefused: 1, same: 5, notRecorded: 1 },
    changes: [
      { effect: "noLongerAsks", command: "npm test", count: 3, rule: rule(1) },
      { effect: "nowAsks", command: "git push", count: 1, rule: rule(2) },
      { effect: "nowRefused", command: "terraform plan", count: 1, rule: rule(3) },
      { effect: "nowRefused", command: "terraform apply", count: 1, rule: rule(3) },
      { effect: "noLongerRefused", command: "npm test", count: 1, rule: rule(1) },
    ],
    rules: [
      { ...rule(1), pattern: ["npm", "test"], decision: "allow", matches: 5, shadowedBy: null },
      { ...rule(2), pattern: ["git", "push"], decision: "prompt", matches: 2, shadowedBy: null },
      { ...rule(3), pattern: ["terraform"], decision: "forbidden", matches: 2, shadowedBy: null },
      { ...rule(4), pattern: ["terraform", ["plan", "show"]], decision: "allow", matches: 1, shadowedBy: rule(3) },
      { ...rule(5), pattern: ["make"], decision: "allow", matches: 0, shadowedBy: null },
    ],
  });
});

test("a question of the sandbox counts as one that may come again", () => {
  const onFailure = { approvalPolicy: "on-failure", sandbox: "workspace-write" } as const;
  const { effects } = simulate(RULES, [
    past("curl x", { settings: onFailure }),
    past("npm test", { settings: onFailure }),
  ]);
  expect(effects).toMatchObject({ noLongerAsks: 1, same: 1 });
});

test("people read counts, what changes, and which rules do nothing", () => {
  const simulation = simulate(RULES, [
    past("npm test"),
    past("terraform plan"),
    past("echo \u001b[2Jx"),
    past("ls", { settings: null }),
  ]);
  expect(describeSimulation({ ...simulation, threads: 1, skipped: [{ path: "/a.jsonl", reason: "empty" }] })).toEqual([
    "1 thread, 4 commands: 2 run, 0 ask, 1 refused",
    "     1  no longer asks",
    "     0  now asks",
    "     1  now refused",
    "     0  no longer refused",
    "     1  as before",
    "     0  not known whether it asked",
    "     1  left out: their settings are not recorded",
    "",
    "no longer asks:",
    "     1  npm test  (team.codexpolicy:1)",
    "",
    "now refused:",
    "     1  terraform plan  (team.codexpolicy:3)",
    "",
    "rules that match nothing here:",
    "  team.codexpolicy:2 prompt git push",
    "  team.codexpolicy:5 allow make",
    "",
    "rules that never have a say, because another matches more and is as strict:",
    "  team.codexpolicy:4 allow terraform (plan|show) by team.codexpolicy:3",
    "skipped /a.jsonl: empty",
  ]);
});

test("of two rules that say the same the later one is shadowed", () => {
  const policy = policyOf('prefix_rule(["a", ["b", "c"]])\nprefix_rule(["a", ["c", "b"]])\nprefix_rule(["a", "d"])');
  const [first, second] = policy.rules;
  expect([...findShadows(policy)]).toEqual([[second, first]]);
});

test("without its shadowed rules a policy decides every command the same", () => {
  const token = fc.constantFrom("x", "y", "z");
  const alternatives = fc.uniqueArray(token, { minLength: 1, maxLength: 3 });
  const rule = fc.tuple(fc.array(alternatives, { maxLength: 2 }), fc.constantFrom("allow", "prompt", "forbidden"));
  const toLine = ([rest, decision]: [string[][], string]): string =>
    `prefix_rule(${JSON.stringify(["run", ...rest])}, ${JSON.stringify(decision)})`;
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 8 }), fc.array(token, { maxLength: 3 }), (rules, args) => {
      const all = policyOf(rules.map(toLine).join("\n"));
      const shadows = findShadows(all);
      const effective = policyOf(
        rules.flatMap((each, at) => (shadows.has(all.rules[at] ?? neverARule) ? [] : [toLine(each)])).join("\n"),
      );
      const call = { argv: ["run", ...args], escalated: false, justification: null, ...untrusted };
      const { outcome, evaluation } = decide(all, call);
      const reduced = decide(effective, call);
      expect([reduced.outcome, reduced.evaluation.decision]).toEqual([outcome, evaluation.decision]);
    }),
  );
});

const neverARule = { pattern: [], decision: "allow", source: { path: "", line: 0, column: 0 } } as const;
