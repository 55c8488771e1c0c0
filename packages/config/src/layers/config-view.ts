import type { JsonValue } from "@heddle/protocol";
import { isArray, isTable, valueAt, type KeyPath, type Table } from "../toml/table.ts";
import { mergeLayers, type ConfigLayerName, type Layer } from "./layer.ts";
import { layerVersion } from "./version.ts";

/** Which layer something comes from. */
export interface LayerMetadata {
  readonly name: ConfigLayerName;
  /** The file, or what the layer is known as where it is none. */
  readonly source: string;
  readonly version: string;
}

/** One layer as clients see it. */
export interface ConfigLayer extends LayerMetadata {
  readonly config: Table;
}

/** What the layers say together, in the file's spelling, without defaults; unknown keys are kept. */
export interface ConfigView {
  readonly config: Table;
  /** The layer of each leaf, by its dotted path: keys without quotes, elements of arrays by index. */
  readonly origins: Readonly<Record<string, LayerMetadata>>;
  /** From the highest. */
  readonly layers: readonly ConfigLayer[];
}

/** The layers with their versions, in the same order. */
export function describeLayers(layers: readonly Layer[]): Promise<ConfigLayer[]> {
  return Promise.all(
    layers.map(async ({ name, source, table }) => ({
      name,
      source,
      version: await layerVersion(table),
      config: table,
    })),
  );
}

/** Source: configuration spec, section 5. */
export async function viewLayers(layers: readonly Layer[]): Promise<ConfigView> {
  const config = mergeLayers(layers);
  const described = await describeLayers(layers);
  const origins = [...leafPaths(config, [])].flatMap((path) => {
    const layer = described.find((candidate) => valueAt(candidate.config, path) !== undefined);
    return layer === undefined ? [] : [[path.join("."), metadataOf(layer)] as const];
  });
  return { config, origins: Object.fromEntries(origins), layers: described };
}

export function metadataOf({ name, source, version }: LayerMetadata): LayerMetadata {
  return { name, source, version };
}

function* leafPaths(value: JsonValue | undefined, path: KeyPath): Generator<KeyPath, void, undefined> {
  const inner = isTable(value) ? Object.entries(value) : isArray(value) ? [...value.entries()] : null;
  if (inner === null) yield path;
  else for (const [key, below] of inner) yield* leafPaths(below, [...path, key]);
}
