import { decide, matchingRules, type Judgement, type Policy } from "@heddle/execpolicy";
import type { SandboxPolicy } from "@heddle/sandbox";

/** What happens with a script, decided before any of it runs. */
export type ScriptVerdict = {
  /** False for a script that was judged as one command, as nobody can see through it. */
  readonly plain: boolean;
} & (
  | { readonly type: "forbidden" }
  | {
      readonly type: "run";
      /** The commands that a person has to allow first, each once, in the order of the script. */
      readonly ask: readonly (readonly string[])[];
      /** Whether it runs outside of the sandbox, once all that is asked has been allowed. */
      readonly outside: boolean;
    }
);

/**
 * Decides about a script by its parts. A rule means "outside of the sandbox", but a script runs in one place: it leaves
 * the sandbox only when rules and the list of safe commands account for every part of it, and at least one rule does.
 * Source: MCP spec, section D.
 * @param argv the shell call: shell, `-c` or `-lc`, script.
 */
export function judgeScript(policy: Policy, argv: readonly string[], sandbox: SandboxPolicy["type"]): ScriptVerdict {
  const { evaluation } = decide(policy, {
    argv,
    approvalPolicy: "on-request",
    sandbox,
    escalated: false,
    justification: null,
  });
  const { plain } = evaluation;
  const parts = evaluation.judgements.map((judgement) => judgePart(policy, judgement));
  if (parts.some(({ decision }) => decision === "forbidden")) return { type: "forbidden", plain };
  const asked = new Map(
    parts.flatMap(({ command, decision }) => (decision === "prompt" ? [[JSON.stringify(command), command]] : [])),
  );
  const outside = plain && parts.some(({ byRule }) => byRule) && parts.every(({ byRule, safe }) => byRule || safe);
  return { type: "run", ask: [...asked.values()], outside, plain };
}

interface Part {
  readonly command: readonly string[];
  readonly decision: "allow" | "prompt" | "forbidden";
  /** Whether rules say so, and not the lists. */
  readonly byRule: boolean;
  readonly safe: boolean;
}

/**
 * Rules name programs, and a program may be called by its path. A rule that restricts holds for it too; one that allows
 * does not, as any file can have the name of a trusted program.
 */
function judgePart(policy: Policy, judgement: Judgement): Part {
  const { command, matches } = judgement;
  const [program = "", ...args] = command;
  const name = program.slice(program.lastIndexOf("/") + 1);
  const restricting = name === program ? [] : matchingRules(policy, [name, ...args]);
  const decisions = [...matches.map(({ decision }) => decision), ...restricting.map(({ rule }) => rule.decision)];
  const prompts = decisions.includes("prompt");
  return {
    command,
    decision: decisions.includes("forbidden") ? "forbidden" : prompts ? "prompt" : "allow",
    byRule: matches.every(({ type }) => type === "rule") || restricting.some(({ rule }) => rule.decision !== "allow"),
    safe: judgement.class === "safe",
  };
}
