import { parsePolicy } from "@heddle/execpolicy";
import { describe, expect, test } from "vitest";
import { judgeProgram, type ProgramVerdict } from "./judge-program.ts";

const policy = parsePolicy([
  {
    path: "/home/policy/team.codexpolicy",
    text: `
prefix_rule(pattern=["git", "init"], decision="prompt")
prefix_rule(pattern=["git", "push"], decision="forbidden")
prefix_rule(pattern=["git"], decision="allow")
prefix_rule(pattern=["/opt/tool"], decision="allow")
prefix_rule(pattern=["rm"], decision="allow")
`,
  },
]);

const inside: ProgramVerdict = { type: "run", ask: false, outside: false };
const outside: ProgramVerdict = { type: "run", ask: false, outside: true };
const askedInside: ProgramVerdict = { type: "run", ask: true, outside: false };
const askedOutside: ProgramVerdict = { type: "run", ask: true, outside: true };
const forbidden: ProgramVerdict = { type: "forbidden" };

function judge(argv: readonly string[], { preserve = false, trusted = true } = {}): ProgramVerdict {
  const [file = ""] = argv;
  return judgeProgram(
    policy,
    { file, argv },
    { sandbox: "read-only", preserveProgramPaths: preserve, isTrusted: () => trusted },
  );
}

describe("a rule means outside of the sandbox, the heuristics never do:", () => {
  test.each<[string, readonly string[], ProgramVerdict]>([
    ["allowed by its name", ["/usr/bin/git", "status"], outside],
    ["the strictest rule counts", ["/usr/bin/git", "init"], askedOutside],
    ["forbidden by its name", ["/usr/bin/git", "push"], forbidden],
    ["forbidden as what a shell runs", ["/bin/sh", "-c", "git push"], forbidden],
    ["asked about as what a shell runs", ["/bin/sh", "-c", "git init"], askedInside],
    ["allowed as what a shell runs", ["/bin/sh", "-c", "git status"], inside],
    ["allowed by its path", ["/opt/tool", "x"], outside],
    ["no rule knows it", ["/usr/bin/make"], inside],
    ["an allowed one that is dangerous", ["/bin/rm", "-rf", "x"], outside],
    ["a dangerous one in a shell", ["/bin/sh", "-c", "rm -rf x"], inside],
  ])("%s", (_, argv, verdict) => expect(judge(argv)).toEqual(verdict));
});

describe("of a file that is not what its name stands for, what restricts counts:", () => {
  test.each<[string, readonly string[], ProgramVerdict]>([
    ["allowed by its name", ["/ws/git", "status"], inside],
    ["asked about by its name", ["/ws/git", "init"], askedOutside],
    ["forbidden by its name", ["/ws/git", "push"], forbidden],
    ["a bare name, which is a file of the folder", ["git", "status"], inside],
    ["dangerous", ["/ws/rm", "-rf", "x"], askedInside],
  ])("%s", (_, argv, verdict) => expect(judge(argv, { trusted: false })).toEqual(verdict));
});

test("with whole paths preserved, rules that allow name paths only", () => {
  expect(judge(["/usr/bin/git", "status"], { preserve: true })).toEqual(inside);
  expect(judge(["/opt/tool"], { preserve: true })).toEqual(outside);
  expect(judge(["git", "status"], { preserve: true })).toEqual(inside);
});
