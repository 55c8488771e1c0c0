import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/** When the person is asked before something runs. The later spellings are those of the config file. */
export const AskForApprovalSchema = Type.Named(
  "AskForApproval",
  Type.Enum(["unlessTrusted", "onFailure", "onRequest", "never"], {
    untrusted: "unlessTrusted",
    "on-failure": "onFailure",
    "on-request": "onRequest",
  }),
);
export type AskForApproval = Static<typeof AskForApprovalSchema>;

const LATER_SANDBOX_MODES = {
  "read-only": "readOnly",
  "workspace-write": "workspaceWrite",
  "danger-full-access": "dangerFullAccess",
} as const;

/** What commands may touch, in one word: how a thread is started. */
export const SandboxModeSchema = Type.Named(
  "SandboxMode",
  Type.Enum(["readOnly", "workspaceWrite", "dangerFullAccess"], LATER_SANDBOX_MODES),
);
export type SandboxMode = Static<typeof SandboxModeSchema>;

/** What commands may touch, in full. */
export const SandboxPolicySchema = Type.Named(
  "SandboxPolicy",
  Type.Tagged(
    [
      Type.Object({ type: Type.Tag("dangerFullAccess") }),
      Type.Object({ type: Type.Tag("readOnly") }),
      Type.Object({
        type: Type.Tag("workspaceWrite"),
        writableRoots: Type.Default(Type.Array(Type.String()), []),
        networkAccess: Type.Default(Type.Boolean(), false),
        excludeTmpdirEnvVar: Type.Default(Type.Boolean(), false),
        excludeSlashTmp: Type.Default(Type.Boolean(), false),
      }),
    ],
    { later: LATER_SANDBOX_MODES },
  ),
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
