import type { Static } from "@sinclair/typebox";
import { ThreadSchema } from "../definitions/thread.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ThreadStartedNotificationSchema = Type.Named(
  "ThreadStartedNotification",
  Type.Object({ thread: ThreadSchema }),
);
export type ThreadStartedNotification = Static<typeof ThreadStartedNotificationSchema>;

export const threadStarted = defineNotification({
  method: "thread/started",
  direction: "serverToClient",
  params: ThreadStartedNotificationSchema,
  doc: "A thread exists now.",
});
