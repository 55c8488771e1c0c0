import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

const ExperimentalFeatureStageSchema = Type.Named(
  "ExperimentalFeatureStage",
  Type.Enum(["beta", "underDevelopment", "stable", "deprecated", "removed"]),
);
export type ExperimentalFeatureStage = Static<typeof ExperimentalFeatureStageSchema>;

/** A feature switch. `displayName`, `description` and `announcement` are for those that people are invited to try. */
export const ExperimentalFeatureSchema = Type.Named(
  "ExperimentalFeature",
  Type.Object({
    name: Type.String(),
    stage: ExperimentalFeatureStageSchema,
    enabled: Type.Boolean(),
    defaultEnabled: Type.Boolean(),
    displayName: Type.Maybe(Type.String()),
    description: Type.Maybe(Type.String()),
    announcement: Type.Maybe(Type.String()),
  }),
);
export type ExperimentalFeature = Static<typeof ExperimentalFeatureSchema>;
