import { SortDirectionSchema, TurnItemsViewSchema } from "../definitions/paging.ts";
import { TurnSchema } from "../definitions/turn.ts";
import { defineMethod } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadTurnsListParamsSchema = Type.Named(
  "ThreadTurnsListParams",
  Type.Object({
    threadId: ThreadIdSchema,
    cursor: Type.Maybe(Type.String()),
    limit: Type.Maybe(Type.Uint32()),
    sortDirection: Type.Maybe(SortDirectionSchema),
    itemsView: Type.Maybe(TurnItemsViewSchema),
  }),
);

const ThreadTurnsListResponseSchema = Type.Named(
  "ThreadTurnsListResponse",
  Type.Object({
    data: Type.Array(TurnSchema),
    nextCursor: Type.Maybe(Type.String()),
    backwardsCursor: Type.Maybe(Type.String()),
  }),
);

export const threadTurnsList = defineMethod({
  method: "thread/turns/list",
  direction: "clientToServer",
  params: ThreadTurnsListParamsSchema,
  result: ThreadTurnsListResponseSchema,
  doc: "A page of the turns of a thread, loaded or not, newest first unless asked otherwise.",
});
