import type { Static } from "@sinclair/typebox";
import { RateLimitSnapshotSchema } from "../definitions/rate-limits.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const AccountRateLimitsUpdatedNotificationSchema = Type.Named(
  "AccountRateLimitsUpdatedNotification",
  Type.Object({ rateLimits: RateLimitSnapshotSchema }),
);
export type AccountRateLimitsUpdatedNotification = Static<typeof AccountRateLimitsUpdatedNotificationSchema>;

export const accountRateLimitsUpdated = defineNotification({
  method: "account/rateLimits/updated",
  direction: "serverToClient",
  params: AccountRateLimitsUpdatedNotificationSchema,
  doc: "The provider told its rate limits with a model response.",
});
