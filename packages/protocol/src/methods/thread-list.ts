import type { Static } from "@sinclair/typebox";
import { ThreadSchema } from "../definitions/thread.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ThreadListParamsSchema = Type.Named(
  "ThreadListParams",
  Type.Object({
    cursor: Type.Maybe(Type.String()),
    limit: Type.Maybe(Type.Uint32()),
    modelProviders: Type.Maybe(Type.Array(Type.String())),
  }),
);
export type ThreadListParams = Static<typeof ThreadListParamsSchema>;

export const ThreadListResponseSchema = Type.Named(
  "ThreadListResponse",
  Type.Object({ data: Type.Array(ThreadSchema), nextCursor: Type.Nullable(Type.String()) }),
);
export type ThreadListResponse = Static<typeof ThreadListResponseSchema>;

export const threadList = defineMethod({
  method: "thread/list",
  direction: "clientToServer",
  params: ThreadListParamsSchema,
  result: ThreadListResponseSchema,
  doc: "Stored threads, newest first. `modelProviders`: absent, those of the configured provider; empty, all. A page may be short; the list ends where `nextCursor` is null.",
});
