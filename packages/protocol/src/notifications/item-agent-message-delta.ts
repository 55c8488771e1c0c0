import type { Static } from "@sinclair/typebox";
import { ItemIdSchema, ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const AgentMessageDeltaNotificationSchema = Type.Named(
  "AgentMessageDeltaNotification",
  Type.Object({ threadId: ThreadIdSchema, turnId: TurnIdSchema, itemId: ItemIdSchema, delta: Type.String() }),
);
export type AgentMessageDeltaNotification = Static<typeof AgentMessageDeltaNotificationSchema>;

export const itemAgentMessageDelta = defineNotification({
  method: "item/agentMessage/delta",
  direction: "serverToClient",
  params: AgentMessageDeltaNotificationSchema,
  doc: "More text of an answer.",
});
