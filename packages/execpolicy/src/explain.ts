import { assertNever } from "./assert-never.ts";
import { decide, type CommandCall } from "./decide.ts";
import type { CommandClass, HeuristicsCause, RuleMatch } from "./evaluation.ts";
import { matchingRules, strictest, type Decision, type Policy } from "./rules/policy.ts";
import { fileName } from "./shell/shell-call.ts";
import { toCommandActions, type CommandAction } from "./summary/command-actions.ts";

/** The tokens of a rule that matched, and what it says. */
export interface PrefixRuleMatch {
  readonly matchedPrefix: readonly string[];
  readonly decision: Decision;
}

/** A match in the form of `policy explain`. */
export type MatchedRule =
  | {
      readonly prefixRuleMatch: PrefixRuleMatch;
      readonly file: string;
      readonly line: number;
    }
  | {
      readonly heuristicsRuleMatch: { readonly command: readonly string[]; readonly decision: Decision };
      readonly because: HeuristicsCause;
    };

/**
 * What would happen to a command and why, as `heddle policy explain --json` prints it.
 * Source: exec policy spec, section 11.
 */
export interface Explanation<ApplyPatch = null> {
  readonly plain: boolean;
  readonly commands: readonly (readonly string[])[];
  readonly class: CommandClass;
  readonly matchedRules: readonly MatchedRule[];
  readonly decision: Decision;
  readonly outcome: "run" | "ask" | "forbidden" | "forbidden-never" | "reject-escalation";
  /** Whether the first attempt runs in the sandbox; false when nothing would run. */
  readonly sandboxed: boolean;
  readonly reason: string | null;
  readonly refusal: string | null;
  readonly proposedAmendment: readonly string[] | null;
  readonly commandActions: readonly CommandAction[];
  /** Filled in by whoever knows about patches. */
  readonly applyPatch: ApplyPatch;
}

/** Explains what `decide` decides. Commands only: the caller looks for a patch first. */
export function explain(policy: Policy, call: CommandCall): Explanation {
  const decided = decide(policy, call);
  const { plain, commands, class: commandClass, matches, decision } = decided.evaluation;
  const isRefused = decided.outcome !== "run" && decided.outcome !== "ask";
  return {
    plain,
    commands,
    class: commandClass,
    matchedRules: matches.map(toMatchedRule),
    decision,
    outcome: decided.outcome,
    sandboxed: !isRefused && decided.sandboxed,
    reason: decided.outcome === "ask" ? decided.reason : null,
    refusal: isRefused ? decided.refusal : null,
    proposedAmendment: decided.outcome === "ask" ? decided.proposedAmendment : null,
    commandActions: toCommandActions(call.argv),
    applyPatch: null,
  };
}

/** What `execpolicy check` prints: the rules that match an argv as it stands, and what they say together. */
export interface CheckResult {
  readonly matchedRules: readonly { readonly prefixRuleMatch: PrefixRuleMatch }[];
  /** Absent when no rule matches. */
  readonly decision?: Decision;
}

/** Looks an argv up in the rules: no splitting of scripts, no heuristics. Source: exec policy spec, section 3. */
export function checkRules(policy: Policy, argv: readonly string[]): CheckResult {
  const matchedRules = matchingRules(policy, argv).map(({ rule, matchedPrefix }) => ({
    prefixRuleMatch: { matchedPrefix, decision: rule.decision },
  }));
  if (matchedRules.length === 0) return { matchedRules };
  return { matchedRules, decision: strictest(matchedRules.map((match) => match.prefixRuleMatch.decision)) };
}

function toMatchedRule(match: RuleMatch): MatchedRule {
  switch (match.type) {
    case "rule": {
      const { matchedPrefix, decision, rule } = match;
      return { prefixRuleMatch: { matchedPrefix, decision }, file: fileName(rule.source.path), line: rule.source.line };
    }
    case "heuristics": {
      const { command, decision, because } = match;
      return { heuristicsRuleMatch: { command, decision }, because };
    }
    default:
      return assertNever(match);
  }
}
