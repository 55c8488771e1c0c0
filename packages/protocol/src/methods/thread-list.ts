import type { Static } from "@sinclair/typebox";
import { SortDirectionSchema } from "../definitions/paging.ts";
import { ThreadSchema } from "../definitions/thread.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const ThreadListCwdFilterSchema = Type.Named(
  "ThreadListCwdFilter",
  Type.Union([Type.String(), Type.Array(Type.String())]),
);

const ThreadSourceKindSchema = Type.Named(
  "ThreadSourceKind",
  Type.Enum([
    "cli",
    "vscode",
    "exec",
    "appServer",
    "subAgent",
    "subAgentReview",
    "subAgentCompact",
    "subAgentThreadSpawn",
    "subAgentOther",
    "unknown",
  ]),
);

const ThreadSortKeySchema = Type.Named("ThreadSortKey", Type.Enum(["created_at", "updated_at", "recency_at"]));

export const ThreadListParamsSchema = Type.Named(
  "ThreadListParams",
  Type.Object({
    cursor: Type.Maybe(Type.String()),
    limit: Type.Maybe(Type.Uint32()),
    modelProviders: Type.Maybe(Type.Array(Type.String())),
    /** The archived ones instead of the others. */
    archived: Type.Maybe(Type.Boolean()),
    /** Those that were started in this folder, or in one of these. */
    cwd: Type.Maybe(ThreadListCwdFilterSchema),
    /** Absent: `cli` and `vscode`. */
    sourceKinds: Type.Maybe(Type.Array(ThreadSourceKindSchema)),
    /** Those whose name or preview has this text, in whatever case. */
    searchTerm: Type.Maybe(Type.String()),
    sortKey: Type.Maybe(ThreadSortKeySchema),
    /** Default `desc`. */
    sortDirection: Type.Maybe(SortDirectionSchema),
    excludedThreadIds: Type.Maybe(Type.Array(Type.String())),
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
