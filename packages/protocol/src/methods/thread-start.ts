import type { Static } from "@sinclair/typebox";
import { DynamicToolSpecSchema } from "../definitions/dynamic-tool.ts";
import {
  AskForApprovalSchema,
  ReasoningEffortSchema,
  SandboxModeSchema,
  SandboxPolicySchema,
} from "../definitions/settings.ts";
import { ThreadSchema } from "../definitions/thread.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

/** Settings that a thread is started or resumed with; what is absent comes from the configuration. */
export const threadOverrides = {
  model: Type.Maybe(Type.String()),
  modelProvider: Type.Maybe(Type.String()),
  cwd: Type.Maybe(Type.String()),
  approvalPolicy: Type.Maybe(AskForApprovalSchema),
  sandbox: Type.Maybe(SandboxModeSchema),
  /** Dotted configuration keys to values. */
  config: Type.Maybe(Type.Record(Type.Json())),
  baseInstructions: Type.Maybe(Type.String()),
  developerInstructions: Type.Maybe(Type.String()),
};

/**
 * Ours, for clients with the capability `eventCursor`: `cursor` is where the events begin that follow the answer.
 * `replayed`: so many of them the client had missed; null when nobody knows what it missed, and the answer has the turns.
 */
const EventPlaceSchema = Type.Named(
  "EventPlace",
  Type.Object({ cursor: Type.String(), replayed: Type.Nullable(Type.Uint()) }),
);
export type EventPlace = Static<typeof EventPlaceSchema>;

/** A thread that was started or resumed, with the settings in force. */
export const openedThread = {
  thread: ThreadSchema,
  model: Type.String(),
  modelProvider: Type.String(),
  cwd: Type.String(),
  approvalPolicy: AskForApprovalSchema,
  sandbox: SandboxPolicySchema,
  reasoningEffort: Type.Nullable(ReasoningEffortSchema),
  /** Who decides about approvals: the person, always. In the newer dialect. */
  approvalsReviewer: Type.Optional(Type.Enum(["user"])),
  events: Type.Optional(EventPlaceSchema),
};

export const ThreadStartParamsSchema = Type.Named(
  "ThreadStartParams",
  Type.Object({
    ...threadOverrides,
    /** Tools of this client's own: their calls come as `item/tool/call`. */
    dynamicTools: Type.Maybe(Type.Array(DynamicToolSpecSchema)),
  }),
);
export type ThreadStartParams = Static<typeof ThreadStartParamsSchema>;

export const ThreadStartResponseSchema = Type.Named("ThreadStartResponse", Type.Object(openedThread));
export type ThreadStartResponse = Static<typeof ThreadStartResponseSchema>;

export const threadStart = defineMethod({
  method: "thread/start",
  direction: "clientToServer",
  params: ThreadStartParamsSchema,
  result: ThreadStartResponseSchema,
  doc: "Makes a thread and subscribes the client to it; `thread/started` follows the answer.",
});
