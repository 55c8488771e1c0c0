import { assertNever } from "./assert-never.ts";
import { readCall, readings } from "./commands/command.ts";
import { dangerReason, type Platform } from "./commands/dangerous.ts";
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

/** The judgement on one command of a call. */
export interface Judgement {
  readonly command: readonly string[];
  readonly class: CommandClass;
  /** Why the command is dangerous, in a few words; null if it is not. */
  readonly danger: string | null;
  /** The rules that match, or one entry of the heuristics. */
  readonly matches: readonly RuleMatch[];
}

/** The judgement on a call. */
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
  /** The same, command by command. */
  readonly judgements: readonly Judgement[];
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
  const { type, commands } = readCall(argv);
  const judgements = commands.map((command) => {
    const assessment = type === "otherScript" ? UNREADABLE : assess(command, circumstances.platform);
    return judge(policy, command, assessment, circumstances);
  });
  const matches = judgements.flatMap((judgement) => judgement.matches);
  return {
    plain: type === "plainScript",
    commands: commands.map((command) => command.written),
    class: worstClass(judgements.map((judgement) => judgement.class)),
    matches,
    decision: strictest(matches.map((match) => match.decision)),
    judgements,
    vouchedFor:
      judgements.some(isAllowedByRule) &&
      judgements.every((judgement) => isAllowedByRule(judgement) || judgement.class === "safe"),
  };
}

function isAllowedByRule({ matches }: Judgement): boolean {
  return matches.every((match) => match.type === "rule" && match.decision === "allow");
}

type Assessment = Pick<Judgement, "class" | "danger">;

/** A script that is not plain: the lists would only read it once more to say the same. */
const UNREADABLE: Assessment = { class: "neither", danger: null };

function assess(command: PlainCommand, platform: Platform): Assessment {
  for (const words of readings(command)) {
    const danger = dangerReason(words, platform);
    if (danger !== null) return { class: "dangerous", danger };
  }
  return { class: isKnownSafeCommand(command) ? "safe" : "neither", danger: null };
}

function judge(policy: Policy, command: PlainCommand, assessment: Assessment, circumstances: Circumstances): Judgement {
  const { written } = command;
  const rules = ruleMatches(policy, written);
  if (assessment !== UNREADABLE) rules.push(...strictRuleMatches(policy, command));
  const matches: readonly RuleMatch[] =
    rules.length > 0 ? rules : [heuristicsMatch(written, assessment, circumstances)];
  return { command: written, class: assessment.class, danger: assessment.danger, matches };
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
  const nested = forms.map(readCall).flatMap((inner) => (inner.type === "plainScript" ? inner.commands : []));
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

function worstClass(classes: readonly CommandClass[]): CommandClass {
  if (classes.includes("dangerous")) return "dangerous";
  return classes.includes("neither") ? "neither" : "safe";
}

/** Whether a command that no rule knows is asked about. Source: exec policy spec, section 4.2. */
function heuristicsMatch(command: readonly string[], assessment: Assessment, circumstances: Circumstances): RuleMatch {
  const { decision, because } = heuristics(assessment.class, circumstances);
  return { type: "heuristics", command, decision, because };
}

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
