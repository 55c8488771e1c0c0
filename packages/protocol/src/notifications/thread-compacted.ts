import type { Static } from "@sinclair/typebox";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ContextCompactedNotificationSchema = Type.Named(
  "ContextCompactedNotification",
  Type.Object({ threadId: ThreadIdSchema, turnId: TurnIdSchema }),
);
export type ContextCompactedNotification = Static<typeof ContextCompactedNotificationSchema>;

export const threadCompacted = defineNotification({
  method: "thread/compacted",
  direction: "serverToClient",
  params: ContextCompactedNotificationSchema,
  doc: "The history of the thread was replaced by a summary.",
});
