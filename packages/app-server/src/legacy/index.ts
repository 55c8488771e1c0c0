import { invalidRequest, type IncomingRequest, type LegacyMethod } from "@heddle/protocol";
import type { Call } from "../handlers/handler.ts";
import { cancelLoginChatGpt, getAuthStatus, loginApiKey, loginChatGpt, logoutChatGpt, userInfo } from "./accounts.ts";
import {
  archiveConversation,
  getConversationSummary,
  listConversations,
  newConversation,
  resumeConversation,
} from "./conversations.ts";
import { decodeLegacyCall } from "./decode-legacy-call.ts";
import type { LegacyHandler } from "./handler.ts";
import { resolveElicitation } from "./resolve-elicitation.ts";
import { getUserSavedConfig, setDefaultModel } from "./saved-config.ts";
import {
  addListener,
  execOneOffCommand,
  interruptConversation,
  removeListener,
  sendUserMessage,
  sendUserTurn,
} from "./turns.ts";
import { getUserAgent } from "./user-agent.ts";

/** How each method of the first API is served. */
const handlers = {
  newConversation,
  getConversationSummary,
  listConversations,
  resumeConversation,
  archiveConversation,
  sendUserMessage,
  sendUserTurn,
  interruptConversation,
  addConversationListener: addListener,
  removeConversationListener: removeListener,
  loginApiKey,
  loginChatGpt,
  cancelLoginChatGpt,
  logoutChatGpt,
  getAuthStatus,
  getUserSavedConfig,
  setDefaultModel,
  getUserAgent,
  userInfo,
  execOneOffCommand,
  resolveElicitation,
} satisfies { readonly [M in LegacyMethod]: LegacyHandler<M> };

/** What a connection that looks on may ask for. */
const OBSERVING: ReadonlySet<LegacyMethod> = new Set([
  "getConversationSummary",
  "listConversations",
  "addConversationListener",
  "removeConversationListener",
  "getUserAgent",
]);

/**
 * Serves a request of the first API. As everywhere, what cannot be read is refused before it is asked whether the
 * client has introduced itself.
 * @throws RpcError.
 */
export function serveLegacy(request: IncomingRequest, call: Call): unknown {
  const { method, params } = decodeLegacyCall(request);
  const { introduction } = call.session;
  if (introduction === null) throw invalidRequest("Not initialized");
  if (introduction.observer && !OBSERVING.has(method)) {
    throw invalidRequest(`an observer may not ask for ${method}: connect without the capability \`observer\``);
  }
  return handlers[method](params, call);
}
