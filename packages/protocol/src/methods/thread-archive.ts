import type { Static } from "@sinclair/typebox";
import { ThreadIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ThreadArchiveParamsSchema = Type.Named("ThreadArchiveParams", Type.Object({ threadId: ThreadIdSchema }));
export type ThreadArchiveParams = Static<typeof ThreadArchiveParamsSchema>;

export const ThreadArchiveResponseSchema = Type.Named("ThreadArchiveResponse", Type.Empty());
export type ThreadArchiveResponse = Static<typeof ThreadArchiveResponseSchema>;

export const threadArchive = defineMethod({
  method: "thread/archive",
  direction: "clientToServer",
  params: ThreadArchiveParamsSchema,
  result: ThreadArchiveResponseSchema,
  doc: "Ends a loaded thread and moves its rollout to the archive.",
});
