import { defineNotification } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadUnarchivedNotificationSchema = Type.Named(
  "ThreadUnarchivedNotification",
  Type.Object({ threadId: ThreadIdSchema }),
);

export const threadUnarchived = defineNotification({
  method: "thread/unarchived",
  direction: "serverToClient",
  params: ThreadUnarchivedNotificationSchema,
  doc: "The rollout of a thread was brought back.",
});
