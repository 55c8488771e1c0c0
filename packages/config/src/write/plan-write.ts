import type { JsonValue } from "@heddle/protocol";
import { ConfigError } from "../config-error.ts";
import { editConfig } from "../edit/lazy.ts";
import type { ConfigEdit } from "../edit/edit-config.ts";
import { sameData } from "../edit/same-data.ts";
import { describeLayers, metadataOf, type LayerMetadata } from "../layers/config-view.ts";
import { mergeLayers, type ConfigLayerName, type Layer } from "../layers/layer.ts";
import { layerVersion } from "../layers/version.ts";
import { validateTable } from "../schema/validate.ts";
import { formatKeyPath, parseKeyPath } from "../toml/key-path.ts";
import { readToml } from "../toml/read-toml.ts";
import { isTable, mergeTables, valueAt, withoutKey, withValue, type Table } from "../toml/table.ts";

/** One change as clients ask for it. `null` removes the key. */
export interface ConfigValueWrite {
  /** Dotted; a segment may be quoted. */
  readonly keyPath: string;
  readonly value: JsonValue;
  readonly mergeStrategy: "replace" | "upsert";
}

/** Why a write is refused, as clients read it. */
export type ConfigWriteErrorCode =
  | "configLayerReadonly"
  | "configVersionConflict"
  | "configValidationError"
  | "configPathNotFound"
  /** Reserved: unknown keys are accepted. */
  | "configSchemaUnknownKey";

export interface ConfigWriteRefusal {
  readonly ok: false;
  readonly code: ConfigWriteErrorCode;
  readonly message: string;
}

/** A written value that another layer hides. */
export interface OverriddenMetadata {
  readonly message: string;
  readonly overridingLayer: LayerMetadata;
  readonly effectiveValue: JsonValue;
}

/** What the user's file has to hold after a write, or why it is refused. */
export type WritePlan =
  | {
      readonly ok: true;
      readonly text: string;
      /** Without one there is nothing to write. */
      readonly changed: boolean;
      /** Of the user's layer, afterwards. */
      readonly version: string;
      /** Of the first edit that has no effect. */
      readonly overridden: OverriddenMetadata | null;
    }
  | ConfigWriteRefusal;

/**
 * Applies all edits to the user's layer, or none. Touches nothing. Source: configuration spec, section 5.
 * @param options.layers from the highest, the user's among them.
 */
export async function planConfigWrite(options: {
  readonly layers: readonly Layer[];
  readonly edits: readonly ConfigValueWrite[];
  readonly expectedVersion?: string | null;
}): Promise<WritePlan> {
  const { layers, edits, expectedVersion = null } = options;
  const user = layers.find(({ name }) => name === "user");
  if (user === undefined) throw new Error("the layers have no user layer");
  if (expectedVersion !== null && expectedVersion !== (await layerVersion(user.table))) {
    return refusal(
      "configVersionConflict",
      "Configuration was modified since last read. Fetch latest version and retry.",
    );
  }
  const read = readEdits(user.table, edits);
  if (!read.ok) return read;
  let text;
  try {
    text = await editConfig(user.text ?? "", read.edits, user.source);
  } catch (error) {
    if (!(error instanceof ConfigError) || error.failure.kind !== "value") throw error;
    return refusal("configValidationError", `invalid value: ${error.failure.reason}`);
  }
  const table = text === user.text ? user.table : await readToml(text, user.source);
  const changedLayers = layers.map((layer) => (layer === user ? { ...user, text, table } : layer));
  const invalid = findInvalid(table) ?? findInvalid(mergeLayers(changedLayers));
  if (invalid !== null) return invalid;
  return {
    ok: true,
    text,
    changed: text !== user.text,
    version: await layerVersion(table),
    overridden: await findOverridden(
      changedLayers,
      read.edits.map(({ path }) => path),
    ),
  };
}

/** The edits in the editor's terms; each is held against what the ones before it leave. */
function readEdits(
  before: Table,
  writes: readonly ConfigValueWrite[],
): { readonly ok: true; readonly edits: readonly ConfigEdit[] } | ConfigWriteRefusal {
  const edits: ConfigEdit[] = [];
  let table = before;
  for (const { keyPath, value, mergeStrategy } of writes) {
    const parsed = parseKeyPath(keyPath);
    if (!parsed.ok) return refusal("configValidationError", parsed.reason);
    const { path } = parsed;
    const parent = path.length === 1 ? table : valueAt(table, path.slice(0, -1));
    if (value === null) {
      if (!isTable(parent)) return refusal("configPathNotFound", "Path not found");
      edits.push({ type: "remove", path });
      table = withoutKey(table, path);
      continue;
    }
    if (parent !== undefined && !isTable(parent)) {
      const reason = `\`${formatKeyPath(path.slice(0, -1))}\` is not a table`;
      return refusal("configValidationError", `invalid key path: ${reason}`);
    }
    const old = valueAt(table, path);
    const merges = mergeStrategy === "upsert" && isTable(old) && isTable(value);
    edits.push({ type: merges ? "merge" : "set", path, value });
    table = withValue(table, path, merges ? mergeTables(old, value) : value);
  }
  return { ok: true, edits };
}

function findInvalid(table: Table): ConfigWriteRefusal | null {
  const validated = validateTable(table);
  if (validated.ok) return null;
  const [{ path, reason }] = validated.problems;
  const where = path.length === 0 ? "" : `in \`${formatKeyPath(path)}\`\n`;
  return refusal("configValidationError", `Invalid configuration: ${reason}\n${where}`);
}

const OVERRIDDEN_BY: Readonly<Record<ConfigLayerName, string>> = {
  mdm: "Overridden by managed policy (mdm)",
  system: "Overridden by managed config (system)",
  sessionFlags: "Overridden by session flags",
  user: "Overridden by user configuration",
};

async function findOverridden(
  layers: readonly Layer[],
  paths: readonly (readonly string[])[],
): Promise<OverriddenMetadata | null> {
  const effective = mergeLayers(layers);
  const user = layers.find(({ name }) => name === "user");
  for (const path of paths) {
    const effectiveValue = valueAt(effective, path);
    if (user === undefined || sameData(effectiveValue, valueAt(user.table, path))) continue;
    const [hiding] = await describeLayers(layers.filter(({ table }) => valueAt(table, path) !== undefined).slice(0, 1));
    if (hiding === undefined) continue;
    return {
      message: OVERRIDDEN_BY[hiding.name],
      overridingLayer: metadataOf(hiding),
      effectiveValue: effectiveValue ?? null,
    };
  }
  return null;
}

function refusal(code: ConfigWriteErrorCode, message: string): ConfigWriteRefusal {
  return { ok: false, code, message };
}
