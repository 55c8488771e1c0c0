import type { Static } from "@sinclair/typebox";
import { ConversationIdSchema } from "./conversation-id.ts";
import { Type } from "../schema/type.ts";

/** What one simple command of a script does, as far as it can be told from its words. */
export const ParsedCommandSchema = Type.Named(
  "ParsedCommand",
  Type.Tagged([
    Type.Object({ type: Type.Tag("read"), cmd: Type.String(), name: Type.String(), path: Type.String() }),
    Type.Object({ type: Type.Tag("list_files"), cmd: Type.String(), path: Type.Nullable(Type.String()) }),
    Type.Object({
      type: Type.Tag("search"),
      cmd: Type.String(),
      path: Type.Nullable(Type.String()),
      query: Type.Nullable(Type.String()),
    }),
    Type.Object({ type: Type.Tag("unknown"), cmd: Type.String() }),
  ]),
);
export type ParsedCommand = Static<typeof ParsedCommandSchema>;

/** What a patch does to one file. */
export const FileChangeSchema = Type.Named(
  "FileChange",
  Type.Tagged([
    Type.Object({ type: Type.Tag("add"), content: Type.String() }),
    Type.Object({ type: Type.Tag("delete"), content: Type.String() }),
    Type.Object({ type: Type.Tag("update"), move_path: Type.Nullable(Type.String()), unified_diff: Type.String() }),
  ]),
);
export type FileChange = Static<typeof FileChangeSchema>;

const SandboxRiskLevelSchema = Type.Named("SandboxRiskLevel", Type.Enum(["low", "medium", "high"]));

export const SandboxCommandAssessmentSchema = Type.Named(
  "SandboxCommandAssessment",
  Type.Object({ description: Type.String(), risk_level: SandboxRiskLevelSchema }),
);

/** What a person says to a command or a patch. */
const ReviewDecisionSchema = Type.Named(
  "ReviewDecision",
  Type.Union([
    Type.Enum(["approved", "approved_for_session", "denied", "abort"]),
    Type.Object({
      approved_execpolicy_amendment: Type.Object({ proposed_execpolicy_amendment: Type.Array(Type.String()) }),
    }),
  ]),
);

export const ExecCommandApprovalParamsSchema = Type.Named(
  "ExecCommandApprovalParams",
  Type.Object({
    callId: Type.String(),
    command: Type.Array(Type.String()),
    conversationId: ConversationIdSchema,
    cwd: Type.String(),
    parsedCmd: Type.Array(ParsedCommandSchema),
    reason: Type.Nullable(Type.String()),
    risk: Type.Nullable(SandboxCommandAssessmentSchema),
  }),
);
export type ExecCommandApprovalParams = Static<typeof ExecCommandApprovalParamsSchema>;

export const ExecCommandApprovalResponseSchema = Type.Named(
  "ExecCommandApprovalResponse",
  Type.Object({ decision: ReviewDecisionSchema }),
);

export const ApplyPatchApprovalParamsSchema = Type.Named(
  "ApplyPatchApprovalParams",
  Type.Object({
    callId: Type.String(),
    conversationId: ConversationIdSchema,
    fileChanges: Type.Record(FileChangeSchema),
    grantRoot: Type.Nullable(Type.String()),
    reason: Type.Nullable(Type.String()),
  }),
);
export type ApplyPatchApprovalParams = Static<typeof ApplyPatchApprovalParamsSchema>;

export const ApplyPatchApprovalResponseSchema = Type.Named(
  "ApplyPatchApprovalResponse",
  Type.Object({ decision: ReviewDecisionSchema }),
);
