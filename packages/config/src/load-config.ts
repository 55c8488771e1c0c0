import { resolve } from "node:path";
import { ConfigError } from "./config-error.ts";
import { gatherLayers, type LayerSources } from "./layers/read-layers.ts";
import type { Layer } from "./layers/layer.ts";
import type { ConfigFlags } from "./resolve/flags.ts";
import { managedBounds } from "./resolve/managed-bounds.ts";
import { readNamedFile } from "./resolve/named-file.ts";
import { resolveConfig } from "./resolve/resolve.ts";
import type { ResolvedConfig } from "./resolve/resolved-config.ts";
import { findTrustLevel } from "./resolve/trust.ts";
import type { ConfigTable, ProfileTable } from "./schema/fields/root.ts";
import { requireValid } from "./check-layers.ts";

/** Where a configuration comes from. */
export interface ConfigSources extends LayerSources {
  /** The working directory, absolute; a relative one is taken below that of the process by the caller. */
  readonly cwd: string;
  /** Typed settings, which win over every layer. */
  readonly flags?: ConfigFlags;
}

/**
 * Reads, merges and checks every layer and resolves what holds. Everything is read anew each time.
 * Source: configuration spec, sections 2 and 3.
 * @throws ConfigError that names file, line, key and reason as far as there are any.
 */
export async function loadConfig(sources: ConfigSources): Promise<ResolvedConfig> {
  const { home, env, flags = {} } = sources;
  const cwd = resolve(sources.cwd, flags.cwd ?? ".");
  const layers = await gatherLayers(sources);
  const { config, warnings } = await requireValid(layers);
  const { profileName, profile } = chooseProfile(config, flags, layers);
  const [trustLevel, baseInstructions, compactPrompt] = await Promise.all([
    findTrustLevel(config.projects, cwd),
    flags.baseInstructions ??
      readNamedFile(profile.experimental_instructions_file ?? config.experimental_instructions_file, {
        cwd,
        what: "experimental instructions file",
        key: "experimental_instructions_file",
      }),
    flags.compactPrompt?.trim() ||
      config.compact_prompt?.trim() ||
      readNamedFile(profile.experimental_compact_prompt_file ?? config.experimental_compact_prompt_file, {
        cwd,
        what: "experimental compact prompt file",
        key: "experimental_compact_prompt_file",
      }),
  ]);
  return resolveConfig({
    home,
    cwd,
    userHome: env["HOME"] ?? null,
    config,
    profileName,
    profile,
    flags,
    managed: managedBounds(layers, config),
    trustLevel,
    baseInstructions,
    compactPrompt,
    warnings,
  });
}

function chooseProfile(
  config: ConfigTable,
  flags: ConfigFlags,
  layers: readonly Layer[],
): { readonly profileName: string | null; readonly profile: ProfileTable } {
  const name = flags.profile ?? config.profile;
  if (name === undefined) return { profileName: null, profile: {} };
  const { profiles = {} } = config;
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile !== undefined) return { profileName: name, profile };
  const reason = `config profile \`${name}\` not found`;
  const named = flags.profile === undefined ? layers.find(({ table }) => table["profile"] === name) : undefined;
  throw new ConfigError({ kind: "unknownProfile", reason, ...(named === undefined ? {} : { file: named.source }) });
}
