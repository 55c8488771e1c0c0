import { defineNotification } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadNameUpdatedNotificationSchema = Type.Named(
  "ThreadNameUpdatedNotification",
  Type.Object({ threadId: ThreadIdSchema, threadName: Type.Maybe(Type.String()) }),
);

export const threadNameUpdated = defineNotification({
  method: "thread/name/updated",
  direction: "serverToClient",
  params: ThreadNameUpdatedNotificationSchema,
  doc: "Somebody gave a thread a name.",
});
