import { runScript } from "../starlark/run-script.ts";
import { createPolicy, type Policy, type PrefixRule } from "./policy.ts";
import { prefixRules } from "./prefix-rule.ts";

/** A rule file that somebody has read. */
export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The policy that rule files make together, in the given order.
 * @throws PolicyError for the first file with an error: there is no policy from a part of the rules.
 */
export function parsePolicy(files: readonly RuleFile[]): Policy {
  const rules: PrefixRule[] = [];
  for (const file of files) {
    runScript(file, {
      prefix_rule: (args, at) => {
        // One by one: a spread would put every rule of a call on the stack.
        for (const rule of prefixRules(args, { path: file.path, ...at })) rules.push(rule);
        return null;
      },
    });
  }
  return createPolicy(rules);
}
