import type { Static } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const MessageHistoryReadParamsSchema = Type.Named(
  "MessageHistoryReadParams",
  Type.Object({ logId: Type.Maybe(Type.Int64()), offset: Type.Maybe(Type.Uint32()) }),
);
export type MessageHistoryReadParams = Static<typeof MessageHistoryReadParamsSchema>;

/** `timestamp`: Unix seconds. */
export const MessageHistoryEntrySchema = Type.Named(
  "MessageHistoryEntry",
  Type.Object({ threadId: Type.String(), timestamp: Type.Int64(), text: Type.String() }),
);
export type MessageHistoryEntry = Static<typeof MessageHistoryEntrySchema>;

export const MessageHistoryReadResponseSchema = Type.Named(
  "MessageHistoryReadResponse",
  Type.Object({
    logId: Type.Nullable(Type.Int64()),
    count: Type.Int64(),
    entry: Type.Nullable(MessageHistoryEntrySchema),
  }),
);
export type MessageHistoryReadResponse = Static<typeof MessageHistoryReadResponseSchema>;

export const messageHistoryRead = defineMethod({
  method: "messageHistory/read",
  direction: "clientToServer",
  params: MessageHistoryReadParamsSchema,
  result: MessageHistoryReadResponseSchema,
  doc: "An extension of Heddle: the id of the home's `history.jsonl` (null without one), how many entries it has, and the entry at `offset`, counted from the oldest. The entry is null without an offset, and where `logId` names another file: old entries were dropped since.",
});
