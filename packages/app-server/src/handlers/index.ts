import type { ClientMethod } from "@heddle/protocol";
import { cancelLogin, logout, readAccount, startLogin } from "./account.ts";
import { readRateLimits } from "./account-rate-limits.ts";
import { compactThread } from "./compaction.ts";
import { execCommand, resizeCommand, terminateCommand, writeToCommand } from "./command-exec.ts";
import { readConfiguration, writeConfigBatch, writeConfigValue } from "./config.ts";
import { uploadFeedback } from "./feedback.ts";
import { listFeatures } from "./features.ts";
import { searchFiles } from "./fuzzy-file-search.ts";
import { diffToRemote } from "./git-diff-to-remote.ts";
import {
  copyPath,
  createDirectory,
  getMetadata,
  readDirectory,
  readFile,
  removePath,
  unwatchPath,
  watchPath,
  writeFile,
} from "./files.ts";
import type { Handler } from "./handler.ts";
import type { ImplementedMethod } from "./implemented.ts";
import { listThreads } from "./list-threads.ts";
import {
  callMcpTool,
  listMcpServers,
  listMcpServerStatus,
  logInAtMcpServer,
  readMcpResource,
  reloadMcpServers,
} from "./mcp.ts";
import { appendMessage, listPrompts, readMessages } from "./messages.ts";
import { listModelProviders, listModels } from "./models.ts";
import { runShellCommand } from "./shell-command.ts";
import { listSkills } from "./skills.ts";
import { startReview } from "./review.ts";
import { listPermissionProfiles } from "./permission-profiles.ts";
import { listItems, listLoadedThreads, listTurns, readThread } from "./read-threads.ts";
import {
  archiveThread,
  forkThread,
  nameThread,
  resumeThread,
  startThread,
  unarchiveThread,
  unsubscribeThread,
} from "./threads.ts";
import { continueTurn, interruptTurn, startTurn, steerTurn } from "./turns.ts";
import { revertThread } from "./thread-revert.ts";
import { rewindFiles } from "./thread-rewind-files.ts";

/** What comes of a change of the login is told in the words of the API that asked for it. */
function inLaterForm<M extends ClientMethod>(handler: Handler<M>): Handler<M> {
  return (params, call) => {
    const { legacy } = call.session;
    if (legacy !== null) legacy.usesAccounts = false;
    return handler(params, call);
  };
}

/** How each implemented method is served; loaded with the engine, after `initialize` was answered. */
export const handlers = {
  "thread/start": startThread,
  "thread/resume": resumeThread,
  "thread/list": listThreads,
  "thread/archive": archiveThread,
  "thread/compact": compactThread,
  "thread/compact/start": compactThread,
  "review/start": startReview,
  "thread/revert": revertThread,
  "thread/rewindFiles": rewindFiles,
  "turn/start": startTurn,
  "turn/steer": steerTurn,
  "skills/list": listSkills,
  "prompts/list": listPrompts,
  "messageHistory/append": appendMessage,
  "messageHistory/read": readMessages,
  "thread/shellCommand": runShellCommand,
  "turn/continue": continueTurn,
  "turn/interrupt": interruptTurn,
  "command/exec": execCommand,
  "command/exec/write": writeToCommand,
  "command/exec/resize": resizeCommand,
  "command/exec/terminate": terminateCommand,
  "model/list": listModels,
  "mcpServers/list": listMcpServers,
  "mcp/servers/list": listMcpServers,
  "mcpServerStatus/list": listMcpServerStatus,
  "mcpServer/resource/read": readMcpResource,
  "mcpServer/tool/call": callMcpTool,
  "config/mcpServer/reload": reloadMcpServers,
  "mcpServer/oauth/login": logInAtMcpServer,
  "mcpServer/oauthLogin": logInAtMcpServer,
  "modelProvider/list": listModelProviders,
  "config/read": readConfiguration,
  "config/value/write": writeConfigValue,
  "config/batchWrite": writeConfigBatch,
  "account/read": readAccount,
  "account/login/start": inLaterForm(startLogin),
  "account/login/cancel": inLaterForm(cancelLogin),
  "account/logout": inLaterForm(logout),
  "account/rateLimits/read": readRateLimits,
  "feedback/upload": uploadFeedback,
  "thread/read": readThread,
  "thread/loaded/list": listLoadedThreads,
  "thread/unsubscribe": unsubscribeThread,
  "thread/name/set": nameThread,
  "thread/unarchive": unarchiveThread,
  "thread/fork": forkThread,
  "thread/turns/list": listTurns,
  "thread/items/list": listItems,
  "experimentalFeature/list": listFeatures,
  "permissionProfile/list": listPermissionProfiles,
  "fs/readFile": readFile,
  "fs/writeFile": writeFile,
  "fs/createDirectory": createDirectory,
  "fs/getMetadata": getMetadata,
  "fs/readDirectory": readDirectory,
  "fs/remove": removePath,
  "fs/copy": copyPath,
  "fs/watch": watchPath,
  "fs/unwatch": unwatchPath,
  fuzzyFileSearch: searchFiles,
  gitDiffToRemote: diffToRemote,
} satisfies { readonly [M in Exclude<ImplementedMethod, "initialize">]: Handler<M> };
