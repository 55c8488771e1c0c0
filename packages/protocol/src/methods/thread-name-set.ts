import { defineMethod } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadSetNameParamsSchema = Type.Named(
  "ThreadSetNameParams",
  Type.Object({ threadId: ThreadIdSchema, name: Type.String() }),
);

const ThreadSetNameResponseSchema = Type.Named("ThreadSetNameResponse", Type.Empty());

export const threadNameSet = defineMethod({
  method: "thread/name/set",
  direction: "clientToServer",
  params: ThreadSetNameParamsSchema,
  result: ThreadSetNameResponseSchema,
  doc: "Gives a thread a name, loaded or not; `thread/name/updated` goes to every client. An empty name takes it away.",
});
