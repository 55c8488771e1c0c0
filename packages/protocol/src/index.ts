/** The wire contract: methods, notifications, items, error codes, and the JSON-RPC peer that both sides use. */
export { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
export {
  callId,
  itemId,
  threadId,
  turnId,
  ItemIdSchema,
  ThreadIdSchema,
  TurnIdSchema,
  type CallId,
  type ItemId,
  type ThreadId,
  type TurnId,
} from "./ids.ts";
export { decode, prepareDecoder, type Decoded } from "./schema/decode.ts";
export { decodeRequest, type DecodedRequest } from "./decode-request.ts";
export {
  defineMethod,
  defineNotification,
  type Direction,
  type MethodDefinition,
  type NotificationDefinition,
} from "./define.ts";
export {
  decodeMessage,
  type ErrorMessage,
  type Message,
  type NotificationMessage,
  type RequestId,
  type RequestMessage,
  type ResponseMessage,
} from "./rpc/message.ts";
export { INTERNAL_ERROR, INVALID_REQUEST, internalError, invalidRequest, RpcError } from "./rpc/rpc-error.ts";
export type { Transport } from "./rpc/transport.ts";
export { linkedPair } from "./rpc/linked-pair.ts";
export { prepareNotification, type PreparedNotification } from "./rpc/prepared.ts";
export { createLineDecoder, type LineDecoder } from "./rpc/lines.ts";
export {
  createPeer,
  type IncomingNotification,
  type IncomingRequest,
  type OwnRequestOptions,
  type Peer,
  type PeerHandlers,
  type PeerOptions,
} from "./rpc/peer.ts";
export type {
  ExecCommand,
  ExecEvent,
  ExecFileChange,
  ExecItem,
  ExecMcpToolCall,
  ExecTodo,
  ExecUsage,
} from "./exec-events.ts";
export { type Implemented } from "./export/catalogue.ts";
export { exportJsonSchema } from "./export/json-schema.ts";
export { exportTypeScript } from "./export/typescript.ts";
export { type EmptyObject } from "./schema/type.ts";
export { decodeLine, encodeLine } from "./rpc/line-codec.ts";
export { createLineTransport, type LinePort, type LineTransport } from "./rpc/line-transport.ts";
export { decodeServerNotification, type DecodedNotification } from "./decode-notification.ts";

export { AuthModeSchema, AccountSchema, type AuthMode, type Account } from "./definitions/account.ts";
export {
  ExecPolicyAmendmentSchema,
  ApprovalDecisionSchema,
  CommandRiskLevelSchema,
  SandboxCommandAssessmentSchema,
  type ExecPolicyAmendment,
  type ApprovalDecision,
  type CommandRiskLevel,
  type SandboxCommandAssessment,
} from "./definitions/approval.ts";
export {
  CommandExecutionStatusSchema,
  CommandActionSchema,
  CommandExecutionItemSchema,
  type CommandExecutionStatus,
  type CommandAction,
  type CommandExecutionItem,
} from "./definitions/command-execution.ts";
export type { CommandExecTerminalSize } from "./definitions/command-exec.ts";
export {
  MergeStrategySchema,
  ConfigEditSchema,
  ConfigLayerNameSchema,
  ConfigLayerMetadataSchema,
  ConfigLayerSchema,
  OverriddenMetadataSchema,
  WriteStatusSchema,
  ConfigWriteResponseSchema,
  ConfigWriteErrorCodeSchema,
  ConfigWriteErrorDataSchema,
  type MergeStrategy,
  type ConfigEdit,
  type ConfigLayerName,
  type ConfigLayerMetadata,
  type ConfigLayer,
  type OverriddenMetadata,
  type WriteStatus,
  type ConfigWriteResponse,
  type ConfigWriteErrorCode,
  type ConfigWriteErrorData,
} from "./definitions/config.ts";
export {
  PatchApplyStatusSchema,
  PatchChangeKindSchema,
  FileUpdateChangeSchema,
  FileChangeItemSchema,
  type PatchApplyStatus,
  type PatchChangeKind,
  type FileUpdateChange,
  type FileChangeItem,
} from "./definitions/file-change.ts";
export {
  RoleSchema,
  AnnotationsSchema,
  TextContentSchema,
  ImageContentSchema,
  AudioContentSchema,
  ResourceSchema,
  ResourceLinkSchema,
  TextResourceContentsSchema,
  BlobResourceContentsSchema,
  EmbeddedResourceResourceSchema,
  EmbeddedResourceSchema,
  ContentBlockSchema,
  type Role,
  type Annotations,
  type TextContent,
  type ImageContent,
  type AudioContent,
  type Resource,
  type ResourceLink,
  type TextResourceContents,
  type BlobResourceContents,
  type EmbeddedResourceResource,
  type EmbeddedResource,
  type ContentBlock,
} from "./definitions/mcp-content.ts";
export {
  McpAuthStatusSchema,
  ToolAnnotationsSchema,
  ToolInputSchemaSchema,
  ToolOutputSchemaSchema,
  ToolSchema,
  ResourceTemplateSchema,
  McpServerSchema,
  type McpAuthStatus,
  type ToolAnnotations,
  type ToolInputSchema,
  type ToolOutputSchema,
  type Tool,
  type ResourceTemplate,
  type McpServer,
} from "./definitions/mcp-server.ts";
export {
  McpToolCallStatusSchema,
  McpToolCallResultSchema,
  McpToolCallErrorSchema,
  McpToolCallItemSchema,
  type McpToolCallStatus,
  type McpToolCallResult,
  type McpToolCallError,
  type McpToolCallItem,
} from "./definitions/mcp-tool-call.ts";
export {
  ReasoningEffortOptionSchema,
  ModelSchema,
  type ReasoningEffortOption,
  type Model,
} from "./definitions/model.ts";
export {
  RateLimitWindowSchema,
  CreditsSnapshotSchema,
  PlanTypeSchema,
  RateLimitSnapshotSchema,
  type RateLimitWindow,
  type CreditsSnapshot,
  type PlanType,
  type RateLimitSnapshot,
} from "./definitions/rate-limits.ts";
export {
  ContentItemSchema,
  ReasoningItemContentSchema,
  ReasoningItemReasoningSummarySchema,
  LocalShellActionSchema,
  LocalShellStatusSchema,
  FunctionCallOutputContentItemSchema,
  FunctionCallOutputPayloadSchema,
  WebSearchActionSchema,
  GhostCommitSchema,
  ResponseItemSchema,
  type ContentItem,
  type ReasoningItemContent,
  type ReasoningItemReasoningSummary,
  type LocalShellAction,
  type LocalShellStatus,
  type FunctionCallOutputContentItem,
  type FunctionCallOutputPayload,
  type WebSearchAction,
  type GhostCommit,
  type ResponseItem,
} from "./definitions/response-item.ts";
export {
  ReviewDeliverySchema,
  ReviewTargetSchema,
  type ReviewDelivery,
  type ReviewTarget,
} from "./definitions/review.ts";
export {
  AskForApprovalSchema,
  SandboxModeSchema,
  SandboxPolicySchema,
  ReasoningEffortSchema,
  ReasoningSummarySchema,
  type AskForApproval,
  type SandboxMode,
  type SandboxPolicy,
  type ReasoningEffort,
  type ReasoningSummary,
} from "./definitions/settings.ts";
export {
  SkillErrorInfoSchema,
  SkillMetadataSchema,
  SkillScopeSchema,
  SkillsListEntrySchema,
  type SkillErrorInfo,
  type SkillMetadata,
  type SkillScope,
  type SkillsListEntry,
} from "./definitions/skill.ts";
export {
  UserMessageItemSchema,
  AgentMessageItemSchema,
  ReasoningItemSchema,
  WebSearchItemSchema,
  ImageViewItemSchema,
  EnteredReviewModeItemSchema,
  ContextCompactionItemSchema,
  ExitedReviewModeItemSchema,
  ThreadItemSchema,
  type UserMessageItem,
  type AgentMessageItem,
  type ReasoningItem,
  type WebSearchItem,
  type ImageViewItem,
  type EnteredReviewModeItem,
  type ContextCompactionItem,
  type ExitedReviewModeItem,
  type ThreadItem,
} from "./definitions/thread-item.ts";
export {
  SessionSourceSchema,
  GitInfoSchema,
  ThreadSchema,
  type SessionSource,
  type GitInfo,
  type Thread,
} from "./definitions/thread.ts";
export {
  TokenUsageBreakdownSchema,
  ThreadTokenUsageSchema,
  type TokenUsageBreakdown,
  type ThreadTokenUsage,
} from "./definitions/token-usage.ts";
export {
  TurnStatusSchema,
  CodexErrorInfoSchema,
  TurnErrorSchema,
  TurnSchema,
  TurnPlanStepStatusSchema,
  TurnPlanStepSchema,
  type TurnStatus,
  type CodexErrorInfo,
  type TurnError,
  type Turn,
  type TurnPlanStepStatus,
  type TurnPlanStep,
} from "./definitions/turn.ts";
export {
  mentionOf,
  mentionSkills,
  UserInputSchema,
  type PlainInput,
  type SkillInput,
  type UserInput,
} from "./definitions/user-input.ts";
export {
  CancelLoginAccountParamsSchema,
  CancelLoginAccountResponseSchema,
  accountLoginCancel,
  type CancelLoginAccountParams,
  type CancelLoginAccountResponse,
} from "./methods/account-login-cancel.ts";
export {
  LoginAccountParamsSchema,
  LoginAccountResponseSchema,
  accountLoginStart,
  type LoginAccountParams,
  type LoginAccountResponse,
} from "./methods/account-login-start.ts";
export { LogoutAccountResponseSchema, accountLogout, type LogoutAccountResponse } from "./methods/account-logout.ts";
export {
  GetAccountRateLimitsResponseSchema,
  accountRateLimitsRead,
  type GetAccountRateLimitsResponse,
} from "./methods/account-rate-limits-read.ts";
export {
  GetAccountParamsSchema,
  GetAccountResponseSchema,
  accountRead,
  type GetAccountParams,
  type GetAccountResponse,
} from "./methods/account-read.ts";
export {
  CommandExecParamsSchema,
  CommandExecResponseSchema,
  commandExec,
  type CommandExecParams,
  type CommandExecResponse,
} from "./methods/command-exec.ts";
export {
  ConfigBatchWriteParamsSchema,
  configBatchWrite,
  type ConfigBatchWriteParams,
} from "./methods/config-batch-write.ts";
export {
  ConfigReadParamsSchema,
  ConfigReadResponseSchema,
  configRead,
  type ConfigReadParams,
  type ConfigReadResponse,
} from "./methods/config-read.ts";
export {
  ConfigValueWriteParamsSchema,
  configValueWrite,
  type ConfigValueWriteParams,
} from "./methods/config-value-write.ts";
export {
  FeedbackUploadParamsSchema,
  FeedbackUploadResponseSchema,
  feedbackUpload,
  type FeedbackUploadParams,
  type FeedbackUploadResponse,
} from "./methods/feedback-upload.ts";
export {
  FuzzyFileSearchResultSchema,
  FuzzyFileSearchParamsSchema,
  FuzzyFileSearchResponseSchema,
  fuzzyFileSearch,
  type FuzzyFileSearchResult,
  type FuzzyFileSearchParams,
  type FuzzyFileSearchResponse,
} from "./methods/fuzzy-file-search.ts";
export {
  GitShaSchema,
  GitDiffToRemoteParamsSchema,
  GitDiffToRemoteResponseSchema,
  gitDiffToRemote,
  type GitSha,
  type GitDiffToRemoteParams,
  type GitDiffToRemoteResponse,
} from "./methods/git-diff-to-remote.ts";
export {
  PROTOCOL_VERSION,
  ClientInfoSchema,
  InitializeCapabilitiesSchema,
  InitializeParamsSchema,
  InitializeResponseSchema,
  initialize,
  type ClientInfo,
  type InitializeCapabilities,
  type InitializeParams,
  type InitializeResponse,
} from "./methods/initialize.ts";
export {
  CommandExecutionRequestApprovalParamsSchema,
  CommandExecutionRequestApprovalResponseSchema,
  itemCommandExecutionRequestApproval,
  type CommandExecutionRequestApprovalParams,
  type CommandExecutionRequestApprovalResponse,
} from "./methods/item-command-execution-request-approval.ts";
export {
  FileChangeRequestApprovalParamsSchema,
  FileChangeRequestApprovalResponseSchema,
  itemFileChangeRequestApproval,
  type FileChangeRequestApprovalParams,
  type FileChangeRequestApprovalResponse,
} from "./methods/item-file-change-request-approval.ts";
export { itemToolCall } from "./methods/item-tool-call.ts";
export { itemToolRequestUserInput } from "./methods/item-tool-request-user-input.ts";
export {
  McpServerReloadResponseSchema,
  configMcpServerReload,
  type McpServerReloadResponse,
} from "./methods/config-mcp-server-reload.ts";
export {
  McpServerElicitationRequestParamsSchema,
  McpServerElicitationRequestResponseSchema,
  mcpServerElicitationRequest,
  type McpServerElicitationRequestParams,
  type McpServerElicitationRequestResponse,
} from "./methods/mcp-server-elicitation-request.ts";
export {
  McpResourceReadParamsSchema,
  McpResourceReadResponseSchema,
  mcpServerResourceRead,
  type McpResourceReadParams,
  type McpResourceReadResponse,
} from "./methods/mcp-server-resource-read.ts";
export {
  McpServerToolCallParamsSchema,
  McpServerToolCallResponseSchema,
  mcpServerToolCall,
  type McpServerToolCallParams,
  type McpServerToolCallResponse,
} from "./methods/mcp-server-tool-call.ts";
export {
  McpServerOauthLoginParamsSchema,
  McpServerOauthLoginResponseSchema,
  mcpServerOauthLogin,
  mcpServerOauthLoginFirst,
  type McpServerOauthLoginParams,
  type McpServerOauthLoginResponse,
} from "./methods/mcp-server-oauth-login.ts";
export {
  ListMcpServersParamsSchema,
  ListMcpServersResponseSchema,
  ListMcpServerStatusParamsSchema,
  mcpServersList,
  mcpServersListFirst,
  mcpServerStatusList,
  type ListMcpServerStatusParams,
  type ListMcpServersParams,
  type ListMcpServersResponse,
} from "./methods/mcp-servers-list.ts";
export {
  MessageHistoryAppendParamsSchema,
  MessageHistoryAppendResponseSchema,
  messageHistoryAppend,
  type MessageHistoryAppendParams,
  type MessageHistoryAppendResponse,
} from "./methods/message-history-append.ts";
export {
  MessageHistoryEntrySchema,
  MessageHistoryReadParamsSchema,
  MessageHistoryReadResponseSchema,
  messageHistoryRead,
  type MessageHistoryEntry,
  type MessageHistoryReadParams,
  type MessageHistoryReadResponse,
} from "./methods/message-history-read.ts";
export {
  ModelListParamsSchema,
  ModelListResponseSchema,
  modelList,
  type ModelListParams,
  type ModelListResponse,
} from "./methods/model-list.ts";
export {
  CustomPromptSchema,
  PromptsListParamsSchema,
  PromptsListResponseSchema,
  promptsList,
  type CustomPrompt,
  type PromptsListParams,
  type PromptsListResponse,
} from "./methods/prompts-list.ts";
export {
  ReviewStartParamsSchema,
  ReviewStartResponseSchema,
  reviewStart,
  type ReviewStartParams,
  type ReviewStartResponse,
} from "./methods/review-start.ts";
export {
  SkillsListParamsSchema,
  SkillsListResponseSchema,
  skillsList,
  type SkillsListParams,
  type SkillsListResponse,
} from "./methods/skills-list.ts";
export {
  ThreadArchiveParamsSchema,
  ThreadArchiveResponseSchema,
  threadArchive,
  type ThreadArchiveParams,
  type ThreadArchiveResponse,
} from "./methods/thread-archive.ts";
export {
  ThreadCompactStartParamsSchema,
  ThreadCompactStartResponseSchema,
  threadCompactStart,
  type ThreadCompactStartParams,
  type ThreadCompactStartResponse,
} from "./methods/thread-compact-start.ts";
export {
  ThreadCompactParamsSchema,
  ThreadCompactResponseSchema,
  threadCompact,
  type ThreadCompactParams,
  type ThreadCompactResponse,
} from "./methods/thread-compact.ts";
export {
  ThreadListParamsSchema,
  ThreadListResponseSchema,
  threadList,
  type ThreadListParams,
  type ThreadListResponse,
} from "./methods/thread-list.ts";
export {
  ThreadResumeParamsSchema,
  ThreadResumeResponseSchema,
  threadResume,
  type ThreadResumeParams,
  type ThreadResumeResponse,
} from "./methods/thread-resume.ts";
export {
  RewindConflictSchema,
  RewoundFileSchema,
  threadRewindFiles,
  ThreadRewindFilesParamsSchema,
  ThreadRewindFilesResponseSchema,
  type ThreadRewindFilesParams,
  type ThreadRewindFilesResponse,
} from "./methods/thread-rewind-files.ts";
export {
  ThreadShellCommandParamsSchema,
  ThreadShellCommandResponseSchema,
  threadShellCommand,
  type ThreadShellCommandParams,
  type ThreadShellCommandResponse,
} from "./methods/thread-shell-command.ts";
export {
  type EventPlace,
  ThreadStartParamsSchema,
  ThreadStartResponseSchema,
  threadStart,
  type ThreadStartParams,
  type ThreadStartResponse,
} from "./methods/thread-start.ts";
export {
  TurnContinueParamsSchema,
  TurnContinueResponseSchema,
  turnContinue,
  type TurnContinueParams,
  type TurnContinueResponse,
} from "./methods/turn-continue.ts";
export {
  TurnInterruptParamsSchema,
  TurnInterruptResponseSchema,
  turnInterrupt,
  type TurnInterruptParams,
  type TurnInterruptResponse,
} from "./methods/turn-interrupt.ts";
export {
  TurnStartParamsSchema,
  TurnStartResponseSchema,
  turnStart,
  type TurnStartParams,
  type TurnStartResponse,
} from "./methods/turn-start.ts";
export {
  TurnSteerParamsSchema,
  TurnSteerResponseSchema,
  turnSteer,
  type TurnSteerParams,
  type TurnSteerResponse,
} from "./methods/turn-steer.ts";
export {
  legacyMethods,
  LegacyEventSchema,
  legacyNotifications,
  legacyServerMethods,
  type LegacyEvent,
  type LegacyMethod,
  type LegacyNotification,
  type LegacyParamsOf,
  type LegacyResultOf,
} from "./legacy/registry.ts";
export type { ElicitationQuestion } from "./legacy/elicitations.ts";
export type { EventMsg } from "./legacy/events.ts";
export type {
  ApplyPatchApprovalParams,
  ExecCommandApprovalParams,
  FileChange as LegacyFileChange,
  ParsedCommand,
} from "./legacy/approvals.ts";
export type { ConversationSummary, NewConversationParams } from "./legacy/conversations.ts";
export type {
  CodexErrorInfo as LegacyCodexErrorInfo,
  RateLimitSnapshot as LegacyRateLimitSnapshot,
  TokenUsage as LegacyTokenUsage,
  TurnItem,
} from "./legacy/event-parts.ts";
export {
  fromLegacySandboxPolicy,
  SandboxPolicySchema as LegacySandboxPolicySchema,
  type AskForApproval as LegacyAskForApproval,
  type SandboxPolicy as LegacySandboxPolicy,
  type SessionSource as LegacySessionSource,
} from "./legacy/settings.ts";
export type { InputItem } from "./legacy/turns.ts";
export type { UserSavedConfig } from "./legacy/saved-config.ts";
export {
  AccountLoginCompletedNotificationSchema,
  accountLoginCompleted,
  type AccountLoginCompletedNotification,
} from "./notifications/account-login-completed.ts";
export {
  AccountRateLimitsUpdatedNotificationSchema,
  accountRateLimitsUpdated,
  type AccountRateLimitsUpdatedNotification,
} from "./notifications/account-rate-limits-updated.ts";
export {
  AccountUpdatedNotificationSchema,
  accountUpdated,
  type AccountUpdatedNotification,
} from "./notifications/account-updated.ts";
export { ErrorNotificationSchema, errorNotification, type ErrorNotification } from "./notifications/error.ts";
export { initialized } from "./notifications/initialized.ts";
export {
  AgentMessageDeltaNotificationSchema,
  itemAgentMessageDelta,
  type AgentMessageDeltaNotification,
} from "./notifications/item-agent-message-delta.ts";
export {
  CommandExecutionOutputDeltaNotificationSchema,
  itemCommandExecutionOutputDelta,
  type CommandExecutionOutputDeltaNotification,
} from "./notifications/item-command-execution-output-delta.ts";
export {
  TerminalInteractionNotificationSchema,
  itemCommandExecutionTerminalInteraction,
  type TerminalInteractionNotification,
} from "./notifications/item-command-execution-terminal-interaction.ts";
export {
  ItemCompletedNotificationSchema,
  itemCompleted,
  type ItemCompletedNotification,
} from "./notifications/item-completed.ts";
export {
  FileChangeOutputDeltaNotificationSchema,
  itemFileChangeOutputDelta,
  type FileChangeOutputDeltaNotification,
} from "./notifications/item-file-change-output-delta.ts";
export {
  McpToolCallProgressNotificationSchema,
  itemMcpToolCallProgress,
  type McpToolCallProgressNotification,
} from "./notifications/item-mcp-tool-call-progress.ts";
export {
  ReasoningSummaryPartAddedNotificationSchema,
  itemReasoningSummaryPartAdded,
  type ReasoningSummaryPartAddedNotification,
} from "./notifications/item-reasoning-summary-part-added.ts";
export {
  ReasoningSummaryTextDeltaNotificationSchema,
  itemReasoningSummaryTextDelta,
  type ReasoningSummaryTextDeltaNotification,
} from "./notifications/item-reasoning-summary-text-delta.ts";
export {
  ReasoningTextDeltaNotificationSchema,
  itemReasoningTextDelta,
  type ReasoningTextDeltaNotification,
} from "./notifications/item-reasoning-text-delta.ts";
export {
  ItemStartedNotificationSchema,
  itemStarted,
  type ItemStartedNotification,
} from "./notifications/item-started.ts";
export {
  McpServerOauthLoginCompletedNotificationSchema,
  mcpServerOauthLoginCompleted,
  type McpServerOauthLoginCompletedNotification,
} from "./notifications/mcp-server-oauth-login-completed.ts";
export {
  ContextCompactedNotificationSchema,
  threadCompacted,
  type ContextCompactedNotification,
} from "./notifications/thread-compacted.ts";
export {
  ThreadStartedNotificationSchema,
  threadStarted,
  type ThreadStartedNotification,
} from "./notifications/thread-started.ts";
export {
  ThreadTokenUsageUpdatedNotificationSchema,
  threadTokenUsageUpdated,
  type ThreadTokenUsageUpdatedNotification,
} from "./notifications/thread-token-usage-updated.ts";
export {
  TurnCompletedNotificationSchema,
  turnCompleted,
  type TurnCompletedNotification,
} from "./notifications/turn-completed.ts";
export {
  TurnDiffUpdatedNotificationSchema,
  turnDiffUpdated,
  type TurnDiffUpdatedNotification,
} from "./notifications/turn-diff-updated.ts";
export {
  TurnPlanUpdatedNotificationSchema,
  turnPlanUpdated,
  type TurnPlanUpdatedNotification,
} from "./notifications/turn-plan-updated.ts";
export {
  TurnStartedNotificationSchema,
  turnStarted,
  type TurnStartedNotification,
} from "./notifications/turn-started.ts";
export {
  McpServerStatusUpdatedNotificationSchema,
  mcpServerStartupStatusUpdated,
  type McpServerStatusUpdatedNotification,
} from "./notifications/mcp-server-startup-status-updated.ts";
export {
  ConfigWarningNotificationSchema,
  configWarning,
  type ConfigWarningNotification,
} from "./notifications/config-warning.ts";
export {
  DeprecationNoticeNotificationSchema,
  deprecationNotice,
  type DeprecationNoticeNotification,
} from "./notifications/deprecation-notice.ts";
export { WarningNotificationSchema, warning, type WarningNotification } from "./notifications/warning.ts";
export {
  WindowsWorldWritableWarningNotificationSchema,
  windowsWorldWritableWarning,
  type WindowsWorldWritableWarningNotification,
} from "./notifications/windows-world-writable-warning.ts";
export {
  clientMethods,
  serverMethods,
  serverNotifications,
  clientNotifications,
  type ClientMethods,
  type ServerMethods,
  type ServerNotifications,
  type ClientNotifications,
  type ClientMethod,
  type ServerMethod,
  type ServerNotificationMethod,
  type ClientNotificationMethod,
  type ParamsOf,
  type ResultOf,
  type NotificationParams,
  type ServerNotification,
} from "./registry.ts";
export type { ThreadActiveFlag, ThreadStatus } from "./definitions/thread-status.ts";
export type {
  SortDirection,
  TurnItemsView,
  ThreadItemsListAnchor,
  ThreadItemsListCursor,
  ThreadItemEntry,
  ThreadItemOutputDeferral,
} from "./definitions/paging.ts";
export type { ModelProviderSummary } from "./definitions/model-provider.ts";
export type { ExperimentalFeatureStage, ExperimentalFeature } from "./definitions/experimental-feature.ts";
export type { PermissionProfileSummary } from "./definitions/permission-profile.ts";
export {
  DynamicToolSpecSchema,
  type DynamicToolSpec,
  type DynamicToolCallOutputContentItem,
  type DynamicToolCallItem,
} from "./definitions/dynamic-tool.ts";
export type { ToolRequestUserInputQuestion } from "./definitions/user-question.ts";
export { TurnLimitHitSchema, TurnLimitsSchema, type TurnLimitHit, type TurnLimits } from "./definitions/limits.ts";
