import type { Static } from "@sinclair/typebox";
import { ItemIdSchema, ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ReasoningTextDeltaNotificationSchema = Type.Named(
  "ReasoningTextDeltaNotification",
  Type.Object({
    threadId: ThreadIdSchema,
    turnId: TurnIdSchema,
    itemId: ItemIdSchema,
    delta: Type.String(),
    contentIndex: Type.Int64(),
  }),
);
export type ReasoningTextDeltaNotification = Static<typeof ReasoningTextDeltaNotificationSchema>;

export const itemReasoningTextDelta = defineNotification({
  method: "item/reasoning/textDelta",
  direction: "serverToClient",
  params: ReasoningTextDeltaNotificationSchema,
  doc: "More raw reasoning.",
});
