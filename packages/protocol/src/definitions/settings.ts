import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/**
 * When the person is asked before something runs. Each word that has a later spelling, that of the configuration file,
 * may come in either; which one a client is answered in depends on the client.
 */
export const AskForApprovalSchema = Type.Named(
  "AskForApproval",
  Type.EnumOrLater(["unlessTrusted", "onFailure", "onRequest", "never"], ["untrusted", "on-failure", "on-request"]),
);
export type AskForApproval = Static<typeof AskForApprovalSchema>;

/** What commands may touch, in one word: how a thread is started. In either spelling, as above. */
export const SandboxModeSchema = Type.Named(
  "SandboxMode",
  Type.EnumOrLater(
    ["readOnly", "workspaceWrite", "dangerFullAccess"],
    ["read-only", "workspace-write", "danger-full-access"],
  ),
);
export type SandboxMode = Static<typeof SandboxModeSchema>;

/** What commands may touch, in full. The types in either spelling, as above. */
export const SandboxPolicySchema = Type.Named(
  "SandboxPolicy",
  Type.Tagged([
    Type.Object({ type: Type.TagOrLater("dangerFullAccess", "danger-full-access") }),
    Type.Object({ type: Type.TagOrLater("readOnly", "read-only") }),
    Type.Object({
      type: Type.TagOrLater("workspaceWrite", "workspace-write"),
      writableRoots: Type.Default(Type.Array(Type.String()), []),
      networkAccess: Type.Default(Type.Boolean(), false),
      excludeTmpdirEnvVar: Type.Default(Type.Boolean(), false),
      excludeSlashTmp: Type.Default(Type.Boolean(), false),
    }),
  ]),
);
export type SandboxPolicy = Static<typeof SandboxPolicySchema>;

export const ReasoningEffortSchema = Type.Named(
  "ReasoningEffort",
  Type.Enum(["none", "minimal", "low", "medium", "high", "xhigh"]),
);
export type ReasoningEffort = Static<typeof ReasoningEffortSchema>;

export const ReasoningSummarySchema = Type.Named(
  "ReasoningSummary",
  Type.Enum(["auto", "concise", "detailed", "none"]),
);
export type ReasoningSummary = Static<typeof ReasoningSummarySchema>;
