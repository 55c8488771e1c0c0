import { ConfigError } from "./config-error.ts";
import { mergeLayers, type Layer } from "./layers/layer.ts";
import type { Problem } from "./schema/check.ts";
import { rootFields, type ConfigTable } from "./schema/fields/root.ts";
import { findUnknownKeys, type UnknownKey } from "./schema/unknown-keys.ts";
import { validateTable } from "./schema/validate.ts";
import { formatKeyPath } from "./toml/key-path.ts";
import { valueAt, type KeyPath } from "./toml/table.ts";

/**
 * Merges layers and checks the result. Unknown keys become warnings, or errors when `strict`.
 * @throws ConfigError `type`, `value`, `unknownKey`, with the place in the layer that the value came from.
 */
export async function checkLayers(
  layers: readonly Layer[],
  { strict }: { readonly strict: boolean },
): Promise<{ readonly config: ConfigTable; readonly warnings: readonly string[] }> {
  const validated = validateTable(mergeLayers(layers));
  if (!validated.ok) throw await problemError(validated.problems[0], layers);
  const unknown = layers.flatMap((layer) => findUnknownKeys(rootFields, layer.table).map((key) => ({ layer, key })));
  const [first] = unknown;
  if (strict && first !== undefined) throw await unknownKeyError(first.key, first.layer);
  return { config: validated.config, warnings: unknown.map(({ layer, key }) => `${layer.source}: ${describe(key)}`) };
}

async function problemError({ kind, path, reason }: Problem, layers: readonly Layer[]): Promise<ConfigError> {
  const layer = layers.find(({ table }) => valueAt(table, path) !== undefined);
  const place = layer === undefined ? {} : await placeIn(layer, path, "value");
  return new ConfigError({ kind, ...place, key: formatKeyPath(path), reason });
}

async function unknownKeyError(key: UnknownKey, layer: Layer): Promise<ConfigError> {
  return new ConfigError({
    kind: "unknownKey",
    ...(await placeIn(layer, key.path, "key")),
    key: formatKeyPath(key.path),
    reason: describe(key),
  });
}

function describe({ path, suggestion }: UnknownKey): string {
  const meant = suggestion === null ? "" : `; did you mean \`${suggestion}\`?`;
  return `unknown key \`${formatKeyPath(path)}\`${meant}`;
}

/** The place of a key in its layer. The parser that knows positions is loaded only when there is something to report. */
async function placeIn(
  layer: Layer,
  path: KeyPath,
  part: "key" | "value",
): Promise<{ readonly file: string; readonly line?: number; readonly column?: number }> {
  if (layer.text === null) return { file: layer.source };
  const { locate } = await import("./toml/locate.ts");
  return { file: layer.source, ...locate(layer.text, path, part) };
}
