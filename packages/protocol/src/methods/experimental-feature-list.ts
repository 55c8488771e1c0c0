import { ExperimentalFeatureSchema } from "../definitions/experimental-feature.ts";
import { defineMethod } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ExperimentalFeatureListParamsSchema = Type.Named(
  "ExperimentalFeatureListParams",
  Type.Object({
    cursor: Type.Maybe(Type.String()),
    limit: Type.Maybe(Type.Uint32()),
    threadId: Type.Maybe(ThreadIdSchema),
  }),
);

const ExperimentalFeatureListResponseSchema = Type.Named(
  "ExperimentalFeatureListResponse",
  Type.Object({ data: Type.Array(ExperimentalFeatureSchema), nextCursor: Type.Maybe(Type.String()) }),
);

export const experimentalFeatureList = defineMethod({
  method: "experimentalFeature/list",
  direction: "clientToServer",
  params: ExperimentalFeatureListParamsSchema,
  result: ExperimentalFeatureListResponseSchema,
  doc: "The feature switches, on or off, as the configuration or a loaded thread has them.",
});
