import { defineNotification } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadClosedNotificationSchema = Type.Named(
  "ThreadClosedNotification",
  Type.Object({ threadId: ThreadIdSchema }),
);

export const threadClosed = defineNotification({
  method: "thread/closed",
  direction: "serverToClient",
  params: ThreadClosedNotificationSchema,
  doc: "A thread was unloaded: nothing of it comes any more until it is resumed.",
});
