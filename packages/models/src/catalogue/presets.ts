import type { ReasoningEffort } from "../prompt.ts";
import { modelFamily } from "./model-family.ts";

/** A model that is offered for choice. */
export interface ModelPreset {
  /** Also the slug. */
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly supportedEfforts: readonly { readonly effort: ReasoningEffort; readonly description: string }[];
  readonly defaultEffort: ReasoningEffort;
  /** Exactly one preset is. */
  readonly isDefault: boolean;
  readonly upgrade: ModelUpgrade | null;
  readonly showInPicker: boolean;
}

/** A model that a person has added to the choice. */
export interface ConfiguredModel {
  readonly slug: string;
  /** The provider that has it; null: whichever is in use. */
  readonly provider: string | null;
  /** Null: the slug. */
  readonly displayName: string | null;
  readonly description: string | null;
  /** Null: what models of its family know. */
  readonly efforts: readonly ReasoningEffort[] | null;
  readonly defaultEffort: ReasoningEffort | null;
  readonly showInPicker: boolean;
}

/** The model that should replace another one. */
export interface ModelUpgrade {
  readonly id: string;
  /** The configuration key that ends the question about it. */
  readonly migrationConfigKey: string;
  /** Which effort of the new model takes the place of each; null where they keep their names. */
  readonly effortMapping: Readonly<Record<ReasoningEffort, ReasoningEffort>> | null;
}

export const EFFORT_DESCRIPTIONS: Readonly<Record<ReasoningEffort, string>> = {
  none: "Answers at once",
  minimal: "Hardly thinks: fastest, for plain questions",
  low: "Thinks briefly: for small, clear changes",
  medium: "Weighs speed against depth: for everyday work",
  high: "Thinks long: for hard problems",
  xhigh: "Thinks as long as it takes: for the hardest problems, and slow",
};

/** What a model that thinks takes where nothing else is known of it. */
export const COMMON_EFFORTS: readonly ReasoningEffort[] = ["low", "medium", "high"];

export function describeEfforts(efforts: readonly ReasoningEffort[]): ModelPreset["supportedEfforts"] {
  return efforts.map((effort) => ({ effort, description: EFFORT_DESCRIPTIONS[effort] }));
}

const TO_MAX: ModelUpgrade = {
  effortMapping: null,
  id: "gpt-5.1-codex-max",
  migrationConfigKey: "hide_gpt-5.1-codex-max_migration_prompt",
};
const TO_MINI: ModelUpgrade = {
  effortMapping: null,
  id: "gpt-5.1-codex-mini",
  migrationConfigKey: "hide_gpt5_1_migration_prompt",
};

const PRESETS: readonly ModelPreset[] = [
  {
    ...preset("gpt-5.1-codex-max", "The strongest for code: deep, and quick where it can be", [
      "low",
      "medium",
      "high",
      "xhigh",
    ]),
    isDefault: true,
  },
  { ...preset("gpt-5.1-codex", "Made for agents that write code", ["low", "medium", "high"]), upgrade: TO_MAX },
  { ...preset("gpt-5.1-codex-mini", "Cheaper and faster, less able", ["medium", "high"]), upgrade: TO_MAX },
  { ...preset("gpt-5.1", "Broad knowledge, strong at general reasoning", ["low", "medium", "high"]), upgrade: TO_MAX },
  {
    ...preset("gpt-5-codex", "Made for agents that write code, older", ["low", "medium", "high"]),
    upgrade: TO_MAX,
    showInPicker: false,
  },
  {
    ...preset("gpt-5-codex-mini", "Cheaper and faster, older", ["medium", "high"]),
    upgrade: TO_MINI,
    showInPicker: false,
  },
  {
    ...preset("gpt-5", "Broad knowledge, older", ["minimal", "low", "medium", "high"]),
    upgrade: TO_MAX,
    showInPicker: false,
  },
];

function preset(id: string, description: string, efforts: readonly ReasoningEffort[]): ModelPreset {
  return {
    id,
    displayName: id,
    description,
    supportedEfforts: describeEfforts(efforts),
    defaultEffort: "medium",
    isDefault: false,
    upgrade: null,
    showInPicker: true,
  };
}

/** The model that is used when nothing else is said, also for reviews. */
export const DEFAULT_MODEL = "gpt-5.1-codex-max";

/** The presets that come with the program, those shown for choice and those only known. Source: models spec, section 8.2. */
export function modelPresets(): readonly ModelPreset[] {
  return PRESETS;
}

/** The choice with what is configured for a provider: in the place of a model of the same slug, else behind all others. */
export function withConfigured(
  presets: readonly ModelPreset[],
  configured: readonly ConfiguredModel[],
  provider: string,
): readonly ModelPreset[] {
  const own = new Map(
    configured
      .filter((model) => model.provider === null || model.provider === provider)
      .map((model) => [model.slug, model]),
  );
  const replaced = presets.map((preset) => {
    const model = own.get(preset.id);
    own.delete(preset.id);
    return model === undefined ? preset : toPreset(model, preset);
  });
  const all = [...replaced, ...[...own.values()].map((model) => toPreset(model, null))];
  // There is a default one, whatever was hidden or replaced.
  const shown = all.filter(({ showInPicker }) => showInPicker);
  const first = shown.find(({ isDefault }) => isDefault) ?? shown[0];
  return all.map((model) => ({ ...model, isDefault: model === first }));
}

function toPreset(model: ConfiguredModel, known: ModelPreset | null): ModelPreset {
  const { slug, efforts, displayName, description, showInPicker } = model;
  const family = modelFamily(slug);
  const byFamily = family.thinking === null ? [] : COMMON_EFFORTS;
  return {
    id: slug,
    displayName: displayName ?? known?.displayName ?? slug,
    description: description ?? known?.description ?? "",
    supportedEfforts:
      efforts === null ? (known?.supportedEfforts ?? describeEfforts(byFamily)) : describeEfforts(efforts),
    defaultEffort: model.defaultEffort ?? known?.defaultEffort ?? family.defaultEffort ?? efforts?.[0] ?? "medium",
    isDefault: known?.isDefault ?? false,
    upgrade: known?.upgrade ?? null,
    showInPicker,
  };
}
