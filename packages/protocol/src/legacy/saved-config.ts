import type { Static } from "@sinclair/typebox";
import { ReasoningEffortSchema, ReasoningSummarySchema } from "../definitions/settings.ts";
import { AskForApprovalSchema, SandboxModeSchema, VerbositySchema } from "./settings.ts";
import { Type } from "../schema/type.ts";

const ForcedLoginMethodSchema = Type.Named("ForcedLoginMethod", Type.Enum(["chatgpt", "api"]));

const ProfileSchema = Type.Named(
  "Profile",
  Type.Object({
    approvalPolicy: Type.Nullable(AskForApprovalSchema),
    chatgptBaseUrl: Type.Nullable(Type.String()),
    model: Type.Nullable(Type.String()),
    modelProvider: Type.Nullable(Type.String()),
    modelReasoningEffort: Type.Nullable(ReasoningEffortSchema),
    modelReasoningSummary: Type.Nullable(ReasoningSummarySchema),
    modelVerbosity: Type.Nullable(VerbositySchema),
  }),
);

const ToolsSchema = Type.Named(
  "Tools",
  Type.Object({ viewImage: Type.Nullable(Type.Boolean()), webSearch: Type.Nullable(Type.Boolean()) }),
);

const SandboxSettingsSchema = Type.Named(
  "SandboxSettings",
  Type.Object({
    excludeSlashTmp: Type.Nullable(Type.Boolean()),
    excludeTmpdirEnvVar: Type.Nullable(Type.Boolean()),
    networkAccess: Type.Nullable(Type.Boolean()),
    writableRoots: Type.Default(Type.Array(Type.String()), []),
  }),
);

/** What the user and an administrator have configured; nothing that only the command line says. */
export const UserSavedConfigSchema = Type.Named(
  "UserSavedConfig",
  Type.Object({
    approvalPolicy: Type.Nullable(AskForApprovalSchema),
    forcedChatgptWorkspaceId: Type.Nullable(Type.String()),
    forcedLoginMethod: Type.Nullable(ForcedLoginMethodSchema),
    model: Type.Nullable(Type.String()),
    modelReasoningEffort: Type.Nullable(ReasoningEffortSchema),
    modelReasoningSummary: Type.Nullable(ReasoningSummarySchema),
    modelVerbosity: Type.Nullable(VerbositySchema),
    profile: Type.Nullable(Type.String()),
    profiles: Type.Record(ProfileSchema),
    sandboxMode: Type.Nullable(SandboxModeSchema),
    sandboxSettings: Type.Nullable(SandboxSettingsSchema),
    tools: Type.Nullable(ToolsSchema),
  }),
);
export type UserSavedConfig = Static<typeof UserSavedConfigSchema>;

export const GetUserSavedConfigResponseSchema = Type.Named(
  "GetUserSavedConfigResponse",
  Type.Object({ config: UserSavedConfigSchema }),
);

export const SetDefaultModelParamsSchema = Type.Named(
  "SetDefaultModelParams",
  Type.Object({ model: Type.Maybe(Type.String()), reasoningEffort: Type.Maybe(ReasoningEffortSchema) }),
);

export const SetDefaultModelResponseSchema = Type.Named("SetDefaultModelResponse", Type.Empty());
