import type { Static } from "@sinclair/typebox";
import { TurnLimitsSchema } from "../definitions/limits.ts";
import { TurnSchema } from "../definitions/turn.ts";
import { ThreadIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const TurnContinueParamsSchema = Type.Named(
  "TurnContinueParams",
  Type.Object({
    threadId: ThreadIdSchema,
    /** As in `turn/start`; what the turn used before counts. */
    limits: Type.Maybe(TurnLimitsSchema),
  }),
);
export type TurnContinueParams = Static<typeof TurnContinueParamsSchema>;

export const TurnContinueResponseSchema = Type.Named("TurnContinueResponse", Type.Object({ turn: TurnSchema }));
export type TurnContinueResponse = Static<typeof TurnContinueResponseSchema>;

export const turnContinue = defineMethod({
  method: "turn/continue",
  direction: "clientToServer",
  params: TurnContinueParamsSchema,
  result: TurnContinueResponseSchema,
  doc: "An extension of Heddle: goes on with the last turn of a loaded thread, which `thread/resume` showed as `continuable`, from its last complete step and under the same id. `turn/started` comes once more.",
});
