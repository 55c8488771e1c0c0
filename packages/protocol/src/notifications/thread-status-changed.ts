import { ThreadStatusSchema } from "../definitions/thread-status.ts";
import { defineNotification } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadStatusChangedNotificationSchema = Type.Named(
  "ThreadStatusChangedNotification",
  Type.Object({ threadId: ThreadIdSchema, status: ThreadStatusSchema }),
);

export const threadStatusChanged = defineNotification({
  method: "thread/status/changed",
  direction: "serverToClient",
  params: ThreadStatusChangedNotificationSchema,
  doc: "A loaded thread does something else than before. Sent to every client that speaks the newer dialect.",
});
