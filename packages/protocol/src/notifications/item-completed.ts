import type { Static } from "@sinclair/typebox";
import { ThreadItemSchema } from "../definitions/thread-item.ts";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ItemCompletedNotificationSchema = Type.Named(
  "ItemCompletedNotification",
  Type.Object({ item: ThreadItemSchema, threadId: ThreadIdSchema, turnId: TurnIdSchema }),
);
export type ItemCompletedNotification = Static<typeof ItemCompletedNotificationSchema>;

export const itemCompleted = defineNotification({
  method: "item/completed",
  direction: "serverToClient",
  params: ItemCompletedNotificationSchema,
  doc: "The item in its last form, which holds whatever the deltas said.",
});
