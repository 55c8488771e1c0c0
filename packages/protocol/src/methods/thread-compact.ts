import type { Static } from "@sinclair/typebox";
import { ThreadIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ThreadCompactParamsSchema = Type.Named("ThreadCompactParams", Type.Object({ threadId: ThreadIdSchema }));
export type ThreadCompactParams = Static<typeof ThreadCompactParamsSchema>;

export const ThreadCompactResponseSchema = Type.Named("ThreadCompactResponse", Type.Empty());
export type ThreadCompactResponse = Static<typeof ThreadCompactResponseSchema>;

export const threadCompact = defineMethod({
  method: "thread/compact",
  direction: "clientToServer",
  params: ThreadCompactParamsSchema,
  result: ThreadCompactResponseSchema,
  doc: "Replaces the history of a thread by a summary, in a turn of its own.",
});
