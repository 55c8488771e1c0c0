import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";
import { ReasoningEffortSchema } from "./settings.ts";

export const ReasoningEffortOptionSchema = Type.Named(
  "ReasoningEffortOption",
  Type.Object({ reasoningEffort: ReasoningEffortSchema, description: Type.String() }),
);
export type ReasoningEffortOption = Static<typeof ReasoningEffortOptionSchema>;

/** A model that can be chosen. Exactly one of a list has `isDefault`. */
export const ModelSchema = Type.Named(
  "Model",
  Type.Object({
    id: Type.String(),
    model: Type.String(),
    displayName: Type.String(),
    description: Type.String(),
    supportedReasoningEfforts: Type.Array(ReasoningEffortOptionSchema),
    defaultReasoningEffort: ReasoningEffortSchema,
    isDefault: Type.Boolean(),
    /** The model that should replace this one. Of the newer dialect, as all that follow. */
    upgrade: Type.Maybe(Type.String()),
    hidden: Type.Optional(Type.Boolean()),
    inputModalities: Type.Optional(Type.Array(Type.Enum(["text", "image"]))),
    supportsPersonality: Type.Optional(Type.Boolean()),
  }),
);
export type Model = Static<typeof ModelSchema>;
