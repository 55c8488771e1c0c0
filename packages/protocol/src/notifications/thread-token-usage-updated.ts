import type { Static } from "@sinclair/typebox";
import { ThreadTokenUsageSchema } from "../definitions/token-usage.ts";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ThreadTokenUsageUpdatedNotificationSchema = Type.Named(
  "ThreadTokenUsageUpdatedNotification",
  Type.Object({ threadId: ThreadIdSchema, turnId: TurnIdSchema, tokenUsage: ThreadTokenUsageSchema }),
);
export type ThreadTokenUsageUpdatedNotification = Static<typeof ThreadTokenUsageUpdatedNotificationSchema>;

export const threadTokenUsageUpdated = defineNotification({
  method: "thread/tokenUsage/updated",
  direction: "serverToClient",
  params: ThreadTokenUsageUpdatedNotificationSchema,
  doc: "A model response completed with its usage.",
});
