import { checkLayers, requireValid } from "./check-layers.ts";
import { ConfigError, type ConfigFailure } from "./config-error.ts";
import { describeLayers, viewLayers, type ConfigLayer, type ConfigView } from "./layers/config-view.ts";
import { gatherLayers, type LayerSources } from "./layers/read-layers.ts";

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
