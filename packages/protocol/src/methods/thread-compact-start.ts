import type { Static } from "@sinclair/typebox";
import { ThreadIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ThreadCompactStartParamsSchema = Type.Named(
  "ThreadCompactStartParams",
  Type.Object({ threadId: ThreadIdSchema }),
);
export type ThreadCompactStartParams = Static<typeof ThreadCompactStartParamsSchema>;

export const ThreadCompactStartResponseSchema = Type.Named("ThreadCompactStartResponse", Type.Empty());
export type ThreadCompactStartResponse = Static<typeof ThreadCompactStartResponseSchema>;

export const threadCompactStart = defineMethod({
  method: "thread/compact/start",
  direction: "clientToServer",
  params: ThreadCompactStartParamsSchema,
  result: ThreadCompactStartResponseSchema,
  doc: "`thread/compact` under its later name.",
});
