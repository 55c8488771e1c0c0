import type { Static } from "@sinclair/typebox";
import {
  AskForApprovalSchema,
  ReasoningEffortSchema,
  ReasoningSummarySchema,
  SandboxPolicySchema,
} from "../definitions/settings.ts";
import { TurnLimitsSchema } from "../definitions/limits.ts";
import { TurnSchema } from "../definitions/turn.ts";
import { UserInputSchema } from "../definitions/user-input.ts";
import { ThreadIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const TurnStartParamsSchema = Type.Named(
  "TurnStartParams",
  Type.Object({
    threadId: ThreadIdSchema,
    input: Type.Array(UserInputSchema),
    cwd: Type.Maybe(Type.String()),
    approvalPolicy: Type.Maybe(AskForApprovalSchema),
    sandboxPolicy: Type.Maybe(SandboxPolicySchema),
    model: Type.Maybe(Type.String()),
    /** Ours: the provider of the model, by its id, from this turn on. What only the old one can read is left out. */
    modelProvider: Type.Maybe(Type.String()),
    effort: Type.Maybe(ReasoningEffortSchema),
    summary: Type.Maybe(ReasoningSummarySchema),
    /** A JSON Schema that the final answer of this turn has to fit. Later turns are free of it. */
    outputSchema: Type.Optional(Type.Json()),
    /** Ours: what this turn may use, within what the configuration allows. Input that joins a turn narrows that one. */
    limits: Type.Maybe(TurnLimitsSchema),
  }),
);
export type TurnStartParams = Static<typeof TurnStartParamsSchema>;

export const TurnStartResponseSchema = Type.Named("TurnStartResponse", Type.Object({ turn: TurnSchema }));
export type TurnStartResponse = Static<typeof TurnStartResponseSchema>;

export const turnStart = defineMethod({
  method: "turn/start",
  direction: "clientToServer",
  params: TurnStartParamsSchema,
  result: TurnStartResponseSchema,
  doc: "Sends input to a thread. Settings given here stay for its later turns, but for the output schema. While a turn runs, the input joins it.",
});
