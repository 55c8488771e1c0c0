import { describe, expect, test } from "vitest";
import { PolicyError } from "../policy-error.ts";
import { parsePolicy } from "./parse-policy.ts";
import { emptyPolicy, matchingRules, withAllowRule } from "./policy.ts";

const PATH = "/home/u/.heddle/policy/default.codexpolicy";

function rulesOf(text: string) {
  return parsePolicy([{ path: PATH, text }]).rules;
}

function failureOf(text: string) {
  try {
    rulesOf(text);
  } catch (error) {
    if (error instanceof PolicyError) return error.failure;
    throw error;
  }
  return null;
}

describe("prefix_rule", () => {
  test("takes its arguments by position or by name, and allows by default", () => {
    const source = (line: number) => ({ path: PATH, line, column: 1 });
    expect(
      rulesOf(
        'prefix_rule(["make"])\nprefix_rule(["make", "clean"], "prompt")\nprefix_rule(decision="forbidden", pattern=["dd"])',
      ),
    ).toEqual([
      { pattern: [["make"]], decision: "allow", source: source(1) },
      { pattern: [["make"], ["clean"]], decision: "prompt", source: source(2) },
      { pattern: [["dd"]], decision: "forbidden", source: source(3) },
    ]);
  });

  test("makes one rule per first token, and keeps alternatives further right in one rule", () => {
    const patterns = rulesOf('prefix_rule([["yarn", "pnpm", "yarn"], ["add", "remove"], ["x"]])').map(
      (rule) => rule.pattern,
    );
    expect(patterns).toEqual([
      [["yarn"], ["add", "remove"], ["x"]],
      [["pnpm"], ["add", "remove"], ["x"]],
      [["yarn"], ["add", "remove"], ["x"]],
    ]);
  });

  test("says where it was called, also from a function", () => {
    const text = 'def tool(name):\n    prefix_rule([name])\n\nfor name in ["a", "b"]:\n    tool(name)\n';
    expect(rulesOf(text).map((rule) => [rule.pattern[0]?.[0], rule.source.line, rule.source.column])).toEqual([
      ["a", 2, 5],
      ["b", 2, 5],
    ]);
  });

  test("accepts examples that hold, as words or as a line of shell", () => {
    const text = `prefix_rule(
      pattern = ["git", ["log", "show"]],
      match = ["git log --oneline", ["git", "show", "HEAD"], "git log 'a b' # why"],
      not_match = ["git push", "log", ["git"]],
    )`;
    expect(rulesOf(text)).toHaveLength(1);
  });

  test("the rules of all files stand in the order of the files", () => {
    const policy = parsePolicy([
      { path: "/p/a.codexpolicy", text: 'prefix_rule(["x"])' },
      { path: "/p/b.codexpolicy", text: '\nprefix_rule(["x", "y"], decision="prompt")' },
    ]);
    expect(policy.rules.map((rule) => rule.source)).toEqual([
      { path: "/p/a.codexpolicy", line: 1, column: 1 },
      { path: "/p/b.codexpolicy", line: 2, column: 1 },
    ]);
  });

  test.each([
    [
      'prefix_rule(["a"], decision="ALLOW")',
      "invalid-decision",
      'invalid decision: ALLOW; it is "allow", "prompt" or "forbidden"',
    ],
    ["prefix_rule([])", "invalid-pattern", "invalid pattern element: pattern cannot be empty"],
    ["prefix_rule([[]])", "invalid-pattern", "invalid pattern element: pattern alternatives cannot be empty"],
    [
      'prefix_rule(["a", [1]])',
      "invalid-pattern",
      "invalid pattern element: pattern alternative must be a string (got int)",
    ],
    [
      'prefix_rule(["a", None])',
      "invalid-pattern",
      "invalid pattern element: pattern element must be a string or list of strings (got NoneType)",
    ],
    [
      'prefix_rule(["a", True])',
      "invalid-pattern",
      "invalid pattern element: pattern element must be a string or list of strings (got bool)",
    ],
    ['prefix_rule(["a"], match=[" "])', "invalid-example", "invalid example: example cannot be an empty string"],
    ['prefix_rule(["a"], match=[[]])', "invalid-example", "invalid example: example cannot be an empty list"],
    [
      'prefix_rule(["a"], not_match=["a \\"b"])',
      "invalid-example",
      "invalid example: example string has invalid shell syntax",
    ],
    [
      'prefix_rule(["a"], match=[1])',
      "invalid-example",
      "invalid example: example must be a string or list of strings (got int)",
    ],
    [
      'prefix_rule(["a"], match=[["a", ("b",)]])',
      "invalid-example",
      "invalid example: example tokens must be strings (got tuple)",
    ],
    [
      'prefix_rule(["a", ["b", "c"]], match=["a b", "a d", ["x y"]])',
      "example-did-not-match",
      'expected every example to match at least one rule. rules: [["a", ["b","c"]]]; unmatched examples: ["a d", "\'x y\'"]',
    ],
    [
      'prefix_rule(["a"], match=["b"], not_match=["a b"])',
      "example-did-match",
      'expected example to not match rule `["a"]`: a b',
    ],
    ['prefix_rule(("a",))', "starlark-error", "`pattern` of prefix_rule must be of type list, not tuple"],
    ['prefix_rule(["a"], None)', "starlark-error", "`decision` of prefix_rule must be of type string, not NoneType"],
    ['prefix_rule(["a"], match="a")', "starlark-error", "`match` of prefix_rule must be of type list, not string"],
    ['prefix_rule(decision="allow")', "starlark-error", "prefix_rule is missing the argument `pattern`"],
    ['prefix_rule(["a"], reason="x")', "starlark-error", "prefix_rule has no parameter `reason`"],
    ['prefix_rule(["a"], "allow", [], [], 1)', "starlark-error", "prefix_rule takes at most 4 arguments, got 5"],
    ['prefix_rules(["a"])', "starlark-unknown-name", "Variable `prefix_rules` not found"],
    ['print("a")', "starlark-unknown-name", "Variable `print` not found"],
  ])("%s is refused", (text, kind, reason) => {
    expect(failureOf(`# a comment\n  \n${text}`)).toEqual({ kind, path: PATH, line: 3, column: 1, reason });
  });

  test("an error in any file leaves no policy at all", () => {
    const files = [
      { path: "/p/a.codexpolicy", text: 'prefix_rule(["x"])' },
      { path: "/p/b.codexpolicy", text: "prefix_rule(" },
    ];
    expect(() => parsePolicy(files)).toThrow(PolicyError);
  });
});

describe("matching", () => {
  const policy = parsePolicy([
    {
      path: PATH,
      text: 'prefix_rule(["git"], "prompt")\nprefix_rule(["hg"])\nprefix_rule(["git", ["push", "pull"]], "forbidden")\nprefix_rule([""])',
    },
  ]);
  const matched = (command: string[]) =>
    matchingRules(policy, command).map(({ matchedPrefix, rule }) => [matchedPrefix.join(" "), rule.decision]);

  test.each([
    [
      ["git", "push", "-f"],
      [
        ["git", "prompt"],
        ["git push", "forbidden"],
      ],
    ],
    [["git", "status"], [["git", "prompt"]]],
    [["git"], [["git", "prompt"]]],
    [["/usr/bin/git", "push"], []],
    [["Git", "push"], []],
    [["gi"], []],
    [[], []],
  ])("%j", (command, expected) => {
    expect(matched(command)).toEqual(expected);
  });

  test("an added rule allows at once and leaves the policy it was added to alone", () => {
    const more = withAllowRule(emptyPolicy, ["npm", "test"], { path: PATH, line: 4 });
    expect(more.rules).toEqual([
      { pattern: [["npm"], ["test"]], decision: "allow", source: { path: PATH, line: 4, column: 0 } },
    ]);
    expect(matchingRules(more, ["npm", "test", "-w"])).toHaveLength(1);
    expect(emptyPolicy.rules).toEqual([]);
    expect(() => withAllowRule(emptyPolicy, [], { path: PATH })).toThrow("at least one token");
  });
});
