/** How settled a feature is. */
export type FeatureStage = "stable" | "beta" | "experimental";

interface Feature {
  readonly stage: FeatureStage;
  readonly default: boolean;
  readonly doc: string;
}

/** The feature switches, in the order in which they are listed. Source: configuration spec, section 4. */
export const FEATURES = {
  undo: { stage: "stable", default: true, doc: "Keep what a turn changed, so that it can be undone." },
  parallel: { stage: "stable", default: true, doc: "Let models that can call several tools at once." },
  view_image_tool: { stage: "stable", default: true, doc: "Offer the tool that shows an image to the model." },
  shell_tool: { stage: "stable", default: true, doc: "Offer the tools that run commands." },
  warnings: { stage: "stable", default: true, doc: "Tell the model when it uses a tool in a way that wastes work." },
  unified_exec: {
    stage: "experimental",
    default: false,
    doc: "Offer commands on a terminal that the model can type into.",
  },
  rmcp_client: { stage: "experimental", default: true, doc: "Log in to MCP servers with OAuth." },
  apply_patch_freeform: { stage: "beta", default: false, doc: "Offer the patch tool in its free form to every model." },
  web_search_request: { stage: "stable", default: false, doc: "Let the model search the web through its provider." },
  exec_policy: { stage: "experimental", default: true, doc: "Apply the rule files to commands." },
  experimental_sandbox_command_assessment: {
    stage: "experimental",
    default: false,
    doc: "Have a model describe the risk of a command that is asked about.",
  },
  enable_experimental_windows_sandbox: { stage: "experimental", default: false, doc: "The sandbox on Windows." },
  remote_compaction: {
    stage: "experimental",
    default: true,
    doc: "Compact threads on the server under a ChatGPT login.",
  },
  remote_models: { stage: "experimental", default: false, doc: "Fetch the list of models from the provider." },
  skills: { stage: "experimental", default: false, doc: "Tell the model about the skills in the home." },
  shell_snapshot: {
    stage: "experimental",
    default: false,
    doc: "Run commands with a snapshot of the login shell's state instead of a login shell each time.",
  },
  tui2: { stage: "experimental", default: false, doc: "The second terminal screen." },
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureKey = keyof typeof FEATURES;

/** Every feature, on or off. */
export type FeatureSet = Readonly<Record<FeatureKey, boolean>>;

/** Names that features once had, inside `[features]` and for `--enable`, and where they are switched now. */
export const LEGACY_FEATURE_NAMES: Readonly<Record<string, FeatureKey>> = {
  experimental_use_unified_exec_tool: "unified_exec",
  experimental_use_rmcp_client: "rmcp_client",
  experimental_use_freeform_apply_patch: "apply_patch_freeform",
  include_apply_patch_tool: "apply_patch_freeform",
  web_search: "web_search_request",
};

/** The feature of a name, old or new; null when there is none. */
export function featureKey(name: string): FeatureKey | null {
  if (isFeatureKey(name)) return name;
  return (Object.hasOwn(LEGACY_FEATURE_NAMES, name) ? LEGACY_FEATURE_NAMES[name] : undefined) ?? null;
}

function isFeatureKey(name: string): name is FeatureKey {
  return Object.hasOwn(FEATURES, name);
}

/** Which features are on when nobody says anything, in the order in which they are listed. */
export function defaultFeatures(): Record<FeatureKey, boolean> {
  const features: Partial<Record<FeatureKey, boolean>> = {};
  for (const key of Object.keys(FEATURES).filter(isFeatureKey)) features[key] = FEATURES[key].default;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each key was just set
  return features as Record<FeatureKey, boolean>;
}
