import type { Static } from "@sinclair/typebox";
import { TurnLimitHitSchema } from "../definitions/limits.ts";
import { ThreadIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const WarningNotificationSchema = Type.Named(
  "WarningNotification",
  Type.Object({
    message: Type.String(),
    threadId: Type.Nullable(ThreadIdSchema),
    /** Ours: the limit that the warning is about. */
    limit: Type.Optional(TurnLimitHitSchema),
  }),
);
export type WarningNotification = Static<typeof WarningNotificationSchema>;

export const warning = defineNotification({
  method: "warning",
  direction: "serverToClient",
  params: WarningNotificationSchema,
  doc: "Something that a person should know and that stops nothing; of one thread, or of the server.",
});
