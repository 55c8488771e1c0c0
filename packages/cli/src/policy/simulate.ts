import type { PastCommand } from "@heddle/core";
import {
  decide,
  quoteCommand,
  type CommandDecision,
  type Decision,
  type Policy,
  type PrefixRule,
} from "@heddle/execpolicy";
import { findShadows } from "./shadows.ts";

/**
 * What the rules would change for a command. `notRecorded`: it would run or ask, and whether it asked at the time is
 * not in the file.
 */
export const EFFECTS = ["noLongerAsks", "nowAsks", "nowRefused", "noLongerRefused", "same", "notRecorded"] as const;
export type Effect = (typeof EFFECTS)[number];

/** A place in a rule file. */
export interface RulePlace {
  readonly file: string;
  readonly line: number;
}

/** The same command with the same effect, as often as it was there. */
export interface ChangedCommand {
  readonly effect: Exclude<Effect, "same" | "notRecorded">;
  /** Quoted for a shell. */
  readonly command: string;
  readonly count: number;
  /** The rule that decides now; null when none does. */
  readonly rule: RulePlace | null;
}

/** What a rule did in the simulation. */
export interface RuleUse extends RulePlace {
  /** The tokens of the prefix; a list where one of several is accepted. */
  readonly pattern: readonly (string | readonly string[])[];
  readonly decision: Decision;
  /** How many commands it matched. */
  readonly matches: number;
  /** A rule because of which this one never has a say; null when there is none. */
  readonly shadowedBy: RulePlace | null;
}

/** Past commands under given rules. */
export interface Simulation {
  readonly commands: number;
  /** Left out: nobody knows under which settings they were decided. */
  readonly withoutSettings: number;
  /** What the rules decide. */
  readonly decided: Readonly<Record<"run" | "ask" | "refused", number>>;
  readonly effects: Readonly<Record<Effect, number>>;
  /** What changes, by effect, the most frequent first. */
  readonly changes: readonly ChangedCommand[];
  /** Every rule in the order of definition. */
  readonly rules: readonly RuleUse[];
}

/**
 * Decides past commands anew, each under the settings of its time, with the function that decides when one is run.
 */
export function simulate(policy: Policy, commands: readonly PastCommand[]): Simulation {
  const decided = { run: 0, ask: 0, refused: 0 };
  const effects = { noLongerAsks: 0, nowAsks: 0, nowRefused: 0, noLongerRefused: 0, same: 0, notRecorded: 0 };
  const changes = new Map<string, ChangedCommand>();
  const matches = new Map<PrefixRule, number>();
  let withoutSettings = 0;
  for (const past of commands) {
    const { argv, escalated, justification, settings } = past;
    if (settings === null) {
      withoutSettings += 1;
      continue;
    }
    const decision = decide(policy, { argv, escalated, justification, ...settings });
    for (const rule of rulesThatMatched(decision)) matches.set(rule, (matches.get(rule) ?? 0) + 1);
    decided[outcomeOf(decision)] += 1;
    const effect = effectOn(past, decision);
    effects[effect] += 1;
    if (effect === "same" || effect === "notRecorded") continue;
    const change = { effect, command: quoteCommand(argv), rule: decidingRule(decision) };
    const key = JSON.stringify(change);
    changes.set(key, { ...change, count: (changes.get(key)?.count ?? 0) + 1 });
  }
  return {
    commands: commands.length,
    withoutSettings,
    decided,
    effects,
    changes: [...changes.values()].toSorted(byEffectAndCount),
    rules: useOfRules(policy, matches),
  };
}

function outcomeOf({ outcome }: CommandDecision): "run" | "ask" | "refused" {
  return outcome === "run" || outcome === "ask" ? outcome : "refused";
}

function effectOn({ asked, end, settings }: PastCommand, decision: CommandDecision): Effect {
  const now = outcomeOf(decision);
  if (end === "refused") return now === "refused" ? "same" : "noLongerRefused";
  if (now === "refused") return "nowRefused";
  if (asked === "unknown") return "notRecorded";
  if (now === "ask") return asked === "notAsked" ? "nowAsks" : "same";
  if (asked === "notAsked") return "same";
  // In the sandbox of these policies a denial asks, which may be what had happened and would happen again.
  const policy = settings?.approvalPolicy;
  const mayAskLater =
    decision.outcome === "run" && decision.sandboxed && (policy === "untrusted" || policy === "on-failure");
  return mayAskLater ? "same" : "noLongerAsks";
}

/** Each once, however many commands of a script it matches. */
function rulesThatMatched({ evaluation }: CommandDecision): ReadonlySet<PrefixRule> {
  return new Set(evaluation.matches.flatMap((match) => (match.type === "rule" ? match.rule : [])));
}

function decidingRule({ evaluation }: CommandDecision): RulePlace | null {
  const match = evaluation.matches.find((each) => each.type === "rule" && each.decision === evaluation.decision);
  return match?.type === "rule" ? placeOf(match.rule) : null;
}

function useOfRules(policy: Policy, matches: ReadonlyMap<PrefixRule, number>): RuleUse[] {
  const shadows = findShadows(policy);
  return policy.rules.map((rule) => {
    const shadow = shadows.get(rule);
    return {
      ...placeOf(rule),
      pattern: rule.pattern.map((accepted) => (accepted.length === 1 ? (accepted[0] ?? "") : accepted)),
      decision: rule.decision,
      matches: matches.get(rule) ?? 0,
      shadowedBy: shadow === undefined ? null : placeOf(shadow),
    };
  });
}

function placeOf({ source }: PrefixRule): RulePlace {
  return { file: source.path, line: source.line };
}

function byEffectAndCount(left: ChangedCommand, right: ChangedCommand): number {
  return EFFECTS.indexOf(left.effect) - EFFECTS.indexOf(right.effect) || right.count - left.count;
}
