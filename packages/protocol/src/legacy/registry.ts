import type { Static, TSchema } from "@sinclair/typebox";
import { defineMethod, defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";
import {
  AuthStatusChangeNotificationSchema,
  CancelLoginChatGptParamsSchema,
  CancelLoginChatGptResponseSchema,
  GetAuthStatusParamsSchema,
  GetAuthStatusResponseSchema,
  GetUserAgentResponseSchema,
  LoginApiKeyParamsSchema,
  LoginApiKeyResponseSchema,
  LoginChatGptCompleteNotificationSchema,
  LoginChatGptResponseSchema,
  LogoutChatGptResponseSchema,
  UserInfoResponseSchema,
} from "./accounts.ts";
import {
  ApplyPatchApprovalParamsSchema,
  ApplyPatchApprovalResponseSchema,
  ExecCommandApprovalParamsSchema,
  ExecCommandApprovalResponseSchema,
} from "./approvals.ts";
import { ConversationIdSchema } from "./conversation-id.ts";
import {
  ArchiveConversationParamsSchema,
  ArchiveConversationResponseSchema,
  GetConversationSummaryParamsSchema,
  GetConversationSummaryResponseSchema,
  ListConversationsParamsSchema,
  ListConversationsResponseSchema,
  NewConversationParamsSchema,
  NewConversationResponseSchema,
  ResumeConversationParamsSchema,
  ResumeConversationResponseSchema,
  SessionConfiguredNotificationSchema,
} from "./conversations.ts";
import {
  ElicitationQuestionSchema,
  ResolveElicitationParamsSchema,
  ResolveElicitationResponseSchema,
} from "./elicitations.ts";
import { EventMsgSchema } from "./events.ts";
import {
  GetUserSavedConfigResponseSchema,
  SetDefaultModelParamsSchema,
  SetDefaultModelResponseSchema,
} from "./saved-config.ts";
import {
  AddConversationListenerParamsSchema,
  AddConversationSubscriptionResponseSchema,
  ExecOneOffCommandParamsSchema,
  ExecOneOffCommandResponseSchema,
  InterruptConversationParamsSchema,
  InterruptConversationResponseSchema,
  RemoveConversationListenerParamsSchema,
  RemoveConversationSubscriptionResponseSchema,
  SendUserMessageParamsSchema,
  SendUserMessageResponseSchema,
  SendUserTurnParamsSchema,
  SendUserTurnResponseSchema,
} from "./turns.ts";

/**
 * What a client of the first API may ask. These methods are served by an adapter over the later ones; new clients use those.
 * Source: app-server spec, section 18.
 */
export const legacyMethods = {
  newConversation: defineMethod({
    method: "newConversation",
    direction: "clientToServer",
    params: NewConversationParamsSchema,
    result: NewConversationResponseSchema,
    doc: "Starts a thread, as `thread/start`, and does not follow it.",
  }),
  getConversationSummary: defineMethod({
    method: "getConversationSummary",
    direction: "clientToServer",
    params: GetConversationSummaryParamsSchema,
    result: GetConversationSummaryResponseSchema,
    doc: "One stored thread.",
  }),
  listConversations: defineMethod({
    method: "listConversations",
    direction: "clientToServer",
    params: ListConversationsParamsSchema,
    result: ListConversationsResponseSchema,
    doc: "A page of stored threads, newest first, as `thread/list`.",
  }),
  resumeConversation: defineMethod({
    method: "resumeConversation",
    direction: "clientToServer",
    params: ResumeConversationParamsSchema,
    result: ResumeConversationResponseSchema,
    doc: "Loads a stored thread, as `thread/resume`, and does not follow it.",
  }),
  archiveConversation: defineMethod({
    method: "archiveConversation",
    direction: "clientToServer",
    params: ArchiveConversationParamsSchema,
    result: ArchiveConversationResponseSchema,
    doc: "Puts a thread away, as `thread/archive`; the path has to be that of the thread.",
  }),
  sendUserMessage: defineMethod({
    method: "sendUserMessage",
    direction: "clientToServer",
    params: SendUserMessageParamsSchema,
    result: SendUserMessageResponseSchema,
    doc: "Starts a turn, as `turn/start`; answered at once.",
  }),
  sendUserTurn: defineMethod({
    method: "sendUserTurn",
    direction: "clientToServer",
    params: SendUserTurnParamsSchema,
    result: SendUserTurnResponseSchema,
    doc: "Starts a turn with settings that stay for later ones; answered at once.",
  }),
  interruptConversation: defineMethod({
    method: "interruptConversation",
    direction: "clientToServer",
    params: InterruptConversationParamsSchema,
    result: InterruptConversationResponseSchema,
    doc: "Stops the running turn, as `turn/interrupt`; answered once it has stopped.",
  }),
  addConversationListener: defineMethod({
    method: "addConversationListener",
    direction: "clientToServer",
    params: AddConversationListenerParamsSchema,
    result: AddConversationSubscriptionResponseSchema,
    doc: "Sends the events of a thread to this client from now on.",
  }),
  removeConversationListener: defineMethod({
    method: "removeConversationListener",
    direction: "clientToServer",
    params: RemoveConversationListenerParamsSchema,
    result: RemoveConversationSubscriptionResponseSchema,
    doc: "Ends what `addConversationListener` began.",
  }),
  resolveElicitation: defineMethod({
    method: "resolveElicitation",
    direction: "clientToServer",
    params: ResolveElicitationParamsSchema,
    result: ResolveElicitationResponseSchema,
    doc: "Answers a question of an MCP server that came as `elicitation_request`. Heddle's own.",
  }),
  loginApiKey: defineMethod({
    method: "loginApiKey",
    direction: "clientToServer",
    params: LoginApiKeyParamsSchema,
    result: LoginApiKeyResponseSchema,
    doc: "Stores an API key, as `account/login/start`.",
  }),
  loginChatGpt: defineMethod({
    method: "loginChatGpt",
    direction: "clientToServer",
    params: null,
    result: LoginChatGptResponseSchema,
    doc: "Begins a login in the browser, as `account/login/start`.",
  }),
  cancelLoginChatGpt: defineMethod({
    method: "cancelLoginChatGpt",
    direction: "clientToServer",
    params: CancelLoginChatGptParamsSchema,
    result: CancelLoginChatGptResponseSchema,
    doc: "Ends a login that has begun, as `account/login/cancel`.",
  }),
  logoutChatGpt: defineMethod({
    method: "logoutChatGpt",
    direction: "clientToServer",
    params: null,
    result: LogoutChatGptResponseSchema,
    doc: "Forgets the login, as `account/logout`.",
  }),
  getAuthStatus: defineMethod({
    method: "getAuthStatus",
    direction: "clientToServer",
    params: GetAuthStatusParamsSchema,
    result: GetAuthStatusResponseSchema,
    doc: "Who is logged in, with the token if that is asked for.",
  }),
  getUserSavedConfig: defineMethod({
    method: "getUserSavedConfig",
    direction: "clientToServer",
    params: null,
    result: GetUserSavedConfigResponseSchema,
    doc: "What is configured in files.",
  }),
  setDefaultModel: defineMethod({
    method: "setDefaultModel",
    direction: "clientToServer",
    params: SetDefaultModelParamsSchema,
    result: SetDefaultModelResponseSchema,
    doc: "Sets or clears the model, and its effort, of later threads.",
  }),
  getUserAgent: defineMethod({
    method: "getUserAgent",
    direction: "clientToServer",
    params: null,
    result: GetUserAgentResponseSchema,
    doc: "How the server names itself and this client to model endpoints; `initialize` gives the same answer.",
  }),
  userInfo: defineMethod({
    method: "userInfo",
    direction: "clientToServer",
    params: null,
    result: UserInfoResponseSchema,
    doc: "The e-mail address that the login names; nobody has checked it.",
  }),
  execOneOffCommand: defineMethod({
    method: "execOneOffCommand",
    direction: "clientToServer",
    params: ExecOneOffCommandParamsSchema,
    result: ExecOneOffCommandResponseSchema,
    doc: "Runs one command beside all threads, as `command/exec`.",
  }),
} as const;

/** What a server asks a client that follows a thread by `addConversationListener` alone. */
export const legacyServerMethods = {
  applyPatchApproval: defineMethod({
    method: "applyPatchApproval",
    direction: "serverToClient",
    params: ApplyPatchApprovalParamsSchema,
    result: ApplyPatchApprovalResponseSchema,
    doc: "Asks whether a patch may be applied.",
  }),
  execCommandApproval: defineMethod({
    method: "execCommandApproval",
    direction: "serverToClient",
    params: ExecCommandApprovalParamsSchema,
    result: ExecCommandApprovalResponseSchema,
    doc: "Asks whether a command may run.",
  }),
} as const;

/** What a server tells clients of the first API; events of a thread come as `codex/event/<type>` besides. */
export const legacyNotifications = {
  authStatusChange: defineNotification({
    method: "authStatusChange",
    direction: "serverToClient",
    params: AuthStatusChangeNotificationSchema,
    doc: "Who is logged in has changed.",
  }),
  loginChatGptComplete: defineNotification({
    method: "loginChatGptComplete",
    direction: "serverToClient",
    params: LoginChatGptCompleteNotificationSchema,
    doc: "A login in the browser has ended.",
  }),
  sessionConfigured: defineNotification({
    method: "sessionConfigured",
    direction: "serverToClient",
    params: SessionConfiguredNotificationSchema,
    doc: "A thread has been resumed; what happened on it before.",
  }),
} as const;

export type LegacyMethods = typeof legacyMethods;
export type LegacyMethod = keyof LegacyMethods;

type Decoded<Schema> = Schema extends TSchema ? Static<Schema> : undefined;

/** The params of a method of the first API; `undefined` for one that takes none. */
export type LegacyParamsOf<Method extends LegacyMethod> = Decoded<LegacyMethods[Method]["params"]>;
export type LegacyResultOf<Method extends LegacyMethod> = Decoded<LegacyMethods[Method]["result"]>;

type LegacyNotifications = typeof legacyNotifications;

/** Any notification of the first API but the events. */
export type LegacyNotification = {
  [Method in keyof LegacyNotifications]: {
    readonly method: Method;
    readonly params: Static<LegacyNotifications[Method]["params"]>;
  };
}[keyof LegacyNotifications];

/**
 * The params of `codex/event/<type>`. `id` is the turn, or empty for what belongs to none; `question` is Heddle's own, with
 * `elicitation_request`.
 */
export const LegacyEventSchema = Type.Named(
  "CodexEvent",
  Type.Object({
    id: Type.String(),
    msg: EventMsgSchema,
    conversationId: ConversationIdSchema,
    question: Type.Optional(ElicitationQuestionSchema),
  }),
);
export type LegacyEvent = Static<typeof LegacyEventSchema>;
