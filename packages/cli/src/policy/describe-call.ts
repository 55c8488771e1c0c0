import { describeDecision, decide, type CommandCall, type Policy } from "@heddle/execpolicy";
import { visibleText } from "../exec/visible-text.ts";
import type { CallExplanation, PatchFinding } from "./explain-call.ts";

/** An explanation for people, a line at a time. Words of commands cannot steer the terminal. */
export function describeCall(call: CommandCall, policy: Policy, explanation: CallExplanation): string[] {
  const { applyPatch } = explanation;
  const lines =
    applyPatch === null ? describeDecision(call, decide(policy, call)) : describePatch(applyPatch, explanation);
  return lines.map(visibleText);
}

function describePatch(finding: PatchFinding, { outcome, sandboxed, refusal }: CallExplanation): string[] {
  if (finding.detected !== "patch") return ["a patch that cannot be used", `refused: ${refusal ?? finding.message}`];
  const changes = finding.changes.map(({ path, kind, movePath }) => {
    return `  ${kind} ${path}${movePath === null ? "" : ` -> ${movePath}`}`;
  });
  return [`a patch in ${finding.cwd}:`, ...changes, ...describeOutcome(outcome, sandboxed, refusal)];
}

function describeOutcome(outcome: CallExplanation["outcome"], sandboxed: boolean, refusal: string | null): string[] {
  switch (outcome) {
    case "run":
      return [
        "is written without a question",
        sandboxed ? "below the writable folders only" : "anywhere: the sandbox mode is danger-full-access",
      ];
    case "ask":
      return ["asks first"];
    case "forbidden":
    case "forbidden-never":
    case "reject-escalation":
      return [`refused: ${refusal ?? ""}`];
  }
}
