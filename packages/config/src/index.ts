/** Layers of TOML to one resolved configuration, and edits that keep comments. */
export type { ConfigWarning } from "./check-layers.ts";
export { ConfigError, type ConfigFailure, type ConfigFailureKind } from "./config-error.ts";
export { readDotEnv } from "./dot-env.ts";
export { editConfig } from "./edit/lazy.ts";
export type { ConfigEdit } from "./edit/edit-config.ts";
export { findKeySettings, readConfig, readLayers, validateConfig, type KeySetting } from "./read-config.ts";
export type { ConfigLayer, ConfigView, LayerMetadata } from "./layers/config-view.ts";
export type { ConfigLayerName } from "./layers/layer.ts";
export { parseConfigValue } from "./layers/override.ts";
export type { LayerSources } from "./layers/read-layers.ts";
export { layerVersion } from "./layers/version.ts";
export { configJsonSchema } from "./schema/json-schema.ts";
export { nearest } from "./schema/nearest.ts";
export { configKeys, type ConfigKey } from "./schema/key-list.ts";
export { formatKeyPath, parseKeyPath, type ParsedKeyPath } from "./toml/key-path.ts";
export { valueAt } from "./toml/table.ts";
export { formatValue as formatTomlValue } from "./toml/write-value.ts";
export { defaultModelEdits, featureEdits, projectTrustEdits } from "./write/own-edits.ts";
export type {
  ConfigValueWrite,
  ConfigWriteErrorCode,
  ConfigWriteRefusal,
  OverriddenMetadata,
} from "./write/plan-write.ts";
export { updateUserConfig, writeConfig, type ConfigWrite, type ConfigWriteOutcome } from "./write/write-config.ts";
export { featureKey, FEATURES, type FeatureKey, type FeatureSet, type FeatureStage } from "./features.ts";
export { credentialFiles, resolveHome, serverTokenFiles, type Environment } from "./home.ts";
export { tryLockFile, waitForLockFile, type LockFile, type LockHolder, type LockTry } from "./lock-file.ts";
export { replaceFile } from "./write/replace-file.ts";
export { loadConfig, type ConfigSources } from "./load-config.ts";
export type { ConfigFlags } from "./resolve/flags.ts";
export { assertWithinManaged } from "./resolve/managed-bounds.ts";
export { findProjectRoot } from "./resolve/trust.ts";
export type {
  ApprovalPolicy,
  Deprecation,
  Limit,
  LogLevel,
  ManagedBounds,
  McpServerSettings,
  OtelExporter,
  OtelTls,
  ReasoningEffort,
  ReasoningSummary,
  ResolvedConfig,
  SandboxMode,
  SandboxPolicy,
  ModelPrice,
  ScopeLimits,
  ShellEnvironmentPolicy,
  TrustLevel,
  Verbosity,
} from "./resolve/resolved-config.ts";
