import { assertNever } from "./assert-never.ts";
import { formatAllowRule } from "./amendment.ts";
import type { CommandCall, CommandDecision } from "./decide.ts";
import type { Evaluation, Judgement, RuleMatch } from "./evaluation.ts";
import { fileName, shellScript } from "./shell/shell-call.ts";
import { quoteCommand } from "./summary/quote.ts";

/**
 * A decision told to a person, line by line: the commands of the call, what decided about each, and what follows.
 * Source: exec policy spec, section 11.
 */
export function describeDecision(call: CommandCall, decision: CommandDecision): string[] {
  const { evaluation } = decision;
  return [
    describeReading(call, evaluation),
    ...evaluation.judgements.flatMap((judgement) => describeJudgement(judgement, call)),
    `decision: ${evaluation.decision}`,
    describeOutcome(decision),
    ...describePlace(call, decision),
    ...describeAmendment(decision),
  ];
}

function describeReading({ argv }: CommandCall, { plain, commands }: Evaluation): string {
  if (plain) return `a script of ${commands.length} command${commands.length === 1 ? "" : "s"}:`;
  return shellScript(argv) === null ? "one command:" : "a script that is not plain counts as one command:";
}

function describeJudgement({ command, danger, matches }: Judgement, call: CommandCall): string[] {
  return [`  ${quoteCommand(command)}`, ...matches.map((match) => `    ${describeMatch(match, danger, call)}`)];
}

function describeMatch(match: RuleMatch, danger: string | null, { approvalPolicy }: CommandCall): string {
  if (match.type === "rule") {
    const { path, line } = match.rule.source;
    return `${match.decision} by ${fileName(path)}:${line}, prefix ${quoteCommand(match.matchedPrefix)}`;
  }
  switch (match.because) {
    case "knownSafe":
      return "known safe";
    case "dangerous":
      return `dangerous: ${danger ?? "unknown"}`;
    case "escalated":
      return "not known, asks to leave the sandbox";
    case "approvalPolicy":
      return `${danger === null ? "not known" : `dangerous (${danger})`}, approval policy ${approvalPolicy}`;
    default:
      return assertNever(match.because);
  }
}

function describeOutcome(decision: CommandDecision): string {
  switch (decision.outcome) {
    case "run":
      return "runs without a question";
    case "ask":
      return decision.reason === null ? "asks first" : `asks first: ${decision.reason}`;
    case "forbidden":
    case "forbidden-never":
    case "reject-escalation":
      return `refused: ${decision.refusal}`;
    default:
      return assertNever(decision);
  }
}

/** In or outside of the sandbox, with the reason if outside; nothing when nothing would run. */
function describePlace(call: CommandCall, decision: CommandDecision): string[] {
  if (decision.outcome !== "run" && decision.outcome !== "ask") return [];
  if (decision.sandboxed) return ["in the sandbox"];
  if (call.sandbox === "danger-full-access") return ["outside of the sandbox: there is none under danger-full-access"];
  return [`outside of the sandbox: ${call.escalated ? "the call asks for it" : "a rule allows the command"}`];
}

function describeAmendment(decision: CommandDecision): string[] {
  if (decision.outcome !== "ask" || decision.proposedAmendment === null) return [];
  return [`offers the rule: ${formatAllowRule(decision.proposedAmendment)}`];
}
