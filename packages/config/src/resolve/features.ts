import { defaultFeatures, featureKey, LEGACY_FEATURE_NAMES, type FeatureKey, type FeatureSet } from "../features.ts";
import type { ConfigTable, ProfileTable } from "../schema/fields/root.ts";
import type { Deprecation } from "./resolved-config.ts";

/** Old switches outside of `[features]`, at the root and in profiles. */
const LEGACY_KEYS = [
  "experimental_sandbox_command_assessment",
  "experimental_use_unified_exec_tool",
  "experimental_use_rmcp_client",
  "experimental_use_freeform_apply_patch",
  "include_apply_patch_tool",
] as const;

/** One switch as somebody set it. */
interface Switch {
  readonly name: string;
  readonly feature: FeatureKey;
  readonly on: boolean;
}

/**
 * Which features are on: defaults, then old keys and `[features]` of the root, then those of the profile. Inside one
 * table a feature's own name wins over its old ones. Source: configuration spec, sections 3.4 and 4.
 */
export function resolveFeatures(
  config: ConfigTable,
  profile: ProfileTable,
): { readonly features: FeatureSet; readonly deprecations: readonly Deprecation[] } {
  const switches = [
    ...legacySwitches(config),
    ...toolSwitches([
      ["tools.web_search", "web_search_request", config.tools?.web_search ?? config.tools?.web_search_request],
      ["tools.view_image", "view_image_tool", config.tools?.view_image],
    ]),
    ...tableSwitches(config.features),
    ...legacySwitches(profile),
    ...toolSwitches([
      ["tools_web_search", "web_search_request", profile.tools_web_search],
      ["tools_view_image", "view_image_tool", profile.tools_view_image],
    ]),
    ...tableSwitches(profile.features),
  ];
  const features = defaultFeatures();
  const deprecations = new Map<string, Deprecation>();
  for (const { name, feature, on } of switches) {
    features[feature] = on;
    if (name !== feature) deprecations.set(name, deprecation(name, feature));
  }
  return { features, deprecations: [...deprecations.values()] };
}

function legacySwitches(table: ConfigTable | ProfileTable): readonly Switch[] {
  return LEGACY_KEYS.flatMap((name) => {
    const on = table[name];
    const feature = featureKey(name);
    return on === undefined || feature === null ? [] : [{ name, feature, on }];
  });
}

function toolSwitches(rows: readonly (readonly [string, FeatureKey, boolean | undefined])[]): readonly Switch[] {
  return rows.flatMap(([name, feature, on]) => (on === undefined ? [] : [{ name, feature, on }]));
}

/** The known switches of `[features]`; unknown ones are warned about elsewhere. */
function tableSwitches(table: Readonly<Record<string, boolean | undefined>> = {}): readonly Switch[] {
  const entries = Object.entries(table);
  const legacy = entries.filter(([name]) => Object.hasOwn(LEGACY_FEATURE_NAMES, name));
  const current = entries.filter(([name]) => !Object.hasOwn(LEGACY_FEATURE_NAMES, name));
  return [...legacy, ...current].flatMap(([name, on]) => {
    const feature = featureKey(name);
    return feature === null || on === undefined ? [] : [{ name, feature, on }];
  });
}

function deprecation(old: string, feature: FeatureKey): Deprecation {
  return {
    summary: `\`${old}\` is deprecated. Use \`[features].${feature}\` instead.`,
    details: `Enable it with \`--enable ${feature}\` or \`[features].${feature}\` in config.toml.`,
  };
}
