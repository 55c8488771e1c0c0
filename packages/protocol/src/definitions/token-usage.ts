import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

export const TokenUsageBreakdownSchema = Type.Named(
  "TokenUsageBreakdown",
  Type.Object({
    totalTokens: Type.Int64(),
    inputTokens: Type.Int64(),
    cachedInputTokens: Type.Int64(),
    outputTokens: Type.Int64(),
    reasoningOutputTokens: Type.Int64(),
  }),
);
export type TokenUsageBreakdown = Static<typeof TokenUsageBreakdownSchema>;

/** `total` adds up over the thread, `last` is the latest model response; the window is the usable one. */
export const ThreadTokenUsageSchema = Type.Named(
  "ThreadTokenUsage",
  Type.Object({
    total: TokenUsageBreakdownSchema,
    last: TokenUsageBreakdownSchema,
    modelContextWindow: Type.Nullable(Type.Int64()),
  }),
);
export type ThreadTokenUsage = Static<typeof ThreadTokenUsageSchema>;
