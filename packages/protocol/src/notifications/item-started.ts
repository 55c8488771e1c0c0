import type { Static } from "@sinclair/typebox";
import { ThreadItemSchema } from "../definitions/thread-item.ts";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ItemStartedNotificationSchema = Type.Named(
  "ItemStartedNotification",
  Type.Object({ item: ThreadItemSchema, threadId: ThreadIdSchema, turnId: TurnIdSchema }),
);
export type ItemStartedNotification = Static<typeof ItemStartedNotificationSchema>;

export const itemStarted = defineNotification({
  method: "item/started",
  direction: "serverToClient",
  params: ItemStartedNotificationSchema,
  doc: "An item begins; its deltas and one `item/completed` follow.",
});
