import type { Static } from "@sinclair/typebox";
import { ConfigEditSchema, ConfigWriteResponseSchema } from "../definitions/config.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ConfigBatchWriteParamsSchema = Type.Named(
  "ConfigBatchWriteParams",
  Type.Object({
    edits: Type.Array(ConfigEditSchema),
    filePath: Type.Maybe(Type.String()),
    expectedVersion: Type.Maybe(Type.String()),
  }),
);
export type ConfigBatchWriteParams = Static<typeof ConfigBatchWriteParamsSchema>;

export const configBatchWrite = defineMethod({
  method: "config/batchWrite",
  direction: "clientToServer",
  params: ConfigBatchWriteParamsSchema,
  result: ConfigWriteResponseSchema,
  doc: "Writes several values at once, or none of them.",
});
