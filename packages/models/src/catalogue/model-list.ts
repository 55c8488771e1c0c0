import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from "../json.ts";
import type { ReasoningEffort } from "../prompt.ts";
import type { FamilyOverrides, ModelFamily } from "./family.ts";
import { modelFamily } from "./model-family.ts";
import {
  COMMON_EFFORTS,
  describeEfforts,
  EFFORT_DESCRIPTIONS,
  type ModelPreset,
  type ModelUpgrade,
} from "./presets.ts";

/** A model as its provider lists it. */
export interface ListedModel {
  readonly slug: string;
  readonly displayName: string;
  readonly description: string;
  /** Null when the provider does not say. */
  readonly defaultEffort: ReasoningEffort | null;
  readonly efforts: readonly { readonly effort: ReasoningEffort; readonly description: string }[];
  /** In tokens; null when the provider does not say, as for the next two. */
  readonly contextWindow: number | null;
  readonly shellTool: ModelFamily["shellTool"] | null;
  readonly baseInstructions: string | null;
  /** Whether it is to be offered for choice. */
  readonly isShown: boolean;
  /** The higher, the earlier. */
  readonly priority: number;
  readonly upgradeTo: string | null;
}

/**
 * Reads a list of models, in the form of OpenAI's clients (`models` with slugs), of its public API (`data` with ids, as
 * most have it), or of Gemini (`models` with names). Entries that are malformed or for newer clients are left out.
 * Source: models spec, section 8.3.
 */
export function decodeModelList(body: unknown, version: string): readonly ListedModel[] {
  return rawModels(body).flatMap((entry) => decodeModel(entry, version) ?? []);
}

/** The entries of a list as they came, for a cache. */
export function rawModels(body: unknown): readonly JsonObject[] {
  const { models, data } = asObject(body);
  return (Array.isArray(models) ? models : asArray(data)).filter(isObject);
}

function decodeModel(entry: JsonObject, version: string): ListedModel | null {
  const slug = asString(entry["slug"]);
  if (slug !== null)
    return isForNewerClient(entry["minimal_client_version"], version) ? null : decodeDetailed(slug, entry);
  const id = asString(entry["id"]) ?? asString(entry["name"])?.replace(/^models\//, "");
  if (!id || !canGenerate(entry)) return null;
  return decodePlain(id, entry);
}

function decodeDetailed(slug: string, entry: JsonObject): ListedModel {
  const efforts = asArray(entry["supported_reasoning_levels"])
    .map(asObject)
    .flatMap((level) => {
      const effort = toEffort(level["effort"]);
      return effort === null
        ? []
        : [{ effort, description: asString(level["description"]) ?? EFFORT_DESCRIPTIONS[effort] }];
    });
  return {
    slug,
    displayName: asString(entry["display_name"]) ?? slug,
    description: asString(entry["description"]) ?? "",
    defaultEffort: toEffort(entry["default_reasoning_level"]),
    efforts,
    contextWindow: asNumber(entry["context_window"]),
    shellTool: toShellTool(entry["shell_type"]),
    baseInstructions: asString(entry["base_instructions"]),
    isShown: entry["visibility"] === "list",
    priority: asNumber(entry["priority"]) ?? 0,
    upgradeTo: asString(entry["upgrade"]),
  };
}

/** A list that has hardly more than names: the rest is what the family says. */
function decodePlain(slug: string, entry: JsonObject): ListedModel {
  const { thinking, defaultEffort } = modelFamily(slug);
  const efforts = thinking === null ? [] : COMMON_EFFORTS;
  const name = asString(entry["display_name"]) ?? asString(entry["displayName"]);
  return {
    slug,
    displayName: name ?? slug,
    description: asString(entry["description"]) ?? "",
    defaultEffort,
    efforts: describeEfforts(efforts),
    contextWindow: readWindow(entry),
    shellTool: null,
    baseInstructions: null,
    isShown: true,
    priority: 0,
    upgradeTo: null,
  };
}

/** The names under which routers and servers of open models tell the window. */
function readWindow(entry: JsonObject): number | null {
  for (const name of ["context_length", "context_window", "max_model_len", "max_context_length", "inputTokenLimit"]) {
    const tokens = asNumber(entry[name]);
    if (tokens !== null && tokens > 0) return tokens;
  }
  return null;
}

/** Gemini lists models that embed or draw as well. */
function canGenerate({ supportedGenerationMethods: methods }: JsonObject): boolean {
  return !Array.isArray(methods) || methods.includes("generateContent");
}

const EFFORT_RANKS: readonly ReasoningEffort[] = ["none", "minimal", "low", "medium", "high", "xhigh"];

function toEffort(value: unknown): ReasoningEffort | null {
  return EFFORT_RANKS.find((effort) => effort === value) ?? null;
}

const SHELL_TOOLS: Readonly<Record<string, ModelFamily["shellTool"]>> = {
  default: "shell",
  shell: "shell",
  local: "local_shell",
  local_shell: "local_shell",
  shell_command: "shell_command",
  unified_exec: "unified_exec",
  disabled: "disabled",
};

function toShellTool(value: unknown): ListedModel["shellTool"] {
  return typeof value === "string" ? (SHELL_TOOLS[value] ?? null) : null;
}

function isForNewerClient(minimal: unknown, version: string): boolean {
  const own = version.split(/[.+-]/).map(Number);
  for (const [index, needed] of asArray(minimal).entries()) {
    const has = own[index] ?? 0;
    if (typeof needed !== "number" || !Number.isFinite(has) || has > needed) return false;
    if (has < needed) return true;
  }
  return false;
}

/** What a list says of a model that has to do with how it is asked. */
export function toOverrides({
  defaultEffort,
  contextWindow,
  shellTool,
  baseInstructions,
}: ListedModel): FamilyOverrides {
  return {
    ...(defaultEffort === null ? {} : { defaultEffort }),
    ...(contextWindow === null ? {} : { contextWindow }),
    ...(shellTool === null ? {} : { shellTool }),
    ...(baseInstructions === null ? {} : { instructions: baseInstructions }),
  };
}

/** The models of a list that are to be offered, the first of them as the default. */
export function toPresets(models: readonly ListedModel[]): readonly ModelPreset[] {
  const shown = models.filter(({ isShown }) => isShown).sort((a, b) => b.priority - a.priority);
  return shown.map((model, index) => ({
    id: model.slug,
    displayName: model.displayName,
    description: model.description,
    supportedEfforts: model.efforts,
    defaultEffort: model.defaultEffort ?? "medium",
    isDefault: index === 0,
    upgrade: toUpgrade(model, models),
    showInPicker: true,
  }));
}

function toUpgrade({ slug, upgradeTo }: ListedModel, models: readonly ListedModel[]): ModelUpgrade | null {
  if (upgradeTo === null) return null;
  const efforts = models.find((model) => model.slug === upgradeTo)?.efforts.map(({ effort }) => effort) ?? [];
  return { id: upgradeTo, migrationConfigKey: slug, effortMapping: mapEfforts(efforts) };
}

/** For every effort the nearest one that is supported, the lower of two. */
function mapEfforts(supported: readonly ReasoningEffort[]): ModelUpgrade["effortMapping"] {
  if (supported.length === 0) return null;
  const distance = (a: ReasoningEffort, b: ReasoningEffort): number =>
    Math.abs(EFFORT_RANKS.indexOf(a) - EFFORT_RANKS.indexOf(b));
  const nearest = (effort: ReasoningEffort): ReasoningEffort =>
    supported.reduce((best, next) => (distance(effort, next) < distance(effort, best) ? next : best));
  return {
    none: nearest("none"),
    minimal: nearest("minimal"),
    low: nearest("low"),
    medium: nearest("medium"),
    high: nearest("high"),
    xhigh: nearest("xhigh"),
  };
}
