import type { Static } from "@sinclair/typebox";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const AccountLoginCompletedNotificationSchema = Type.Named(
  "AccountLoginCompletedNotification",
  Type.Object({ loginId: Type.Nullable(Type.String()), success: Type.Boolean(), error: Type.Nullable(Type.String()) }),
);
export type AccountLoginCompletedNotification = Static<typeof AccountLoginCompletedNotificationSchema>;

export const accountLoginCompleted = defineNotification({
  method: "account/login/completed",
  direction: "serverToClient",
  params: AccountLoginCompletedNotificationSchema,
  doc: "A login has ended.",
});
