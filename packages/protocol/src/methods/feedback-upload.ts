import type { Static } from "@sinclair/typebox";
import { ThreadIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const FeedbackUploadParamsSchema = Type.Named(
  "FeedbackUploadParams",
  Type.Object({
    classification: Type.String(),
    reason: Type.Maybe(Type.String()),
    threadId: Type.Maybe(ThreadIdSchema),
    includeLogs: Type.Boolean(),
  }),
);
export type FeedbackUploadParams = Static<typeof FeedbackUploadParamsSchema>;

export const FeedbackUploadResponseSchema = Type.Named(
  "FeedbackUploadResponse",
  Type.Object({ threadId: Type.String() }),
);
export type FeedbackUploadResponse = Static<typeof FeedbackUploadResponseSchema>;

export const feedbackUpload = defineMethod({
  method: "feedback/upload",
  direction: "clientToServer",
  params: FeedbackUploadParamsSchema,
  result: FeedbackUploadResponseSchema,
  doc: "Keeps feedback, with logs where asked, or sends it where that is configured.",
});
