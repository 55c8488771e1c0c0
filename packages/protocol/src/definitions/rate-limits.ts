import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/** `resetsAt` in Unix seconds. */
export const RateLimitWindowSchema = Type.Named(
  "RateLimitWindow",
  Type.Object({
    usedPercent: Type.Int32(),
    windowDurationMins: Type.Nullable(Type.Int64()),
    resetsAt: Type.Nullable(Type.Int64()),
  }),
);
export type RateLimitWindow = Static<typeof RateLimitWindowSchema>;

/** `balance` stays the text that the service sent. */
export const CreditsSnapshotSchema = Type.Named(
  "CreditsSnapshot",
  Type.Object({ hasCredits: Type.Boolean(), unlimited: Type.Boolean(), balance: Type.Nullable(Type.String()) }),
);
export type CreditsSnapshot = Static<typeof CreditsSnapshotSchema>;

export const PlanTypeSchema = Type.Named(
  "PlanType",
  Type.Enum(["free", "plus", "pro", "team", "business", "enterprise", "edu", "unknown"]),
);
export type PlanType = Static<typeof PlanTypeSchema>;

export const RateLimitSnapshotSchema = Type.Named(
  "RateLimitSnapshot",
  Type.Object({
    primary: Type.Nullable(RateLimitWindowSchema),
    secondary: Type.Nullable(RateLimitWindowSchema),
    credits: Type.Nullable(CreditsSnapshotSchema),
    planType: Type.Nullable(PlanTypeSchema),
  }),
);
export type RateLimitSnapshot = Static<typeof RateLimitSnapshotSchema>;
