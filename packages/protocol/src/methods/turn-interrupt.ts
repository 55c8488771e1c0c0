import type { Static } from "@sinclair/typebox";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const TurnInterruptParamsSchema = Type.Named(
  "TurnInterruptParams",
  Type.Object({ threadId: ThreadIdSchema, turnId: TurnIdSchema }),
);
export type TurnInterruptParams = Static<typeof TurnInterruptParamsSchema>;

export const TurnInterruptResponseSchema = Type.Named("TurnInterruptResponse", Type.Empty());
export type TurnInterruptResponse = Static<typeof TurnInterruptResponseSchema>;

export const turnInterrupt = defineMethod({
  method: "turn/interrupt",
  direction: "clientToServer",
  params: TurnInterruptParamsSchema,
  result: TurnInterruptResponseSchema,
  doc: "Stops the running turn, whatever `turnId` says; answered once it has stopped, right before its `turn/completed`, and at once when none runs.",
});
