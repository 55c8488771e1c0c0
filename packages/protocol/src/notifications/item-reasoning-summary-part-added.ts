import type { Static } from "@sinclair/typebox";
import { ItemIdSchema, ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ReasoningSummaryPartAddedNotificationSchema = Type.Named(
  "ReasoningSummaryPartAddedNotification",
  Type.Object({ threadId: ThreadIdSchema, turnId: TurnIdSchema, itemId: ItemIdSchema, summaryIndex: Type.Int64() }),
);
export type ReasoningSummaryPartAddedNotification = Static<typeof ReasoningSummaryPartAddedNotificationSchema>;

export const itemReasoningSummaryPartAdded = defineNotification({
  method: "item/reasoning/summaryPartAdded",
  direction: "serverToClient",
  params: ReasoningSummaryPartAddedNotificationSchema,
  doc: "A reasoning summary has a new part.",
});
