import type { LegacyMethod } from "@heddle/protocol";

/**
 * The methods of the first API, in the order in which an error lists them. Names alone: what they mean is loaded when
 * the first of them is asked for.
 */
export const legacyMethodNames = [
  "newConversation",
  "getConversationSummary",
  "listConversations",
  "resumeConversation",
  "archiveConversation",
  "sendUserMessage",
  "sendUserTurn",
  "interruptConversation",
  "addConversationListener",
  "removeConversationListener",
  "loginApiKey",
  "loginChatGpt",
  "cancelLoginChatGpt",
  "logoutChatGpt",
  "getAuthStatus",
  "getUserSavedConfig",
  "setDefaultModel",
  "getUserAgent",
  "userInfo",
  "execOneOffCommand",
  "resolveElicitation",
] as const satisfies readonly LegacyMethod[];

const names: ReadonlySet<string> = new Set(legacyMethodNames);

export function isLegacyMethod(method: string): boolean {
  return names.has(method);
}
