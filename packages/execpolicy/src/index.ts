export { formatAllowRule } from "./amendment.ts";
export { dangerReason, isDangerous, type Platform } from "./commands/dangerous.ts";
export { isKnownSafe } from "./commands/known-safe.ts";
export { decide, type CommandCall, type CommandDecision } from "./decide.ts";
export type {
  ApprovalPolicy,
  CommandClass,
  Evaluation,
  HeuristicsCause,
  Judgement,
  RuleMatch,
  SandboxMode,
} from "./evaluation.ts";
export {
  checkRules,
  explain,
  type CheckResult,
  type Explanation,
  type MatchedRule,
  type PrefixRuleMatch,
} from "./explain.ts";
export {
  emptyPolicy,
  matchingRules,
  withAllowRule,
  type Decision,
  type Policy,
  type Position,
  type PrefixMatch,
  type PrefixRule,
} from "./rules/policy.ts";
export { readHeredocCall, type HeredocCall } from "./shell/heredoc-call.ts";
export { splitShellWords } from "./shell/shell-words.ts";
export { toCommandActions, type CommandAction } from "./summary/command-actions.ts";
export { quoteCommand } from "./summary/quote.ts";
export { parsePolicy, type RuleFile } from "./rules/parse-policy.ts";
export { PolicyError, type PolicyFailure, type PolicyFailureKind } from "./policy-error.ts";
export { describeDecision } from "./describe.ts";
