import type { Static } from "@sinclair/typebox";
import { TurnSchema } from "../definitions/turn.ts";
import { ThreadIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const TurnCompletedNotificationSchema = Type.Named(
  "TurnCompletedNotification",
  Type.Object({ threadId: ThreadIdSchema, turn: TurnSchema }),
);
export type TurnCompletedNotification = Static<typeof TurnCompletedNotificationSchema>;

export const turnCompleted = defineNotification({
  method: "turn/completed",
  direction: "serverToClient",
  params: TurnCompletedNotificationSchema,
  doc: "The last message of a turn, once, however it ended.",
});
