import type { Static } from "@sinclair/typebox";
import { ItemIdSchema, ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ReasoningSummaryTextDeltaNotificationSchema = Type.Named(
  "ReasoningSummaryTextDeltaNotification",
  Type.Object({
    threadId: ThreadIdSchema,
    turnId: TurnIdSchema,
    itemId: ItemIdSchema,
    delta: Type.String(),
    summaryIndex: Type.Int64(),
  }),
);
export type ReasoningSummaryTextDeltaNotification = Static<typeof ReasoningSummaryTextDeltaNotificationSchema>;

export const itemReasoningSummaryTextDelta = defineNotification({
  method: "item/reasoning/summaryTextDelta",
  direction: "serverToClient",
  params: ReasoningSummaryTextDeltaNotificationSchema,
  doc: "More text of one part of a reasoning summary.",
});
