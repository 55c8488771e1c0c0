import type { Static } from "@sinclair/typebox";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const DeprecationNoticeNotificationSchema = Type.Named(
  "DeprecationNoticeNotification",
  Type.Object({ summary: Type.String(), details: Type.Maybe(Type.String()) }),
);
export type DeprecationNoticeNotification = Static<typeof DeprecationNoticeNotificationSchema>;

export const deprecationNotice = defineNotification({
  method: "deprecationNotice",
  direction: "serverToClient",
  params: DeprecationNoticeNotificationSchema,
  doc: "The configuration of a thread says something in an old way. Comes with its first turn.",
});
