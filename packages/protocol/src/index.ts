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
export { createLineDecoder, type LineDecoder } from "./rpc/lines.ts";
export {
  createPeer,
  type IncomingNotification,
  type IncomingRequest,
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
  UserMessageItemSchema,
  AgentMessageItemSchema,
  ReasoningItemSchema,
  WebSearchItemSchema,
  ImageViewItemSchema,
  EnteredReviewModeItemSchema,
  ExitedReviewModeItemSchema,
  ThreadItemSchema,
  type UserMessageItem,
  type AgentMessageItem,
  type ReasoningItem,
  type WebSearchItem,
  type ImageViewItem,
  type EnteredReviewModeItem,
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
export { UserInputSchema, type UserInput } from "./definitions/user-input.ts";
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
export {
  ThreadArchiveParamsSchema,
  ThreadArchiveResponseSchema,
  threadArchive,
  type ThreadArchiveParams,
  type ThreadArchiveResponse,
} from "./methods/thread-archive.ts";
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
  ThreadStartParamsSchema,
  ThreadStartResponseSchema,
  threadStart,
  type ThreadStartParams,
  type ThreadStartResponse,
} from "./methods/thread-start.ts";
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
  AccountRateLimitsUpdatedNotificationSchema,
  accountRateLimitsUpdated,
  type AccountRateLimitsUpdatedNotification,
} from "./notifications/account-rate-limits-updated.ts";
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
export { WarningNotificationSchema, warning, type WarningNotification } from "./notifications/warning.ts";
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
