import { defineNotification } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { RequestIdSchema } from "../rpc/schemas.ts";
import { Type } from "../schema/type.ts";

const ServerRequestResolvedNotificationSchema = Type.Named(
  "ServerRequestResolvedNotification",
  Type.Object({ threadId: ThreadIdSchema, requestId: RequestIdSchema }),
);

export const serverRequestResolved = defineNotification({
  method: "serverRequest/resolved",
  direction: "serverToClient",
  params: ServerRequestResolvedNotificationSchema,
  doc: "A request of the server was answered, by this client or another one, or nobody wants to know any more. `requestId` is the id that this client was asked under.",
});
