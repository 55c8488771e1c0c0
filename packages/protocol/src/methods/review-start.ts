import type { Static } from "@sinclair/typebox";
import { ReviewDeliverySchema, ReviewTargetSchema } from "../definitions/review.ts";
import { TurnSchema } from "../definitions/turn.ts";
import { ThreadIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ReviewStartParamsSchema = Type.Named(
  "ReviewStartParams",
  Type.Object({ threadId: ThreadIdSchema, target: ReviewTargetSchema, delivery: Type.Maybe(ReviewDeliverySchema) }),
);
export type ReviewStartParams = Static<typeof ReviewStartParamsSchema>;

export const ReviewStartResponseSchema = Type.Named(
  "ReviewStartResponse",
  Type.Object({ turn: TurnSchema, reviewThreadId: ThreadIdSchema }),
);
export type ReviewStartResponse = Static<typeof ReviewStartResponseSchema>;

export const reviewStart = defineMethod({
  method: "review/start",
  direction: "clientToServer",
  params: ReviewStartParamsSchema,
  result: ReviewStartResponseSchema,
  doc: "Has changes reviewed, on this thread or on a fork of it.",
});
