import { defineNotification } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadArchivedNotificationSchema = Type.Named(
  "ThreadArchivedNotification",
  Type.Object({ threadId: ThreadIdSchema }),
);

export const threadArchived = defineNotification({
  method: "thread/archived",
  direction: "serverToClient",
  params: ThreadArchivedNotificationSchema,
  doc: "The rollout of a thread was put away.",
});
