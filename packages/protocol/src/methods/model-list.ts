import type { Static } from "@sinclair/typebox";
import { ModelSchema } from "../definitions/model.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ModelListParamsSchema = Type.Named(
  "ModelListParams",
  Type.Object({
    cursor: Type.Maybe(Type.String()),
    limit: Type.Maybe(Type.Uint32()),
    includeHidden: Type.Maybe(Type.Boolean()),
  }),
);
export type ModelListParams = Static<typeof ModelListParamsSchema>;

export const ModelListResponseSchema = Type.Named(
  "ModelListResponse",
  Type.Object({ data: Type.Array(ModelSchema), nextCursor: Type.Nullable(Type.String()) }),
);
export type ModelListResponse = Static<typeof ModelListResponseSchema>;

export const modelList = defineMethod({
  method: "model/list",
  direction: "clientToServer",
  params: ModelListParamsSchema,
  result: ModelListResponseSchema,
  doc: "The models to choose from; `limit` defaults to all. With `includeHidden` also those that are only known.",
});
