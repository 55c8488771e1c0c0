import { splitShellWords } from "../shell/shell-words.ts";
import { bindArguments, wrongType } from "../starlark/arguments.ts";
import { ScriptFailure } from "../starlark/failure.ts";
import { List, typeName, type CallArguments, type Value } from "../starlark/values.ts";
import { quoteCommand } from "../summary/quote.ts";
import { matchesPrefix, type Decision, type Position, type PrefixRule } from "./policy.ts";

/**
 * `prefix_rule(pattern, decision="allow", match=[], not_match=[])`: the rules that one call makes, one for each first
 * token. The examples are checked against these rules alone.
 * @throws ScriptFailure for an invalid pattern, decision or example, and for an example that proves the rule wrong.
 * Source: exec policy spec, section 2.
 */
export function prefixRules(args: CallArguments, source: Position): readonly PrefixRule[] {
  const [patternValue, decisionValue, match, notMatch] = bindArguments(
    "prefix_rule",
    ["pattern", "decision?", "match?", "not_match?"],
    args,
  );
  const decision = readDecision(decisionValue);
  const [heads = [], ...tail] = readPattern(expectList(patternValue, "pattern"));
  const matching = readExamples(match, "match");
  const notMatching = readExamples(notMatch, "not_match");
  const rules = heads.map((head): PrefixRule => ({ pattern: [[head], ...tail], decision, source }));
  checkNotMatching(rules, notMatching);
  checkMatching(rules, matching);
  return rules;
}

function readDecision(value: Value | undefined): Decision {
  if (value === undefined) return "allow";
  if (typeof value !== "string") throw wrongType("`decision` of prefix_rule", "string", value);
  if (value === "allow" || value === "prompt" || value === "forbidden") return value;
  throw new ScriptFailure(`invalid decision: ${value}; it is "allow", "prompt" or "forbidden"`, "invalid-decision");
}

function expectList(value: Value | undefined, parameter: string): readonly Value[] {
  if (value instanceof List) return value.items;
  throw wrongType(`\`${parameter}\` of prefix_rule`, "list", value);
}

function readPattern(elements: readonly Value[]): string[][] {
  if (elements.length === 0) throw invalidPattern("pattern cannot be empty");
  return elements.map((element) => {
    if (typeof element === "string") return [element];
    if (!(element instanceof List)) {
      throw invalidPattern(`pattern element must be a string or list of strings (got ${typeName(element)})`);
    }
    if (element.items.length === 0) throw invalidPattern("pattern alternatives cannot be empty");
    return element.items.map((alternative) => {
      if (typeof alternative === "string") return alternative;
      throw invalidPattern(`pattern alternative must be a string (got ${typeName(alternative)})`);
    });
  });
}

function invalidPattern(reason: string): ScriptFailure {
  return new ScriptFailure(`invalid pattern element: ${reason}`, "invalid-pattern");
}

function readExamples(value: Value | undefined, parameter: string): string[][] {
  return value === undefined ? [] : expectList(value, parameter).map(readExample);
}

function readExample(value: Value): string[] {
  if (typeof value === "string") {
    const words = splitShellWords(value);
    if (words === null) throw invalidExample("example string has invalid shell syntax");
    if (words.length === 0) throw invalidExample("example cannot be an empty string");
    return words;
  }
  if (!(value instanceof List)) {
    throw invalidExample(`example must be a string or list of strings (got ${typeName(value)})`);
  }
  if (value.items.length === 0) throw invalidExample("example cannot be an empty list");
  return value.items.map((token) => {
    if (typeof token === "string") return token;
    throw invalidExample(`example tokens must be strings (got ${typeName(token)})`);
  });
}

function invalidExample(reason: string): ScriptFailure {
  return new ScriptFailure(`invalid example: ${reason}`, "invalid-example");
}

function checkNotMatching(rules: readonly PrefixRule[], examples: readonly string[][]): void {
  for (const example of examples) {
    const rule = rules.find((candidate) => matchesPrefix(candidate, example));
    if (rule === undefined) continue;
    const reason = `expected example to not match rule \`${describePattern(rule)}\`: ${quoteCommand(example)}`;
    throw new ScriptFailure(reason, "example-did-match");
  }
}

function checkMatching(rules: readonly PrefixRule[], examples: readonly string[][]): void {
  const unmatched = examples.filter((example) => !rules.some((rule) => matchesPrefix(rule, example)));
  if (unmatched.length === 0) return;
  const patterns = rules.map(describePattern).join(", ");
  const commands = unmatched.map((example) => JSON.stringify(quoteCommand(example))).join(", ");
  throw new ScriptFailure(
    `expected every example to match at least one rule. rules: [${patterns}]; unmatched examples: [${commands}]`,
    "example-did-not-match",
  );
}

/** A pattern as it could stand in a rule file. */
function describePattern({ pattern }: PrefixRule): string {
  const elements = pattern.map((tokens) => JSON.stringify(tokens.length === 1 ? tokens[0] : tokens));
  return `[${elements.join(", ")}]`;
}
