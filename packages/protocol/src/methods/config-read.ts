import type { Static } from "@sinclair/typebox";
import { ConfigLayerMetadataSchema, ConfigLayerSchema } from "../definitions/config.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ConfigReadParamsSchema = Type.Named(
  "ConfigReadParams",
  Type.Object({ includeLayers: Type.OptionalWithDefault(Type.Boolean(), false) }),
);
export type ConfigReadParams = Static<typeof ConfigReadParamsSchema>;

export const ConfigReadResponseSchema = Type.Named(
  "ConfigReadResponse",
  Type.Object({
    config: Type.Json(),
    origins: Type.Record(ConfigLayerMetadataSchema),
    /** Highest first; left out unless asked for. */
    layers: Type.Maybe(Type.Array(ConfigLayerSchema)),
  }),
);
export type ConfigReadResponse = Static<typeof ConfigReadResponseSchema>;

export const configRead = defineMethod({
  method: "config/read",
  direction: "clientToServer",
  params: ConfigReadParamsSchema,
  result: ConfigReadResponseSchema,
  doc: "The merged configuration in the spelling of the file, and where each value comes from.",
});
