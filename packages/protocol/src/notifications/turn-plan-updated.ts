import type { Static } from "@sinclair/typebox";
import { TurnPlanStepSchema } from "../definitions/turn.ts";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const TurnPlanUpdatedNotificationSchema = Type.Named(
  "TurnPlanUpdatedNotification",
  Type.Object({
    threadId: ThreadIdSchema,
    turnId: TurnIdSchema,
    explanation: Type.Nullable(Type.String()),
    plan: Type.Array(TurnPlanStepSchema),
  }),
);
export type TurnPlanUpdatedNotification = Static<typeof TurnPlanUpdatedNotificationSchema>;

export const turnPlanUpdated = defineNotification({
  method: "turn/plan/updated",
  direction: "serverToClient",
  params: TurnPlanUpdatedNotificationSchema,
  doc: "The model's plan, as it stands now.",
});
