import type { Static } from "@sinclair/typebox";
import { ResponseItemSchema } from "../definitions/response-item.ts";
import { ReasoningEffortSchema } from "../definitions/settings.ts";
import { ConversationIdSchema } from "./conversation-id.ts";
import { EventMsgSchema } from "./events.ts";
import { AskForApprovalSchema, SandboxModeSchema, SessionSourceSchema } from "./settings.ts";
import { Type } from "../schema/type.ts";

/** `config` maps dotted configuration keys to values, as everywhere. */
export const NewConversationParamsSchema = Type.Named(
  "NewConversationParams",
  Type.Object({
    approvalPolicy: Type.Maybe(AskForApprovalSchema),
    baseInstructions: Type.Maybe(Type.String()),
    compactPrompt: Type.Maybe(Type.String()),
    config: Type.Maybe(Type.Record(Type.Json())),
    cwd: Type.Maybe(Type.String()),
    developerInstructions: Type.Maybe(Type.String()),
    includeApplyPatchTool: Type.Maybe(Type.Boolean()),
    model: Type.Maybe(Type.String()),
    modelProvider: Type.Maybe(Type.String()),
    profile: Type.Maybe(Type.String()),
    sandbox: Type.Maybe(SandboxModeSchema),
  }),
);
export type NewConversationParams = Static<typeof NewConversationParamsSchema>;

export const NewConversationResponseSchema = Type.Named(
  "NewConversationResponse",
  Type.Object({
    conversationId: ConversationIdSchema,
    model: Type.String(),
    reasoningEffort: Type.Nullable(ReasoningEffortSchema),
    rolloutPath: Type.String(),
  }),
);

/** The first of `path`, `conversationId` and a `history` that is not empty counts. */
export const ResumeConversationParamsSchema = Type.Named(
  "ResumeConversationParams",
  Type.Object({
    conversationId: Type.Maybe(ConversationIdSchema),
    history: Type.Maybe(Type.Array(ResponseItemSchema)),
    overrides: Type.Maybe(NewConversationParamsSchema),
    path: Type.Maybe(Type.String()),
  }),
);

export const ResumeConversationResponseSchema = Type.Named(
  "ResumeConversationResponse",
  Type.Object({
    conversationId: ConversationIdSchema,
    initialMessages: Type.Nullable(Type.Array(EventMsgSchema)),
    model: Type.String(),
    rolloutPath: Type.String(),
  }),
);

/** Comes before the answer to `resumeConversation`. */
export const SessionConfiguredNotificationSchema = Type.Named(
  "SessionConfiguredNotification",
  Type.Object({
    historyEntryCount: Type.Uint(),
    historyLogId: Type.Uint64(),
    initialMessages: Type.Nullable(Type.Array(EventMsgSchema)),
    model: Type.String(),
    reasoningEffort: Type.Nullable(ReasoningEffortSchema),
    rolloutPath: Type.String(),
    sessionId: ConversationIdSchema,
  }),
);

const ConversationGitInfoSchema = Type.Named(
  "ConversationGitInfo",
  Type.Object({
    branch: Type.Nullable(Type.String()),
    origin_url: Type.Nullable(Type.String()),
    sha: Type.Nullable(Type.String()),
  }),
);

/** A stored thread; `timestamp` is when it began, in ISO 8601. */
export const ConversationSummarySchema = Type.Named(
  "ConversationSummary",
  Type.Object({
    cliVersion: Type.String(),
    conversationId: ConversationIdSchema,
    cwd: Type.String(),
    gitInfo: Type.Nullable(ConversationGitInfoSchema),
    modelProvider: Type.String(),
    path: Type.String(),
    preview: Type.String(),
    source: SessionSourceSchema,
    timestamp: Type.Nullable(Type.String()),
  }),
);
export type ConversationSummary = Static<typeof ConversationSummarySchema>;

export const ListConversationsParamsSchema = Type.Named(
  "ListConversationsParams",
  Type.Object({
    cursor: Type.Maybe(Type.String()),
    modelProviders: Type.Maybe(Type.Array(Type.String())),
    pageSize: Type.Maybe(Type.Uint()),
  }),
);

export const ListConversationsResponseSchema = Type.Named(
  "ListConversationsResponse",
  Type.Object({ items: Type.Array(ConversationSummarySchema), nextCursor: Type.Nullable(Type.String()) }),
);

/** A rollout by its path, relative to the home, or a thread by its id. */
export const GetConversationSummaryParamsSchema = Type.Named(
  "GetConversationSummaryParams",
  Type.Union([Type.Object({ rolloutPath: Type.String() }), Type.Object({ conversationId: ConversationIdSchema })]),
);

export const GetConversationSummaryResponseSchema = Type.Named(
  "GetConversationSummaryResponse",
  Type.Object({ summary: ConversationSummarySchema }),
);

export const ArchiveConversationParamsSchema = Type.Named(
  "ArchiveConversationParams",
  Type.Object({ conversationId: ConversationIdSchema, rolloutPath: Type.String() }),
);

export const ArchiveConversationResponseSchema = Type.Named("ArchiveConversationResponse", Type.Empty());
