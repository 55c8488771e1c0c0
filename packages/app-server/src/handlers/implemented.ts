import type { ClientMethod } from "@heddle/protocol";

/**
 * Every method that this server implements, in the order in which an error lists them: what is not here is unknown to
 * clients. A list of names, so that `initialize` can be answered before the handlers are loaded.
 */
export const implementedMethods = [
  "initialize",
  "thread/start",
  "thread/resume",
  "thread/list",
  "thread/archive",
  "thread/compact",
  "thread/rewindFiles",
  "turn/start",
  "turn/interrupt",
  "review/start",
  "command/exec",
  "model/list",
  "mcpServers/list",
  "mcp/servers/list",
  "mcpServerStatus/list",
  "mcpServer/resource/read",
  "mcpServer/tool/call",
  "config/mcpServer/reload",
  "config/read",
  "config/value/write",
  "config/batchWrite",
  "account/read",
  "account/login/start",
  "account/login/cancel",
  "account/logout",
  "account/rateLimits/read",
  "feedback/upload",
  "thread/read",
  "thread/loaded/list",
  "thread/unsubscribe",
  "thread/name/set",
  "thread/unarchive",
  "thread/fork",
  "thread/turns/list",
  "thread/items/list",
  "experimentalFeature/list",
  "permissionProfile/list",
  "fuzzyFileSearch",
  "gitDiffToRemote",
  "getUserAgent",
  "thread/compact/start",
  "turn/steer",
] as const satisfies readonly ClientMethod[];

export type ImplementedMethod = (typeof implementedMethods)[number];
