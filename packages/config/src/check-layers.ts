import { ConfigError, type ConfigFailure } from "./config-error.ts";
import { mergeLayers, type Layer } from "./layers/layer.ts";
import type { Problem } from "./schema/check.ts";
import { rootFields, type ConfigTable } from "./schema/fields/root.ts";
import { findUnknownKeys, type UnknownKey } from "./schema/unknown-keys.ts";
import { validateTable } from "./schema/validate.ts";
import { formatKeyPath } from "./toml/key-path.ts";
import type { PlaceRange } from "./toml/place.ts";
import { valueAt, type KeyPath } from "./toml/table.ts";

/** A checked configuration and what a person should know about it, or everything that is wrong with it. */
export type CheckedLayers =
  | { readonly ok: true; readonly config: ConfigTable; readonly warnings: readonly ConfigWarning[] }
  | { readonly ok: false; readonly failures: readonly [ConfigFailureParts, ...ConfigFailureParts[]] };

/** What a person should know about a configuration that can be used. */
export interface ConfigWarning {
  /** The whole, with its place. */
  readonly message: string;
  readonly reason: string;
  /** The file, absolute; null where it is none. */
  readonly file: string | null;
  /** Where the file says so. Reads it with the parser that knows, which most who warn need not load. */
  locate(): Promise<PlaceRange | null>;
}

/** What a failure is made of. */
export type ConfigFailureParts = Partial<ConfigFailure> & Pick<ConfigFailure, "kind" | "reason">;

/**
 * Merges layers and checks the result. What is wrong is located in the layer that it came from. Unknown keys become
 * warnings, or are wrong when `strict`, which is by default what `strict_config` says.
 */
export async function checkLayers(
  layers: readonly Layer[],
  options: { readonly strict?: boolean } = {},
): Promise<CheckedLayers> {
  const merged = mergeLayers(layers);
  const { strict = merged["strict_config"] === true } = options;
  const validated = validateTable(merged);
  const unknown = layers.flatMap((layer) => findUnknownKeys(rootFields, layer.table).map((key) => ({ layer, key })));
  const [first, ...rest] = await Promise.all([
    ...(validated.ok ? [] : validated.problems.map((problem) => locateProblem(problem, layers))),
    ...(strict ? unknown.map(({ key, layer }) => locateUnknownKey(key, layer)) : []),
  ]);
  if (first !== undefined) return { ok: false, failures: [first, ...rest] };
  if (!validated.ok) throw new Error("unreachable: problems are located one by one");
  const warnings = unknown.map(({ layer, key }) => toWarning(key, layer));
  return { ok: true, config: validated.config, warnings };
}

/** The same, for whoever cannot go on with something wrong. @throws ConfigError for the first that is. */
export async function requireValid(
  layers: readonly Layer[],
  options?: { readonly strict?: boolean },
): Promise<CheckedLayers & { readonly ok: true }> {
  const checked = await checkLayers(layers, options);
  if (!checked.ok) throw new ConfigError(checked.failures[0]);
  return checked;
}

async function locateProblem({ kind, path, reason }: Problem, layers: readonly Layer[]): Promise<ConfigFailureParts> {
  const layer = layers.find(({ table }) => valueAt(table, path) !== undefined);
  const place = layer === undefined ? {} : await placeIn(layer, path, "value");
  return { kind, ...place, key: formatKeyPath(path), reason };
}

async function locateUnknownKey(key: UnknownKey, layer: Layer): Promise<ConfigFailureParts> {
  const place = await placeIn(layer, key.path, "key");
  return { kind: "unknownKey", ...place, key: formatKeyPath(key.path), reason: describe(key) };
}

function toWarning(key: UnknownKey, { source, text }: Layer): ConfigWarning {
  const reason = describe(key);
  return {
    message: `${source}: ${reason}`,
    reason,
    file: text === null ? null : source,
    locate: async () => (text === null ? null : (await import("./toml/locate.ts")).locate(text, key.path, "key")),
  };
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
  return { file: layer.source, ...locate(layer.text, path, part)?.start };
}
