import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/** `replace` sets a key; `upsert` merges tables deeply and sets everything else. */
export const MergeStrategySchema = Type.Named("MergeStrategy", Type.Enum(["replace", "upsert"]));
export type MergeStrategy = Static<typeof MergeStrategySchema>;

/** `keyPath` is dotted; a `null` value removes the key. */
export const ConfigEditSchema = Type.Named(
  "ConfigEdit",
  Type.Object({ keyPath: Type.String(), value: Type.Json(), mergeStrategy: MergeStrategySchema }),
);
export type ConfigEdit = Static<typeof ConfigEditSchema>;

export const ConfigLayerNameSchema = Type.Named(
  "ConfigLayerName",
  Type.Enum(["mdm", "system", "sessionFlags", "user"]),
);
export type ConfigLayerName = Static<typeof ConfigLayerNameSchema>;

/** `version` changes exactly when the content of the layer does. */
export const ConfigLayerMetadataSchema = Type.Named(
  "ConfigLayerMetadata",
  Type.Object({ name: ConfigLayerNameSchema, source: Type.String(), version: Type.String() }),
);
export type ConfigLayerMetadata = Static<typeof ConfigLayerMetadataSchema>;

export const ConfigLayerSchema = Type.Named(
  "ConfigLayer",
  Type.Object({ name: ConfigLayerNameSchema, source: Type.String(), version: Type.String(), config: Type.Json() }),
);
export type ConfigLayer = Static<typeof ConfigLayerSchema>;

/** Says that a higher layer hides the value that was written. */
export const OverriddenMetadataSchema = Type.Named(
  "OverriddenMetadata",
  Type.Object({
    message: Type.String(),
    overridingLayer: ConfigLayerMetadataSchema,
    effectiveValue: Type.Json(),
  }),
);
export type OverriddenMetadata = Static<typeof OverriddenMetadataSchema>;

export const WriteStatusSchema = Type.Named("WriteStatus", Type.Enum(["ok", "okOverridden"]));
export type WriteStatus = Static<typeof WriteStatusSchema>;

/** `filePath` is canonical; `version` is the user layer's new one. */
export const ConfigWriteResponseSchema = Type.Named(
  "ConfigWriteResponse",
  Type.Object({
    status: WriteStatusSchema,
    version: Type.String(),
    filePath: Type.String(),
    overriddenMetadata: Type.Nullable(OverriddenMetadataSchema),
  }),
);
export type ConfigWriteResponse = Static<typeof ConfigWriteResponseSchema>;

export const ConfigWriteErrorCodeSchema = Type.Named(
  "ConfigWriteErrorCode",
  Type.Enum([
    "configLayerReadonly",
    "configVersionConflict",
    "configValidationError",
    "configPathNotFound",
    "configSchemaUnknownKey",
  ]),
);
export type ConfigWriteErrorCode = Static<typeof ConfigWriteErrorCodeSchema>;

/** `data` of the error that answers a failed write: the only data that an error of this protocol has. */
export const ConfigWriteErrorDataSchema = Type.Named(
  "ConfigWriteErrorData",
  Type.Object({ config_write_error_code: ConfigWriteErrorCodeSchema }),
);
export type ConfigWriteErrorData = Static<typeof ConfigWriteErrorDataSchema>;
