import type { Static } from "@sinclair/typebox";
import { AuthModeSchema } from "../definitions/account.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const AccountUpdatedNotificationSchema = Type.Named(
  "AccountUpdatedNotification",
  Type.Object({ authMode: Type.Nullable(AuthModeSchema) }),
);
export type AccountUpdatedNotification = Static<typeof AccountUpdatedNotificationSchema>;

export const accountUpdated = defineNotification({
  method: "account/updated",
  direction: "serverToClient",
  params: AccountUpdatedNotificationSchema,
  doc: "Somebody logged in, or out: then `authMode` is null.",
});
