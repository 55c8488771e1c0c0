import type { Static } from "@sinclair/typebox";
import { UserInputSchema } from "../definitions/user-input.ts";
import { ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const TurnSteerParamsSchema = Type.Named(
  "TurnSteerParams",
  Type.Object({ threadId: ThreadIdSchema, expectedTurnId: TurnIdSchema, input: Type.Array(UserInputSchema) }),
);
export type TurnSteerParams = Static<typeof TurnSteerParamsSchema>;

export const TurnSteerResponseSchema = Type.Named("TurnSteerResponse", Type.Object({ turnId: TurnIdSchema }));
export type TurnSteerResponse = Static<typeof TurnSteerResponseSchema>;

export const turnSteer = defineMethod({
  method: "turn/steer",
  direction: "clientToServer",
  params: TurnSteerParamsSchema,
  result: TurnSteerResponseSchema,
  doc: "Hands input to the running turn, which has to be the one that the client expects. Answers with its id and starts no other one.",
});
