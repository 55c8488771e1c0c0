import type { Static, TSchema } from "@sinclair/typebox";
import { accountLoginCancel } from "./methods/account-login-cancel.ts";
import { accountLoginStart } from "./methods/account-login-start.ts";
import { accountLogout } from "./methods/account-logout.ts";
import { accountRateLimitsRead } from "./methods/account-rate-limits-read.ts";
import { accountRead } from "./methods/account-read.ts";
import { commandExec } from "./methods/command-exec.ts";
import { commandExecResize } from "./methods/command-exec-resize.ts";
import { commandExecTerminate } from "./methods/command-exec-terminate.ts";
import { commandExecWrite } from "./methods/command-exec-write.ts";
import { configBatchWrite } from "./methods/config-batch-write.ts";
import { configRead } from "./methods/config-read.ts";
import { configValueWrite } from "./methods/config-value-write.ts";
import { configMcpServerReload } from "./methods/config-mcp-server-reload.ts";
import { feedbackUpload } from "./methods/feedback-upload.ts";
import { fuzzyFileSearch } from "./methods/fuzzy-file-search.ts";
import { gitDiffToRemote } from "./methods/git-diff-to-remote.ts";
import { initialize } from "./methods/initialize.ts";
import { itemCommandExecutionRequestApproval } from "./methods/item-command-execution-request-approval.ts";
import { itemFileChangeRequestApproval } from "./methods/item-file-change-request-approval.ts";
import { mcpServerElicitationRequest } from "./methods/mcp-server-elicitation-request.ts";
import { mcpServerOauthLogin, mcpServerOauthLoginFirst } from "./methods/mcp-server-oauth-login.ts";
import { mcpServerResourceRead } from "./methods/mcp-server-resource-read.ts";
import { mcpServerToolCall } from "./methods/mcp-server-tool-call.ts";
import { mcpServersList, mcpServersListFirst, mcpServerStatusList } from "./methods/mcp-servers-list.ts";
import { messageHistoryAppend } from "./methods/message-history-append.ts";
import { messageHistoryRead } from "./methods/message-history-read.ts";
import { modelList } from "./methods/model-list.ts";
import { promptsList } from "./methods/prompts-list.ts";
import { reviewStart } from "./methods/review-start.ts";
import { skillsList } from "./methods/skills-list.ts";
import { threadArchive } from "./methods/thread-archive.ts";
import { threadCompactStart } from "./methods/thread-compact-start.ts";
import { threadCompact } from "./methods/thread-compact.ts";
import { threadList } from "./methods/thread-list.ts";
import { threadResume } from "./methods/thread-resume.ts";
import { threadRevert } from "./methods/thread-revert.ts";
import { threadRewindFiles } from "./methods/thread-rewind-files.ts";
import { threadShellCommand } from "./methods/thread-shell-command.ts";
import { threadStart } from "./methods/thread-start.ts";
import { turnContinue } from "./methods/turn-continue.ts";
import { turnInterrupt } from "./methods/turn-interrupt.ts";
import { turnStart } from "./methods/turn-start.ts";
import { turnSteer } from "./methods/turn-steer.ts";
import { threadRead } from "./methods/thread-read.ts";
import { threadLoadedList } from "./methods/thread-loaded-list.ts";
import { threadUnsubscribe } from "./methods/thread-unsubscribe.ts";
import { threadNameSet } from "./methods/thread-name-set.ts";
import { threadUnarchive } from "./methods/thread-unarchive.ts";
import { threadFork } from "./methods/thread-fork.ts";
import { threadTurnsList } from "./methods/thread-turns-list.ts";
import { threadItemsList } from "./methods/thread-items-list.ts";
import { modelProviderList } from "./methods/model-provider-list.ts";
import { experimentalFeatureList } from "./methods/experimental-feature-list.ts";
import { permissionProfileList } from "./methods/permission-profile-list.ts";
import { fsReadFile } from "./methods/fs-read-file.ts";
import { fsWriteFile } from "./methods/fs-write-file.ts";
import { fsCreateDirectory } from "./methods/fs-create-directory.ts";
import { fsGetMetadata } from "./methods/fs-get-metadata.ts";
import { fsReadDirectory } from "./methods/fs-read-directory.ts";
import { fsRemove } from "./methods/fs-remove.ts";
import { fsCopy } from "./methods/fs-copy.ts";
import { fsWatch } from "./methods/fs-watch.ts";
import { fsUnwatch } from "./methods/fs-unwatch.ts";
import { itemToolCall } from "./methods/item-tool-call.ts";
import { itemToolRequestUserInput } from "./methods/item-tool-request-user-input.ts";
import { accountLoginCompleted } from "./notifications/account-login-completed.ts";
import { accountRateLimitsUpdated } from "./notifications/account-rate-limits-updated.ts";
import { accountUpdated } from "./notifications/account-updated.ts";
import { errorNotification } from "./notifications/error.ts";
import { initialized } from "./notifications/initialized.ts";
import { itemAgentMessageDelta } from "./notifications/item-agent-message-delta.ts";
import { itemCommandExecutionOutputDelta } from "./notifications/item-command-execution-output-delta.ts";
import { itemCommandExecutionTerminalInteraction } from "./notifications/item-command-execution-terminal-interaction.ts";
import { itemCompleted } from "./notifications/item-completed.ts";
import { itemFileChangeOutputDelta } from "./notifications/item-file-change-output-delta.ts";
import { itemMcpToolCallProgress } from "./notifications/item-mcp-tool-call-progress.ts";
import { itemReasoningSummaryPartAdded } from "./notifications/item-reasoning-summary-part-added.ts";
import { itemReasoningSummaryTextDelta } from "./notifications/item-reasoning-summary-text-delta.ts";
import { itemReasoningTextDelta } from "./notifications/item-reasoning-text-delta.ts";
import { itemStarted } from "./notifications/item-started.ts";
import { mcpServerOauthLoginCompleted } from "./notifications/mcp-server-oauth-login-completed.ts";
import { mcpServerStartupStatusUpdated } from "./notifications/mcp-server-startup-status-updated.ts";
import { threadCompacted } from "./notifications/thread-compacted.ts";
import { threadStarted } from "./notifications/thread-started.ts";
import { threadTokenUsageUpdated } from "./notifications/thread-token-usage-updated.ts";
import { turnCompleted } from "./notifications/turn-completed.ts";
import { turnDiffUpdated } from "./notifications/turn-diff-updated.ts";
import { turnPlanUpdated } from "./notifications/turn-plan-updated.ts";
import { turnStarted } from "./notifications/turn-started.ts";
import { warning } from "./notifications/warning.ts";
import { windowsWorldWritableWarning } from "./notifications/windows-world-writable-warning.ts";
import { threadStatusChanged } from "./notifications/thread-status-changed.ts";
import { threadClosed } from "./notifications/thread-closed.ts";
import { threadReverted } from "./notifications/thread-reverted.ts";
import { threadArchived } from "./notifications/thread-archived.ts";
import { threadUnarchived } from "./notifications/thread-unarchived.ts";
import { threadNameUpdated } from "./notifications/thread-name-updated.ts";
import { serverRequestResolved } from "./notifications/server-request-resolved.ts";
import { configWarning } from "./notifications/config-warning.ts";
import { deprecationNotice } from "./notifications/deprecation-notice.ts";
import { commandExecOutputDelta } from "./notifications/command-exec-output-delta.ts";
import { fsChanged } from "./notifications/fs-changed.ts";
import { connectionClosing } from "./notifications/connection-closing.ts";

/** What a client may ask a server, in the order in which errors list it. */
export const clientMethods = {
  initialize,
  "thread/start": threadStart,
  "thread/resume": threadResume,
  "thread/archive": threadArchive,
  "thread/list": threadList,
  "thread/compact": threadCompact,
  "turn/start": turnStart,
  "turn/interrupt": turnInterrupt,
  "review/start": reviewStart,
  "model/list": modelList,
  "mcpServer/oauth/login": mcpServerOauthLogin,
  "mcpServers/list": mcpServersList,
  "mcp/servers/list": mcpServersListFirst,
  "mcpServerStatus/list": mcpServerStatusList,
  "mcpServer/oauthLogin": mcpServerOauthLoginFirst,
  "mcpServer/resource/read": mcpServerResourceRead,
  "mcpServer/tool/call": mcpServerToolCall,
  "config/mcpServer/reload": configMcpServerReload,
  "account/login/start": accountLoginStart,
  "account/login/cancel": accountLoginCancel,
  "account/logout": accountLogout,
  "account/rateLimits/read": accountRateLimitsRead,
  "feedback/upload": feedbackUpload,
  "command/exec": commandExec,
  "command/exec/write": commandExecWrite,
  "command/exec/resize": commandExecResize,
  "command/exec/terminate": commandExecTerminate,
  "config/read": configRead,
  "config/value/write": configValueWrite,
  "config/batchWrite": configBatchWrite,
  "account/read": accountRead,
  gitDiffToRemote,
  fuzzyFileSearch,
  "thread/compact/start": threadCompactStart,
  "thread/read": threadRead,
  "thread/loaded/list": threadLoadedList,
  "thread/unsubscribe": threadUnsubscribe,
  "thread/name/set": threadNameSet,
  "thread/unarchive": threadUnarchive,
  "thread/fork": threadFork,
  "thread/turns/list": threadTurnsList,
  "thread/items/list": threadItemsList,
  "experimentalFeature/list": experimentalFeatureList,
  "modelProvider/list": modelProviderList,
  "permissionProfile/list": permissionProfileList,
  "fs/readFile": fsReadFile,
  "fs/writeFile": fsWriteFile,
  "fs/createDirectory": fsCreateDirectory,
  "fs/getMetadata": fsGetMetadata,
  "fs/readDirectory": fsReadDirectory,
  "fs/remove": fsRemove,
  "fs/copy": fsCopy,
  "fs/watch": fsWatch,
  "fs/unwatch": fsUnwatch,
  "turn/steer": turnSteer,
  "skills/list": skillsList,
  "prompts/list": promptsList,
  "messageHistory/append": messageHistoryAppend,
  "messageHistory/read": messageHistoryRead,
  "thread/shellCommand": threadShellCommand,
  "thread/revert": threadRevert,
  "thread/rewindFiles": threadRewindFiles,
  "turn/continue": turnContinue,
} as const;

/** What a server may ask a client. */
export const serverMethods = {
  "item/commandExecution/requestApproval": itemCommandExecutionRequestApproval,
  "item/fileChange/requestApproval": itemFileChangeRequestApproval,
  "mcpServer/elicitation/request": mcpServerElicitationRequest,
  "item/tool/call": itemToolCall,
  "item/tool/requestUserInput": itemToolRequestUserInput,
} as const;

/** What a server tells a client. */
export const serverNotifications = {
  error: errorNotification,
  "thread/started": threadStarted,
  "thread/tokenUsage/updated": threadTokenUsageUpdated,
  "turn/started": turnStarted,
  "turn/completed": turnCompleted,
  "turn/diff/updated": turnDiffUpdated,
  "turn/plan/updated": turnPlanUpdated,
  "item/started": itemStarted,
  "item/completed": itemCompleted,
  "item/agentMessage/delta": itemAgentMessageDelta,
  "item/commandExecution/outputDelta": itemCommandExecutionOutputDelta,
  "item/commandExecution/terminalInteraction": itemCommandExecutionTerminalInteraction,
  "item/fileChange/outputDelta": itemFileChangeOutputDelta,
  "item/mcpToolCall/progress": itemMcpToolCallProgress,
  "mcpServer/oauthLogin/completed": mcpServerOauthLoginCompleted,
  "mcpServer/startupStatus/updated": mcpServerStartupStatusUpdated,
  "account/updated": accountUpdated,
  "account/rateLimits/updated": accountRateLimitsUpdated,
  "item/reasoning/summaryTextDelta": itemReasoningSummaryTextDelta,
  "item/reasoning/summaryPartAdded": itemReasoningSummaryPartAdded,
  "item/reasoning/textDelta": itemReasoningTextDelta,
  "thread/compacted": threadCompacted,
  "windows/worldWritableWarning": windowsWorldWritableWarning,
  "account/login/completed": accountLoginCompleted,
  warning,
  "thread/status/changed": threadStatusChanged,
  "thread/closed": threadClosed,
  "thread/archived": threadArchived,
  "thread/reverted": threadReverted,
  "thread/unarchived": threadUnarchived,
  "thread/name/updated": threadNameUpdated,
  "serverRequest/resolved": serverRequestResolved,
  configWarning,
  deprecationNotice,
  "fs/changed": fsChanged,
  "command/exec/outputDelta": commandExecOutputDelta,
  "connection/closing": connectionClosing,
} as const;

/** What a client tells a server. */
export const clientNotifications = {
  initialized,
} as const;

export type ClientMethods = typeof clientMethods;
export type ServerMethods = typeof serverMethods;
export type ServerNotifications = typeof serverNotifications;
export type ClientNotifications = typeof clientNotifications;

export type ClientMethod = keyof ClientMethods;
export type ServerMethod = keyof ServerMethods;
export type ServerNotificationMethod = keyof ServerNotifications;
export type ClientNotificationMethod = keyof ClientNotifications;

type Methods = ClientMethods & ServerMethods;
type Notifications = ServerNotifications & ClientNotifications;
type Decoded<Schema> = Schema extends TSchema ? Static<Schema> : undefined;

/** The params of a method; `undefined` for one that takes none. */
export type ParamsOf<Method extends keyof Methods> = Decoded<Methods[Method]["params"]>;
export type ResultOf<Method extends keyof Methods> = Decoded<Methods[Method]["result"]>;
/** The params of a notification; `undefined` for one that has none. */
export type NotificationParams<Method extends keyof Notifications> = Decoded<Notifications[Method]["params"]>;

/** Any notification of a server, to be told apart by its method. */
export type ServerNotification = {
  [Method in ServerNotificationMethod]: { readonly method: Method; readonly params: NotificationParams<Method> };
}[ServerNotificationMethod];
