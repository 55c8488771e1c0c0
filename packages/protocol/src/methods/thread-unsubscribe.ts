import { defineMethod } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadUnsubscribeStatusSchema = Type.Named(
  "ThreadUnsubscribeStatus",
  Type.Enum(["notLoaded", "notSubscribed", "unsubscribed"]),
);

const ThreadUnsubscribeParamsSchema = Type.Named("ThreadUnsubscribeParams", Type.Object({ threadId: ThreadIdSchema }));

const ThreadUnsubscribeResponseSchema = Type.Named(
  "ThreadUnsubscribeResponse",
  Type.Object({ status: ThreadUnsubscribeStatusSchema }),
);

export const threadUnsubscribe = defineMethod({
  method: "thread/unsubscribe",
  direction: "clientToServer",
  params: ThreadUnsubscribeParamsSchema,
  result: ThreadUnsubscribeResponseSchema,
  doc: "Ends what this connection hears of a thread. A thread that nobody hears and that does nothing is unloaded after half an hour.",
});
