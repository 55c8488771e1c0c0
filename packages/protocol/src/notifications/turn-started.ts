import type { Static } from "@sinclair/typebox";
import { TurnSchema } from "../definitions/turn.ts";
import { ThreadIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const TurnStartedNotificationSchema = Type.Named(
  "TurnStartedNotification",
  Type.Object({ threadId: ThreadIdSchema, turn: TurnSchema }),
);
export type TurnStartedNotification = Static<typeof TurnStartedNotificationSchema>;

export const turnStarted = defineNotification({
  method: "turn/started",
  direction: "serverToClient",
  params: TurnStartedNotificationSchema,
  doc: "The first message of a turn.",
});
