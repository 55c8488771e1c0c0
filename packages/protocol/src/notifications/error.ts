import type { Static } from "@sinclair/typebox";
import { TurnErrorSchema } from "../definitions/turn.ts";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ErrorNotificationSchema = Type.Named(
  "ErrorNotification",
  Type.Object({ error: TurnErrorSchema, willRetry: Type.Boolean(), threadId: ThreadIdSchema, turnId: TurnIdSchema }),
);
export type ErrorNotification = Static<typeof ErrorNotificationSchema>;

export const errorNotification = defineNotification({
  method: "error",
  direction: "serverToClient",
  params: ErrorNotificationSchema,
  doc: "A model request failed: with `willRetry` it is tried again, else `turn/completed` with the same error follows.",
});
