import type { Static } from "@sinclair/typebox";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const TurnDiffUpdatedNotificationSchema = Type.Named(
  "TurnDiffUpdatedNotification",
  Type.Object({ threadId: ThreadIdSchema, turnId: TurnIdSchema, diff: Type.String() }),
);
export type TurnDiffUpdatedNotification = Static<typeof TurnDiffUpdatedNotificationSchema>;

export const turnDiffUpdated = defineNotification({
  method: "turn/diff/updated",
  direction: "serverToClient",
  params: TurnDiffUpdatedNotificationSchema,
  doc: "The git diff of everything that patches have changed since the turn began.",
});
