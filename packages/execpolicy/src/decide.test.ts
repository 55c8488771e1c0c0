import { describe, expect, test } from "vitest";
import { decide, type CommandCall } from "./decide.ts";
import type { ApprovalPolicy, SandboxMode } from "./evaluation.ts";
import { parsePolicy } from "./rules/parse-policy.ts";
import { emptyPolicy } from "./rules/policy.ts";

const policy = parsePolicy([
  {
    path: "/p/test.codexpolicy",
    text: `
prefix_rule(["deploy"], decision = "forbidden")
prefix_rule(["publish"], decision = "prompt")
prefix_rule(["build"])
`,
  },
]);

function call(argv: readonly string[] | string, more: Partial<CommandCall> = {}): CommandCall {
  return {
    argv: typeof argv === "string" ? argv.split(" ") : argv,
    approvalPolicy: "untrusted",
    sandbox: "workspace-write",
    escalated: false,
    justification: null,
    ...more,
  };
}

function script(text: string): string[] {
  return ["bash", "-lc", text];
}

/** In the words of the table: what happens, and where. */
function inShort(argv: readonly string[] | string, more: Partial<CommandCall>): string {
  const decision = decide(policy, call(argv, more));
  switch (decision.outcome) {
    case "run":
      return decision.sandboxed ? "sb" : "free";
    case "ask":
      return decision.sandboxed ? "ask, sb" : "ask, free";
    case "reject-escalation":
      return "refuse(a)";
    default:
      return "refuse";
  }
}

const COLUMNS: readonly [ApprovalPolicy, SandboxMode][] = [
  ["untrusted", "workspace-write"],
  ["untrusted", "danger-full-access"],
  ["on-failure", "workspace-write"],
  ["on-failure", "danger-full-access"],
  ["on-request", "workspace-write"],
  ["on-request", "danger-full-access"],
  ["never", "workspace-write"],
  ["never", "danger-full-access"],
];

describe("the decision table", () => {
  test.each([
    ["deploy", ["refuse", "refuse", "refuse", "refuse", "refuse", "refuse", "refuse", "refuse"]],
    ["publish x", ["ask, sb", "ask, free", "ask, sb", "ask, free", "ask, sb", "ask, free", "refuse", "refuse"]],
    ["build x", ["free", "free", "free", "free", "free", "free", "free", "free"]],
    ["ls -la", ["sb", "free", "sb", "free", "sb", "free", "sb", "free"]],
    ["rm -rf x", ["ask, sb", "ask, free", "sb", "free", "ask, sb", "ask, free", "sb", "free"]],
    ["npm test", ["ask, sb", "ask, free", "sb", "free", "sb", "free", "sb", "free"]],
  ])("%s", (argv, row) => {
    expect(COLUMNS.map(([approvalPolicy, sandbox]) => inShort(argv, { approvalPolicy, sandbox }))).toEqual(row);
    const readOnly = COLUMNS.filter(([, sandbox]) => sandbox === "workspace-write");
    expect(readOnly.map(([approvalPolicy]) => inShort(argv, { approvalPolicy, sandbox: "read-only" }))).toEqual(
      row.filter((_, index) => index % 2 === 0),
    );
  });

  test.each([
    ["deploy", ["refuse", "refuse"]],
    ["publish x", ["ask, free", "ask, free"]],
    ["build x", ["free", "free"]],
    ["ls -la", ["free", "free"]],
    ["rm -rf x", ["ask, free", "ask, free"]],
    ["npm test", ["ask, free", "free"]],
  ])("%s, escalated", (argv, onRequest) => {
    const row = COLUMNS.map(([approvalPolicy, sandbox]) => inShort(argv, { approvalPolicy, sandbox, escalated: true }));
    const a = "refuse(a)";
    expect(row).toEqual([a, a, a, a, ...onRequest, a, a]);
  });
});

describe("scripts", () => {
  test("every command is judged: one allowed command does not carry the others", () => {
    const [build, remove] = [["build"], ["rm", "-rf", "./"]];
    const byRule = { type: "rule", matchedPrefix: build, decision: "allow", rule: policy.rules[2] };
    const byHeuristics = { type: "heuristics", command: remove, decision: "prompt", because: "dangerous" };
    expect(decide(policy, call(script("build | rm -rf ./")))).toEqual({
      outcome: "ask",
      sandboxed: true,
      reason: null,
      proposedAmendment: remove,
      evaluation: {
        plain: true,
        commands: [build, remove],
        class: "dangerous",
        matches: [byRule, byHeuristics],
        decision: "prompt",
        judgements: [
          { command: build, class: "neither", danger: null, matches: [byRule] },
          { command: remove, class: "dangerous", danger: "rm with -f", matches: [byHeuristics] },
        ],
        vouchedFor: false,
      },
    });
  });

  test.each([
    ["build && build x", "free"],
    ["build && ls", "free"],
    ["ls | build", "free"],
    ["ls", "sb"],
    ["", "sb"],
    ["build && npm test", "sb"],
    ["build > log", "sb"],
    ["bash -c build", "sb"],
    ["\\build", "sb"],
    ["time build", "sb"],
  ])("%j leaves the sandbox only when a rule vouches and nothing else is unknown: %s", (text, expected) => {
    expect(inShort(script(text), { approvalPolicy: "on-request" })).toBe(expected);
  });

  test.each(["deploy", "ls; deploy", "d\\eploy", "bash -c deploy", "sh -c 'bash -c \"deploy x\"'", "time -p deploy"])(
    "a rule that forbids holds in %j",
    (text) => {
      expect(inShort(script(text), { approvalPolicy: "never" })).toBe("refuse");
    },
  );

  test("a script that is not plain is one command, to rules too", () => {
    const { evaluation } = decide(policy, call(script("deploy > log")));
    expect([evaluation.plain, evaluation.commands]).toEqual([false, [script("deploy > log")]]);
  });

  test("a rule for the whole call of a script that is not plain holds", () => {
    const exact = parsePolicy([{ path: "x", text: 'prefix_rule(["bash", "-lc", "npm test > log"])' }]);
    expect(decide(exact, call(script("npm test > log"))).outcome).toBe("run");
  });
});

describe("what the user and the model are told", () => {
  const reasonOf = (argv: string, justification: string | null) => {
    const decision = decide(policy, call(argv, { justification }));
    return decision.outcome === "ask" ? decision.reason : decision.outcome;
  };

  test("the rule's question comes before the justification of the model", () => {
    expect([
      reasonOf("publish", "it is ready"),
      reasonOf("npm test", "to be sure"),
      reasonOf("npm test", null),
    ]).toEqual(["execpolicy requires approval for this command", "to be sure", null]);
  });

  const refusalOf = (argv: string, more: Partial<CommandCall>) => {
    const decision = decide(policy, call(argv, more));
    return "refusal" in decision ? decision.refusal : decision.outcome;
  };

  test("refusals name their cause", () => {
    const untrusted = { escalated: true };
    expect([
      refusalOf("deploy", {}),
      refusalOf("publish", { approvalPolicy: "never" }),
      refusalOf("ls", untrusted),
      refusalOf("ls", { ...untrusted, approvalPolicy: "never", toolName: "exec_command" }),
    ]).toEqual([
      "execpolicy forbids this command",
      "execpolicy requires approval for this command, but AskForApproval is set to Never",
      "approval policy is UnlessTrusted; reject command — you should not ask for escalated permissions if the approval policy is UnlessTrusted",
      "approval policy is Never; reject command — you cannot ask for escalated permissions if the approval policy is Never",
    ]);
  });
});

describe("amendments", () => {
  const proposed = (argv: string[] | string, more: Partial<CommandCall> = {}) => {
    const decision = decide(policy, call(argv, more));
    if (decision.outcome === "ask") return decision.proposedAmendment;
    return decision.outcome === "run" ? decision.retryAmendment : decision.outcome;
  };

  test.each([
    ["the whole command", "npm test x", ["npm", "test", "x"]],
    ["the first command that asks", script("ls && npm test && make"), ["npm", "test"]],
    ["the call of a script that is not plain", script("npm test > log"), script("npm test > log")],
    ["nothing for a call that never comes again", script("npm test > log\nls"), null],
    ["nothing when a rule asks", script("npm test && publish"), null],
  ])("propose %s", (_, argv, expected) => {
    expect(proposed(argv)).toEqual(expected);
  });

  test("are kept for the retry outside of the sandbox, unless a rule matched", () => {
    expect([
      proposed("npm test", { approvalPolicy: "on-failure" }),
      proposed(script("build && npm test"), { approvalPolicy: "on-failure" }),
    ]).toEqual([["npm", "test"], null]);
  });

  test("are never proposed where no rule can be added", () => {
    expect([
      proposed("npm test", { amendments: false }),
      proposed("npm test", { amendments: false, approvalPolicy: "on-failure" }),
    ]).toEqual([null, null]);
  });
});

test("without rules the heuristics say why", () => {
  const because = (argv: string, more: Partial<CommandCall> = {}) => {
    const [match] = decide(emptyPolicy, call(argv, more)).evaluation.matches;
    return match?.type === "heuristics" ? match.because : null;
  };
  const onRequest = { approvalPolicy: "on-request" } as const;
  expect([
    because("ls"),
    because("npm test"),
    because("rm -f x"),
    because("rm -f x", onRequest),
    because("rm -f x", { ...onRequest, escalated: true }),
    because("npm test", { ...onRequest, escalated: true }),
    because("rm -f x", { approvalPolicy: "never" }),
  ]).toEqual(["knownSafe", "approvalPolicy", "dangerous", "dangerous", "escalated", "escalated", "approvalPolicy"]);
});
