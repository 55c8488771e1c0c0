import { checkLayers } from "./check-layers.ts";
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
  await checkLayers(layers, { strict: false });
  return viewLayers(layers);
}
