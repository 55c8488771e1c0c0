import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/** A limit: a number ends the turn, `soft` warns first. */
const LimitSchema = Type.Union([
  Type.Double(),
  Type.Object({ soft: Type.Maybe(Type.Double()), hard: Type.Maybe(Type.Double()) }),
]);

/** An extension of Heddle: what a turn may use, beside what the configuration allows it. */
export const TurnLimitsSchema = Type.Named(
  "TurnLimits",
  Type.Object({
    /** In and out. */
    tokens: Type.Maybe(LimitSchema),
    toolCalls: Type.Maybe(LimitSchema),
    wallSeconds: Type.Maybe(LimitSchema),
    /** US dollars, as far as the configuration knows prices. */
    usd: Type.Maybe(LimitSchema),
  }),
);
export type TurnLimits = Static<typeof TurnLimitsSchema>;

/** An extension of Heddle: a limit that a turn, or its thread, has reached. */
export const TurnLimitHitSchema = Type.Named(
  "TurnLimitHit",
  Type.Object({
    scope: Type.Enum(["turn", "thread"]),
    kind: Type.Enum(["tokens", "toolCalls", "wallSeconds", "usd"]),
    used: Type.Double(),
    /** Where the turn ends; where there is no such bound, where the warning is due. */
    max: Type.Double(),
  }),
);
export type TurnLimitHit = Static<typeof TurnLimitHitSchema>;
