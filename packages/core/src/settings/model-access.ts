import type { ResolvedConfig } from "@heddle/config";
import {
  builtInProviders,
  type ListedModel,
  type ModelClient,
  type ModelFamily,
  type ProviderConfig,
} from "@heddle/models";
import { EngineError } from "../engine-error.ts";
import { familyOf } from "./family.ts";
import type { ThreadSettings } from "./settings.ts";

/** How a model is reached, and what it is like. */
export interface ModelAccess {
  readonly client: ModelClient;
  readonly provider: ProviderConfig;
  readonly family: ModelFamily;
}

/** What providers list about their models. */
export interface ModelLists {
  /** Null when the list, as far as it is known, does not have the model. */
  find(provider: ProviderConfig, model: string): ListedModel | null;
  /** Takes over what was stored of the list, and begins to read it anew where that is old. Never waits for the network. */
  prepare(provider: ProviderConfig): Promise<void>;
}

/** The models of an engine: a client for each provider that was asked for, kept until the engine closes. */
export interface ModelSource {
  /** @throws EngineError `unknownProvider`. */
  readonly access: (settings: ThreadSettings, config: ResolvedConfig) => ModelAccess;
  /** Brings to mind what the provider lists, before a thread begins with the feature `remote_models`. */
  prepare(settings: ThreadSettings, config: ResolvedConfig): Promise<void>;
  close(): void;
}

export function createModelSource(options: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly createModelClient: (provider: ProviderConfig) => ModelClient;
  readonly modelLists?: ModelLists | undefined;
}): ModelSource {
  const { env, createModelClient, modelLists } = options;
  const clients = new Map<string, ModelClient>();
  const builtIn = builtInProviders(env);
  const find = (id: string, { modelProviders }: ResolvedConfig): ProviderConfig | undefined =>
    Object.hasOwn(builtIn, id) ? builtIn[id] : modelProviders[id];
  return {
    access(settings, config) {
      const provider = find(settings.provider, config);
      if (provider === undefined) throw new EngineError({ kind: "unknownProvider", provider: settings.provider });
      const key = JSON.stringify(provider);
      const client = clients.get(key) ?? createModelClient(provider);
      clients.set(key, client);
      const listed = config.features.remote_models ? modelLists?.find(provider, settings.model) : null;
      return { client, provider, family: familyOf(settings.model, config, listed ?? null) };
    },
    async prepare({ provider: id }, config) {
      const provider = find(id, config);
      if (config.features.remote_models && provider !== undefined) await modelLists?.prepare(provider);
    },
    close() {
      for (const client of clients.values()) client.close();
    },
  };
}
