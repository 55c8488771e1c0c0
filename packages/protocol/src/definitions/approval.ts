import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/** The first words of commands that are to be allowed from now on. */
export const argvPrefix = Type.Array(Type.String());

export const ExecPolicyAmendmentSchema = Type.Named("ExecPolicyAmendment", argvPrefix);
export type ExecPolicyAmendment = Static<typeof ExecPolicyAmendmentSchema>;

/**
 * What a person says to an approval request. `decline`: it does not run, the model is told, the turn goes on;
 * `cancel`: the turn ends as well. An amendment is a prefix of an argv to be allowed from now on.
 */
export const ApprovalDecisionSchema = Type.Named(
  "ApprovalDecision",
  Type.Union([
    Type.Enum(["accept", "acceptForSession", "decline", "cancel"]),
    Type.Object({
      acceptWithExecpolicyAmendment: Type.Object({ execpolicy_amendment: argvPrefix }),
    }),
  ]),
);
export type ApprovalDecision = Static<typeof ApprovalDecisionSchema>;

export const CommandRiskLevelSchema = Type.Named("CommandRiskLevel", Type.Enum(["low", "medium", "high"]));
export type CommandRiskLevel = Static<typeof CommandRiskLevelSchema>;

export const SandboxCommandAssessmentSchema = Type.Named(
  "SandboxCommandAssessment",
  Type.Object({ description: Type.String(), riskLevel: CommandRiskLevelSchema }),
);
export type SandboxCommandAssessment = Static<typeof SandboxCommandAssessmentSchema>;
