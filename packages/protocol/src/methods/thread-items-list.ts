import {
  SortDirectionSchema,
  ThreadItemEntrySchema,
  ThreadItemOutputDeferralSchema,
  ThreadItemsListCursorSchema,
} from "../definitions/paging.ts";
import { defineMethod } from "../define.ts";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ThreadItemsListParamsSchema = Type.Named(
  "ThreadItemsListParams",
  Type.Object({
    threadId: ThreadIdSchema,
    turnId: Type.Maybe(TurnIdSchema),
    cursor: Type.Maybe(ThreadItemsListCursorSchema),
    limit: Type.Maybe(Type.Uint32()),
    sortDirection: Type.Maybe(SortDirectionSchema),
    deferOutput: Type.Maybe(ThreadItemOutputDeferralSchema),
  }),
);

const ThreadItemsListResponseSchema = Type.Named(
  "ThreadItemsListResponse",
  Type.Object({
    data: Type.Array(ThreadItemEntrySchema),
    nextCursor: Type.Maybe(Type.String()),
    backwardsCursor: Type.Maybe(Type.String()),
  }),
);

export const threadItemsList = defineMethod({
  method: "thread/items/list",
  direction: "clientToServer",
  params: ThreadItemsListParamsSchema,
  result: ThreadItemsListResponseSchema,
  doc: "A page of the items of a thread, or of one of its turns, newest first unless asked otherwise.",
});
