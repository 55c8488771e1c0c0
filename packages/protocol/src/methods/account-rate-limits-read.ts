import type { Static } from "@sinclair/typebox";
import { RateLimitSnapshotSchema } from "../definitions/rate-limits.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const GetAccountRateLimitsResponseSchema = Type.Named(
  "GetAccountRateLimitsResponse",
  Type.Object({ rateLimits: RateLimitSnapshotSchema }),
);
export type GetAccountRateLimitsResponse = Static<typeof GetAccountRateLimitsResponseSchema>;

export const accountRateLimitsRead = defineMethod({
  method: "account/rateLimits/read",
  direction: "clientToServer",
  params: null,
  result: GetAccountRateLimitsResponseSchema,
  doc: "Asks the service for the rate limits of the account.",
});
