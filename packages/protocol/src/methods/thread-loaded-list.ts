import { defineMethod } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadLoadedListParamsSchema = Type.Named(
  "ThreadLoadedListParams",
  Type.Object({ cursor: Type.Maybe(Type.String()), limit: Type.Maybe(Type.Uint32()) }),
);

const ThreadLoadedListResponseSchema = Type.Named(
  "ThreadLoadedListResponse",
  Type.Object({ data: Type.Array(ThreadIdSchema), nextCursor: Type.Maybe(Type.String()) }),
);

export const threadLoadedList = defineMethod({
  method: "thread/loaded/list",
  direction: "clientToServer",
  params: ThreadLoadedListParamsSchema,
  result: ThreadLoadedListResponseSchema,
  doc: "The ids of the threads that this server has loaded.",
});
