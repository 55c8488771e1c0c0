import type { Static } from "@sinclair/typebox";
import { ThreadIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const MessageHistoryAppendParamsSchema = Type.Named(
  "MessageHistoryAppendParams",
  Type.Object({ threadId: ThreadIdSchema, text: Type.String() }),
);
export type MessageHistoryAppendParams = Static<typeof MessageHistoryAppendParamsSchema>;

export const MessageHistoryAppendResponseSchema = Type.Named("MessageHistoryAppendResponse", Type.Empty());
export type MessageHistoryAppendResponse = Static<typeof MessageHistoryAppendResponseSchema>;

export const messageHistoryAppend = defineMethod({
  method: "messageHistory/append",
  direction: "clientToServer",
  params: MessageHistoryAppendParamsSchema,
  result: MessageHistoryAppendResponseSchema,
  doc: "An extension of Heddle: adds what the user has said to the home's `history.jsonl`, as `history.persistence` and `history.max_bytes` want it.",
});
