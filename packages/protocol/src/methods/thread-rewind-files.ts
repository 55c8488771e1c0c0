import type { Static } from "@sinclair/typebox";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ThreadRewindFilesParamsSchema = Type.Named(
  "ThreadRewindFilesParams",
  Type.Object({
    threadId: ThreadIdSchema,
    /** The first turn whose changes are taken back, with those of all turns behind it. Default: the last that made any. */
    firstTurnId: Type.Maybe(TurnIdSchema),
    /** Says what would happen, and touches nothing. */
    dryRun: Type.Maybe(Type.Boolean()),
  }),
);
export type ThreadRewindFilesParams = Static<typeof ThreadRewindFilesParamsSchema>;

export const RewoundFileSchema = Type.Named(
  "RewoundFile",
  Type.Object({
    /** Absolute. */
    path: Type.String(),
    /** What happens to it now: `add` brings a removed file back. */
    kind: Type.Enum(["add", "delete", "update"]),
  }),
);

export const RewindConflictSchema = Type.Named(
  "RewindConflict",
  Type.Object({
    /** Absolute. */
    path: Type.String(),
    /**
     * `changedSince`: it is not what the turns left; `changedBetween`: somebody else changed it between two of their
     * changes; `notKept`: what it was is not there any more.
     */
    reason: Type.Enum(["changedSince", "changedBetween", "notKept"]),
  }),
);

export const ThreadRewindFilesResponseSchema = Type.Named(
  "ThreadRewindFilesResponse",
  Type.Object({
    /** `refused`: there are conflicts, and nothing was touched. `failed`: the same, for a `reason` of the system. */
    status: Type.Enum(["done", "planned", "refused", "failed", "nothingToDo"]),
    reason: Type.Nullable(Type.String()),
    /** The turns whose changes these are, oldest first. */
    turnIds: Type.Array(TurnIdSchema),
    files: Type.Array(RewoundFileSchema),
    conflicts: Type.Array(RewindConflictSchema),
    /** Turns that changed files of which nothing is kept any more. */
    forgottenTurnIds: Type.Array(TurnIdSchema),
    /** What changes, as git shows it; empty above 1 MiB of content. */
    diff: Type.String(),
  }),
);
export type ThreadRewindFilesResponse = Static<typeof ThreadRewindFilesResponseSchema>;

export const threadRewindFiles = defineMethod({
  method: "thread/rewindFiles",
  direction: "clientToServer",
  params: ThreadRewindFilesParamsSchema,
  result: ThreadRewindFilesResponseSchema,
  doc: "An extension of Heddle: takes back what turns of a loaded thread changed in files, by patches and by commands, all or nothing. What was said stays; `thread/revert` is the other half.",
});
