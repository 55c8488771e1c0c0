import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "@heddle/protocol";
import { ConfigError } from "../config-error.ts";
import type { Environment } from "../home.ts";
import { hasCode, reasonOf } from "../reason.ts";
import { readToml } from "../toml/read-toml.ts";
import { emptyTable, mergeTables } from "../toml/table.ts";
import type { Layer } from "./layer.ts";
import { managedConfigPaths } from "./managed.ts";
import type { PreferencesSource } from "./managed-preferences.ts";
import { OVERRIDES_SOURCE, readOverrides, readRequestOverrides } from "./override.ts";

/** Where the layers come from. */
export interface LayerSources {
  /** The home folder, absolute. */
  readonly home: string;
  readonly env: Environment;
  /** `-c key=value` as given. */
  readonly overrides: readonly string[];
  /** The `config` of a request: dotted keys with typed values; they win over `overrides`. */
  readonly requestOverrides?: Readonly<Record<string, JsonValue>>;
  /** Instead of the usual places of the managed file; the first that exists is used. */
  readonly managedPaths?: readonly string[];
  /** Instead of the managed preferences of this machine (macOS); null for none. */
  readonly managedPreferences?: PreferencesSource | null;
}

/** The user's file in a home. */
export function userConfigPath(home: string): string {
  return join(home, "config.toml");
}

/**
 * Reads all layers, from the highest. The two lower ones are always there, if only as empty tables.
 * @throws ConfigError `unreadable`, `syntax`, `override`.
 */
export async function gatherLayers(sources: LayerSources): Promise<readonly Layer[]> {
  const { home, overrides, requestOverrides = {} } = sources;
  const source = userConfigPath(home);
  const [mdm, system, flags, user] = await Promise.all([
    readPreferences(sources),
    readManagedFile(sources),
    readOverrides(overrides),
    readLayerFile("user", source),
  ]);
  const table = mergeTables(flags, readRequestOverrides(requestOverrides));
  return [
    ...(mdm === null ? [] : [mdm]),
    ...(system === null ? [] : [system]),
    { name: "sessionFlags", source: OVERRIDES_SOURCE, table, text: null },
    user ?? { name: "user", source, table: emptyTable, text: "" },
  ];
}

/** The module is loaded only where there can be managed preferences. */
async function readPreferences({ managedPreferences }: LayerSources): Promise<Layer | null> {
  if (managedPreferences === null) return null;
  if (managedPreferences === undefined && process.platform !== "darwin") return null;
  const { readManagedPreferences, systemPreferences } = await import("./managed-preferences.ts");
  const place = managedPreferences ?? systemPreferences(process.platform);
  return place === null ? null : readManagedPreferences(place);
}

async function readManagedFile(sources: LayerSources): Promise<Layer | null> {
  const { env, home } = sources;
  const paths = sources.managedPaths ?? managedConfigPaths({ env, home, platform: process.platform });
  for (const path of paths) {
    const layer = await readLayerFile("system", path);
    if (layer !== null) return layer;
  }
  return null;
}

async function readLayerFile(name: "system" | "user", path: string): Promise<Layer | null> {
  const text = readText(path);
  return text === null ? null : { name, source: path, table: await readToml(text, path), text };
}

/**
 * Read at once: the thread pool takes ten times as long for a file of this size, and every thread waits for it.
 * @returns null when there is no such file; what exists and cannot be read is an error, managed or not.
 */
function readText(path: string): string | null {
  try {
    return decodeText(readFileSync(path));
  } catch (cause) {
    if (hasCode(cause, "ENOENT") || hasCode(cause, "ENOTDIR")) return null;
    throw new ConfigError({ kind: "unreadable", file: path, reason: reasonOf(cause) }, { cause });
  }
}

/** Bad bytes are an error: replaced by something else they would be written back so by the next edit. */
function decodeText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}
