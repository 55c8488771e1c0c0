import { ThreadSchema } from "../definitions/thread.ts";
import { defineMethod } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadReadParamsSchema = Type.Named(
  "ThreadReadParams",
  Type.Object({ threadId: ThreadIdSchema, includeTurns: Type.OptionalWithDefault(Type.Boolean(), false) }),
);

const ThreadReadResponseSchema = Type.Named("ThreadReadResponse", Type.Object({ thread: ThreadSchema }));

export const threadRead = defineMethod({
  method: "thread/read",
  direction: "clientToServer",
  params: ThreadReadParamsSchema,
  result: ThreadReadResponseSchema,
  doc: "A stored thread, archived ones too, without loading it; with its turns if asked for.",
});
