import { assertNever } from "./assert-never.ts";
import { readCall, readings } from "./commands/command.ts";
import { isDangerous, type Platform } from "./commands/dangerous.ts";
import { isKnownSafeCommand } from "./commands/known-safe.ts";
import { matchingRules, strictest, type Decision, type Policy, type PrefixRule } from "./rules/policy.ts";
import { shellScript } from "./shell/shell-call.ts";
import type { PlainCommand } from "./shell/script.ts";

/** When the user is asked. The spellings are those of the config file. */
export type ApprovalPolicy = "untrusted" | "on-failure" | "on-request" | "never";
/** What a command may touch when it runs. */
export type SandboxMode = "read-only" | "workspace-write" | "danger-full-access";

/** What a command is by itself: rules, approval policy and sandbox have no say in it. */
export type CommandClass = "safe" | "dangerous" | "neither";

/** Why the heuristics decided as they did; `approvalPolicy`: nothing is known about the command. */
export type HeuristicsCause = "knownSafe" | "dangerous" | "escalated" | "approvalPolicy";

/** What decided about one command: a rule that matches it or, where there is none, the heuristics. */
export type RuleMatch =
  | {
      readonly type: "rule";
      readonly matchedPrefix: readonly string[];
      readonly decision: Decision;
      readonly rule: PrefixRule;
    }
  | {
      readonly type: "heuristics";
      readonly command: readonly string[];
      readonly decision: "allow" | "prompt";
      readonly because: HeuristicsCause;
    };

/** The judgement on a call, command by command. */
export interface Evaluation {
  /** True for a shell call that was split into the commands of its script. */
  readonly plain: boolean;
  /** The commands that were judged: those of the script, or the one argv. */
  readonly commands: readonly (readonly string[])[];
  /** The worst class among the commands; `safe` if there are none. */
  readonly class: CommandClass;
  /** In the order of the commands; no command without an entry. */
  readonly matches: readonly RuleMatch[];
  /** The strictest of the matches; `allow` if there are none. */
  readonly decision: Decision;
  /** True when rules and the known-safe list vouch for every command, and at least one rule does. */
  readonly vouchedFor: boolean;
}

/** What the heuristics look at besides the command. */
export interface Circumstances {
  readonly approvalPolicy: ApprovalPolicy;
  readonly sandbox: SandboxMode;
  /** True when the model asked to run outside of the sandbox. */
  readonly escalated: boolean;
  readonly platform: Platform;
}

/**
 * Judges every command of a call by the rules, and by the heuristics where no rule matches.
 * Source: exec policy spec, sections 3 and 4.
 */
export function evaluate(policy: Policy, argv: readonly string[], circumstances: Circumstances): Evaluation {
  const { plain, commands } = readCall(argv);
  const judged = commands.map((command) => judge(policy, command, circumstances));
  const matches = judged.flatMap((one) => one.matches);
  return {
    plain,
    commands: commands.map((command) => command.written),
    class: worstClass(judged.map((one) => one.class)),
    matches,
    decision: strictest(matches.map((match) => match.decision)),
    vouchedFor:
      judged.every((one) => one.allowedByRule || one.class === "safe") && judged.some((one) => one.allowedByRule),
  };
}

interface Judgement {
  readonly class: CommandClass;
  readonly matches: readonly RuleMatch[];
  readonly allowedByRule: boolean;
}

function judge(policy: Policy, command: PlainCommand, circumstances: Circumstances): Judgement {
  const commandClass = classify(command, circumstances.platform);
  const rules = ruleMatches(policy, command.written).concat(strictRuleMatches(policy, command));
  if (rules.length > 0) {
    return { class: commandClass, matches: rules, allowedByRule: rules.every((match) => match.decision === "allow") };
  }
  const fallback = heuristics(commandClass, circumstances);
  return {
    class: commandClass,
    matches: [{ type: "heuristics", command: command.written, ...fallback }],
    allowedByRule: false,
  };
}

function ruleMatches(policy: Policy, command: readonly string[]): RuleMatch[] {
  return matchingRules(policy, command).map(({ rule, matchedPrefix }) => ({
    type: "rule",
    matchedPrefix,
    decision: rule.decision,
    rule,
  }));
}

/**
 * Rules that restrict also hold for what a command of a shell comes down to: with its escapes processed, behind the
 * keyword `time`, and inside of a shell call. Rules that allow hold for the words as they are written only.
 */
function strictRuleMatches(policy: Policy, command: PlainCommand): RuleMatch[] {
  if (policy.rules.length === 0 || isItself(command)) return [];
  const forms = readings(command).flatMap((words) => [words, ...withoutTime(words)]);
  const nested = forms.map(readCall).flatMap((inner) => (inner.plain ? inner.commands : []));
  return [
    ...forms.slice(1).flatMap((words) => ruleMatches(policy, words)),
    ...nested.flatMap((inner) => [...ruleMatches(policy, inner.written), ...strictRuleMatches(policy, inner)]),
  ].filter((match) => match.decision !== "allow");
}

/** True for a command that comes down to nothing but its words: nearly every one. */
function isItself({ written, meant }: PlainCommand): boolean {
  return written === meant && written[0] !== "time" && shellScript(written) === null;
}

function withoutTime(words: readonly string[]): readonly (readonly string[])[] {
  if (words[0] !== "time") return [];
  const start = words.findIndex((word, index) => index > 0 && word !== "-p" && word !== "--");
  return start === -1 ? [] : [words.slice(start)];
}

function classify(command: PlainCommand, platform: Platform): CommandClass {
  if (readings(command).some((words) => isDangerous(words, platform))) return "dangerous";
  return isKnownSafeCommand(command) ? "safe" : "neither";
}

function worstClass(classes: readonly CommandClass[]): CommandClass {
  if (classes.includes("dangerous")) return "dangerous";
  return classes.includes("neither") ? "neither" : "safe";
}

/** Whether a command that no rule knows is asked about. Source: exec policy spec, section 4.2. */
function heuristics(
  commandClass: CommandClass,
  { approvalPolicy, sandbox, escalated }: Circumstances,
): { decision: "allow" | "prompt"; because: HeuristicsCause } {
  if (commandClass === "safe") return { decision: "allow", because: "knownSafe" };
  const dangerous = commandClass === "dangerous";
  switch (approvalPolicy) {
    case "never":
    case "on-failure":
      return { decision: "allow", because: "approvalPolicy" };
    case "on-request":
      if (escalated && sandbox !== "danger-full-access") return { decision: "prompt", because: "escalated" };
      return dangerous
        ? { decision: "prompt", because: "dangerous" }
        : { decision: "allow", because: "approvalPolicy" };
    case "untrusted":
      return { decision: "prompt", because: dangerous ? "dangerous" : "approvalPolicy" };
    default:
      return assertNever(approvalPolicy);
  }
}
