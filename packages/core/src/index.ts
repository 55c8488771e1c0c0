/** The engine: threads, turns, tools, approvals, context and rollouts. */
export { createEngine } from "./local-engine.ts";
export type {
  ClientCommandOptions,
  Engine,
  EngineOptions,
  ForkSource,
  ResumeSource,
  ThreadChange,
  ThreadOptions,
  ToolSourceThread,
} from "./engine.ts";
export type { ClientFiles, FileFacts, FolderEntry } from "./files/client-files.ts";
export { capOutput, type OutputPiece } from "./commands/capped-output.ts";
export type { ClientCommand, ClientCommandResult } from "./commands/run-command.ts";
export type { RunningCommand } from "./commands/running-command.ts";
/** The words of an item's command, which is quoted for a shell; and what is recorded for the model. */
export { splitShellWords } from "@heddle/execpolicy";
export type { ResponseItem } from "@heddle/models";
export { createNodeFilePort, type NodeFilePortOptions } from "./files/node-file-port.ts";
export { EngineError, type EngineFailure } from "./engine-error.ts";
export { readPlanType } from "./account/plan-type.ts";
export type { ApprovalAnswer, ApprovalCase } from "./approvals/desk.ts";
export { decidePatch, type PatchQuestion, type PatchRuling } from "./approvals/patch.ts";
export { readPastCommands, type PastCommand } from "./approvals/past-commands.ts";
export { diffToRemote, type RemoteDiff } from "./git/diff-to-remote.ts";
export { foldersAbove } from "./git/git-info.ts";
export { readHomePolicy } from "./approvals/rules.ts";
export { reviewLabel } from "./review/review-target.ts";
export { reviewModel } from "./review/run-review.ts";
export type { ModelLists } from "./settings/model-access.ts";
export type { SettingsOverride, ThreadSettings } from "./settings/settings.ts";
export type { ApprovalQuestion, StoredEvent, ThreadEvent, TransientEvent, TurnOutcome } from "./thread/events.ts";
export type { FileRewindOrder, FileRewindOutcome } from "./thread/file-rewind.ts";
export type { ForkEnd } from "./thread/fork-lines.ts";
export { foldEvents, toWireTurn, type FoldedThread, type FoldedTurn } from "./thread/fold.ts";
export type { ThreadListener } from "./thread/log.ts";
export type { RestoredThread } from "./thread/restore.ts";
export type { Thread } from "./thread/thread.ts";
export type { ThreadIdentity } from "./thread/thread-start.ts";
export { textOutput, type ToolOutput } from "./tools/output.ts";
export {
  defineFunctionTool,
  functionSpec,
  TurnInterrupted,
  type OfferedTool,
  type Tool,
  type ToolCall,
  type ToolContext,
} from "./tools/tool.ts";
export type { McpDesk, McpLoginWanted, McpServerListing, McpServersMeant } from "./mcp/desk.ts";
export { whyNoMcpLogin, type McpLoginsOf } from "./mcp/logins.ts";
export type { OpenElicitation } from "./mcp/elicitations.ts";
export type { McpSettings, ThreadMcp } from "./mcp/thread-mcp.ts";
export { McpError, type ElicitationAnswer, type McpFailure, type McpServerStatus } from "@heddle/mcp";
export type { ToolOffer, ToolSource } from "./tools/tool-source.ts";
export { createRolloutStore, type RolloutStore, type StoredThread } from "./rollout/store.ts";
export { SHELL_COMMAND_TIMEOUT_MS, type ShellCommand } from "./turn/run-shell-command.ts";
export type { FoundSkills, Skill } from "./skills/discover-skills.ts";
export { isSkillEnabled } from "./skills/is-enabled.ts";
export type { EntryPlace, MessageEntry, MessageHistory, MessageLog } from "./message-history/message-history.ts";
export type { CustomPrompt } from "./prompts/custom-prompts.ts";
