/** What a rule says about a command. From the mildest to the strictest: `allow`, `prompt`, `forbidden`. */
export type Decision = "allow" | "prompt" | "forbidden";

/** A place in a rule file; line and column count from 1. */
export interface Position {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** Commands that start with these tokens, and what is said about them. */
export interface PrefixRule {
  /** One entry per token: the tokens that are accepted there. The first entry has exactly one. */
  readonly pattern: readonly (readonly string[])[];
  readonly decision: Decision;
  /** The `prefix_rule` call that made the rule; line 0 when a rule was added while running. */
  readonly source: Position;
}

/** A rule that matched a command, with the tokens it matched. */
export interface PrefixMatch {
  readonly rule: PrefixRule;
  readonly matchedPrefix: readonly string[];
}

/** All rules in force, in the order of their definition. Immutable. */
export interface Policy {
  readonly rules: readonly PrefixRule[];
  /** The rules by their first token. */
  readonly rulesByProgram: ReadonlyMap<string, readonly PrefixRule[]>;
}

export function createPolicy(rules: readonly PrefixRule[]): Policy {
  const rulesByProgram = new Map<string, PrefixRule[]>();
  for (const rule of rules) {
    const program = rule.pattern[0]?.[0];
    if (program === undefined) continue;
    const sameProgram = rulesByProgram.get(program);
    if (sameProgram === undefined) rulesByProgram.set(program, [rule]);
    else sameProgram.push(rule);
  }
  return { rules, rulesByProgram };
}

/** No rules at all: only the heuristics decide. */
export const emptyPolicy: Policy = createPolicy([]);

/** The policy with one more rule, which allows commands that start with `prefix`; `source` is where it was written. */
export function withAllowRule(
  policy: Policy,
  prefix: readonly string[],
  source: { readonly path: string; readonly line?: number },
): Policy {
  if (prefix.length === 0) throw new TypeError("prefix rule requires at least one token");
  const pattern = prefix.map((token) => [token]);
  const rule: PrefixRule = {
    pattern,
    decision: "allow",
    source: { path: source.path, line: source.line ?? 0, column: 0 },
  };
  return createPolicy([...policy.rules, rule]);
}

/** Every rule that matches the beginning of a command, in the order of definition. Tokens compare exactly. */
export function matchingRules(policy: Policy, command: readonly string[]): readonly PrefixMatch[] {
  const candidates = policy.rulesByProgram.get(command[0] ?? "");
  if (candidates === undefined || command.length === 0) return [];
  return candidates
    .filter((rule) => matchesPrefix(rule, command))
    .map((rule) => ({ rule, matchedPrefix: command.slice(0, rule.pattern.length) }));
}

export function matchesPrefix({ pattern }: Pick<PrefixRule, "pattern">, command: readonly string[]): boolean {
  return (
    command.length >= pattern.length && pattern.every((accepted, index) => accepted.includes(command[index] ?? ""))
  );
}

const STRICTNESS: Record<Decision, number> = { allow: 0, prompt: 1, forbidden: 2 };

/** The strictest of some decisions; `allow` if there are none. */
export function strictest(decisions: Iterable<Decision>): Decision {
  let result: Decision = "allow";
  for (const decision of decisions) if (STRICTNESS[decision] > STRICTNESS[result]) result = decision;
  return result;
}
