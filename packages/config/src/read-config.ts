import type { JsonValue } from "@heddle/protocol";
import { checkLayers, requireValid } from "./check-layers.ts";
import { ConfigError, type ConfigFailure } from "./config-error.ts";
import { describeLayers, viewLayers, type ConfigLayer, type ConfigView } from "./layers/config-view.ts";
import type { ConfigLayerName } from "./layers/layer.ts";
import { gatherLayers, type LayerSources } from "./layers/read-layers.ts";
import { valueAt, type KeyPath } from "./toml/table.ts";

/**
 * The layers, from the highest, each with its version; not checked.
 * @throws ConfigError `unreadable`, `syntax`, `override`.
 */
export async function readLayers(sources: LayerSources): Promise<readonly ConfigLayer[]> {
  return describeLayers(await gatherLayers(sources));
}

/**
 * What the layers say together, where each part comes from, and the layers: `config/read` of the app server.
 * @throws ConfigError also when the merged configuration is not valid.
 */
export async function readConfig(sources: LayerSources): Promise<ConfigView> {
  const layers = await gatherLayers(sources);
  await requireValid(layers, { strict: false });
  return viewLayers(layers);
}

/**
 * Everything that is wrong with a configuration, unknown keys too, each with its place; empty when nothing is.
 * A file that cannot be read or is not TOML is the only thing reported then.
 */
export async function validateConfig(sources: LayerSources): Promise<readonly ConfigFailure[]> {
  try {
    const checked = await checkLayers(await gatherLayers(sources), { strict: true });
    return checked.ok ? [] : checked.failures.map((parts) => new ConfigError(parts).failure);
  } catch (error) {
    if (error instanceof ConfigError) return [error.failure];
    throw error;
  }
}

/** One layer's word on a key. */
export interface KeySetting {
  readonly layer: ConfigLayerName;
  /** The file, or `--config`. */
  readonly source: string;
  /** Counted from 1; null where the layer is no file. */
  readonly line: number | null;
  readonly value: JsonValue;
}

/**
 * Every layer that sets a key, from the highest: the first one counts, tables aside, which are merged.
 * @throws ConfigError `unreadable`, `syntax`, `override`.
 */
export async function findKeySettings(sources: LayerSources, path: KeyPath): Promise<readonly KeySetting[]> {
  const found = (await gatherLayers(sources)).map(async ({ name, source, table, text }): Promise<KeySetting[]> => {
    const value = valueAt(table, path);
    if (value === undefined) return [];
    if (text === null) return [{ layer: name, source, line: null, value }];
    const { locate } = await import("./toml/locate.ts");
    return [{ layer: name, source, line: locate(text, path, "key")?.start.line ?? null, value }];
  });
  return (await Promise.all(found)).flat();
}
