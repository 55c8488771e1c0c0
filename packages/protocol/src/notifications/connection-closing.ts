import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

const ConnectionClosingNotificationSchema = Type.Named(
  "ConnectionClosingNotification",
  Type.Object({ reason: Type.String() }),
);

export const connectionClosing = defineNotification({
  method: "connection/closing",
  direction: "serverToClient",
  params: ConnectionClosingNotificationSchema,
  doc: "Ours. The last message of a connection that the server ends, with the reason; what was not sent is lost to this connection, not to the thread: resume it.",
});
