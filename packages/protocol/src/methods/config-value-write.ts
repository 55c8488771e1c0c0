import type { Static } from "@sinclair/typebox";
import { ConfigWriteResponseSchema, MergeStrategySchema } from "../definitions/config.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ConfigValueWriteParamsSchema = Type.Named(
  "ConfigValueWriteParams",
  Type.Object({
    keyPath: Type.String(),
    value: Type.Json(),
    mergeStrategy: MergeStrategySchema,
    filePath: Type.Maybe(Type.String()),
    expectedVersion: Type.Maybe(Type.String()),
  }),
);
export type ConfigValueWriteParams = Static<typeof ConfigValueWriteParamsSchema>;

export const configValueWrite = defineMethod({
  method: "config/value/write",
  direction: "clientToServer",
  params: ConfigValueWriteParamsSchema,
  result: ConfigWriteResponseSchema,
  doc: "Writes one value to the configuration file of the user.",
});
