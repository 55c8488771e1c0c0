import { defineMethod } from "../define.ts";
import { ThreadSchema } from "../definitions/thread.ts";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadRevertParamsSchema = Type.Named(
  "ThreadRevertParams",
  Type.Object({
    threadId: ThreadIdSchema,
    /** The first turn that goes. */
    beforeTurnId: TurnIdSchema,
  }),
);

const ThreadRevertResponseSchema = Type.Named(
  "ThreadRevertResponse",
  Type.Object({
    /** With the turns that are left. */
    thread: ThreadSchema,
  }),
);

export const threadRevert = defineMethod({
  method: "thread/revert",
  direction: "clientToServer",
  params: ThreadRevertParamsSchema,
  result: ThreadRevertResponseSchema,
  doc: "Takes a turn of a loaded thread and all behind it back, for the model and for clients; files stay as they are. `thread/rewindFiles` is the other half.",
});
