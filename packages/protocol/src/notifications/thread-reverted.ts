import { defineNotification } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadRevertedNotificationSchema = Type.Named(
  "ThreadRevertedNotification",
  Type.Object({ threadId: ThreadIdSchema }),
);

export const threadReverted = defineNotification({
  method: "thread/reverted",
  direction: "serverToClient",
  params: ThreadRevertedNotificationSchema,
  doc: "The last turns of a thread were taken back; `thread/read` tells which are left.",
});
