import { ModelProviderSummarySchema } from "../definitions/model-provider.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const ModelProviderListParamsSchema = Type.Named("ModelProviderListParams", Type.Object({}));

const ModelProviderListResponseSchema = Type.Named(
  "ModelProviderListResponse",
  Type.Object({
    data: Type.Array(ModelProviderSummarySchema),
    defaultProviderId: Type.String(),
    canChangeDefault: Type.Boolean(),
  }),
);

export const modelProviderList = defineMethod({
  method: "modelProvider/list",
  direction: "clientToServer",
  params: ModelProviderListParamsSchema,
  result: ModelProviderListResponseSchema,
  doc: "The providers that there are, built in and configured, and the one that new threads use.",
});
