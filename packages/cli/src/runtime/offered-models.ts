import type { OfferedModel, OfferedProvider } from "@heddle/app-server";
import type { ResolvedConfig } from "@heddle/config";
import {
  builtInProviders,
  knownProviders,
  modelFamily,
  modelPresets,
  overridesOf,
  withConfigured,
} from "@heddle/models";
import type { ModelCatalogues } from "./model-catalogues.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The models to choose from under a configuration: the program's own for OpenAI, unless its list is wanted; what the
 * provider lists for any other; and what the person has added.
 */
export async function offeredModels(
  config: ResolvedConfig,
  env: Environment,
  catalogues: ModelCatalogues,
): Promise<readonly OfferedModel[]> {
  const provider = knownProviders(config.modelProviders, env)[config.modelProvider];
  const ask = config.features.remote_models || config.modelProvider !== "openai";
  const presets = provider === undefined ? modelPresets() : await catalogues.offered(provider, { ask });
  return withConfigured(presets, config.models, config.modelProvider).map(({ upgrade, showInPicker, ...preset }) => ({
    ...preset,
    upgrade: upgrade?.id ?? null,
    isHidden: !showInPicker,
    takesImages: modelFamily(preset.id, overridesOf(config.modelFamilies, preset.id)).supportsImages,
  }));
}

/** The providers that there are, the built-in ones first. */
export function offeredProviders(config: ResolvedConfig, env: Environment): readonly OfferedProvider[] {
  const builtIn = builtInProviders(env);
  return Object.values({ ...builtIn, ...knownProviders(config.modelProviders, env) }).map((provider) => ({
    id: provider.id,
    name: provider.name,
    baseUrl: provider.baseUrl,
    isBuiltIn: provider.id in builtIn,
    auth: authOf(provider),
  }));
}

function authOf({
  requiresOpenaiAuth,
  envKey,
  bearerToken,
  httpHeaders,
  envHttpHeaders,
}: Provider): OfferedProvider["auth"] {
  if (envKey !== null) return { envKey };
  if (requiresOpenaiAuth) return "login";
  return bearerToken === null && httpHeaders === null && envHttpHeaders === null ? "none" : "configured";
}

type Provider = ReturnType<typeof builtInProviders>[string];
