import type { Decision, Policy, PrefixRule } from "@heddle/execpolicy";

const STRICTNESS: Record<Decision, number> = { allow: 0, prompt: 1, forbidden: 2 };

/**
 * The rules that never have a say, each with the first rule that takes it: one that matches at least the same commands
 * and is at least as strict. The strictest rule wins, so that what the other says is never what happens.
 */
export function findShadows(policy: Policy): ReadonlyMap<PrefixRule, PrefixRule> {
  const shadows = new Map<PrefixRule, PrefixRule>();
  for (const sameProgram of policy.rulesByProgram.values()) {
    for (const [at, rule] of sameProgram.entries()) {
      const shadow = sameProgram.find((other, otherAt) => otherAt !== at && takesTheSay(other, rule, otherAt < at));
      if (shadow !== undefined) shadows.set(rule, shadow);
    }
  }
  return shadows;
}

/** Of two rules that say the same about the same commands the earlier one is kept. */
function takesTheSay(other: PrefixRule, rule: PrefixRule, isEarlier: boolean): boolean {
  if (STRICTNESS[other.decision] < STRICTNESS[rule.decision] || !covers(other, rule)) return false;
  return isEarlier || other.decision !== rule.decision || !covers(rule, other);
}

/** Whether every command that the second rule matches is matched by the first. */
function covers({ pattern: wide }: PrefixRule, { pattern: narrow }: PrefixRule): boolean {
  return wide.length <= narrow.length && wide.every((accepted, at) => isPartOf(narrow[at] ?? [], accepted));
}

function isPartOf(some: readonly string[], all: readonly string[]): boolean {
  return some.every((token) => all.includes(token));
}
