import { ThreadSchema } from "../definitions/thread.ts";
import { defineMethod } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadUnarchiveParamsSchema = Type.Named("ThreadUnarchiveParams", Type.Object({ threadId: ThreadIdSchema }));

const ThreadUnarchiveResponseSchema = Type.Named("ThreadUnarchiveResponse", Type.Object({ thread: ThreadSchema }));

export const threadUnarchive = defineMethod({
  method: "thread/unarchive",
  direction: "clientToServer",
  params: ThreadUnarchiveParamsSchema,
  result: ThreadUnarchiveResponseSchema,
  doc: "Brings the rollout of an archived thread back.",
});
