import { ModelError } from "../failure.ts";
import { asObject, asString, parseJson } from "../json.ts";
import type { Environment } from "../provider/built-in-providers.ts";
import { selectCredential, type CredentialSource } from "../provider/credentials.ts";
import { baseUrlOf, endpointUrl } from "../provider/endpoint.ts";
import { providerHeaders } from "../provider/headers.ts";
import type { ProviderConfig } from "../provider/provider-config.ts";
import { readText } from "../transport/read-text.ts";
import { createTransport } from "../transport/transport.ts";
import { loadAdapter } from "../wire/load-adapter.ts";
import { decodeModelList, rawModels, toPresets, type ListedModel } from "./model-list.ts";
import { modelPresets, type ModelPreset } from "./presets.ts";

/** Where a list is kept between runs, as one text: a file `models_cache.json` in the home. */
export interface ModelListCache {
  /** Null when there is none. */
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
}

/** The models that one provider has. */
export interface ModelCatalogue {
  /** The models to choose from; what comes with the program until a list was read. Exactly one is the default. */
  presets(): readonly ModelPreset[];
  /** What the provider's list says about a model, null when nothing. */
  find(slug: string): ListedModel | null;
  /** Takes over what the cache holds, however old: it is better than nothing. @returns whether it held anything. */
  recall(): Promise<boolean>;
  /**
   * Reads the provider's list, from the cache while it is fresh. A failure leaves what was known.
   * @throws ModelError @throws the reason of the signal
   */
  refresh(options: { readonly signal: AbortSignal }): Promise<void>;
}

export interface ModelCatalogueOptions {
  readonly provider: ProviderConfig;
  readonly credentials: CredentialSource;
  readonly env: Environment;
  readonly userAgent: string;
  readonly originator: string;
  readonly version: string;
  readonly cache: ModelListCache;
  readonly clock: () => Date;
}

const FRESH_MS = 300_000;
const TIMEOUT_MS = 30_000;

/** A list as it was read: its entries are kept as they came, so that a newer version can read more out of them. */
interface StoredList {
  readonly fetched_at: string;
  readonly etag: string | null;
  readonly provider: string;
  readonly base_url: string;
  readonly models: readonly object[];
}

/** Source: models spec, section 8.3. */
export function createModelCatalogue(options: ModelCatalogueOptions): ModelCatalogue {
  const { provider, version, cache, clock } = options;
  let models: readonly ListedModel[] = [];

  const adopt = (list: StoredList): void => {
    models = decodeModelList({ models: list.models }, version);
  };

  return {
    presets: () => mergePresets(toPresets(models), provider),
    find: (slug) => models.find((model) => model.slug === slug) ?? null,
    async recall() {
      const stored = decodeStored(await cache.read(), provider);
      if (stored !== null) adopt(stored);
      return stored !== null;
    },
    async refresh({ signal }) {
      const stored = decodeStored(await cache.read(), provider);
      if (stored !== null && isFresh(stored, clock())) {
        adopt(stored);
        return;
      }
      const list = await fetchList(options, stored, signal);
      adopt(list);
      await cache.write(JSON.stringify(list));
    },
  };
}

/** The program's own presets are OpenAI's: there, a list replaces those that it names; elsewhere it stands alone. */
function mergePresets(listed: readonly ModelPreset[], { id }: ProviderConfig): readonly ModelPreset[] {
  if (listed.length === 0) return modelPresets();
  if (id !== "openai") return listed;
  const names = new Set(listed.map((preset) => preset.id));
  const others = modelPresets().filter((preset) => !names.has(preset.id));
  return [...listed, ...others.map((preset) => ({ ...preset, isDefault: false }))];
}

function isFresh({ fetched_at: fetchedAt }: StoredList, now: Date): boolean {
  const age = now.getTime() - Date.parse(fetchedAt);
  return age >= 0 && age <= FRESH_MS;
}

/** Null for a list that cannot be read or belongs to another endpoint. */
function decodeStored(text: string | null, { id, baseUrl }: ProviderConfig): StoredList | null {
  const value = asObject(parseJson(text ?? ""));
  const fetchedAt = asString(value["fetched_at"]);
  if (fetchedAt === null || value["provider"] !== id || value["base_url"] !== (baseUrl ?? "")) return null;
  const etag = asString(value["etag"]);
  return { fetched_at: fetchedAt, etag, provider: id, base_url: baseUrl ?? "", models: rawModels(value) };
}

async function fetchList(
  options: ModelCatalogueOptions,
  stored: StoredList | null,
  signal: AbortSignal,
): Promise<StoredList> {
  const { provider, credentials, env, userAgent, originator, version, clock } = options;
  const etag = stored?.etag ?? null;
  const adapter = await loadAdapter(provider);
  const credential = await selectCredential({ provider, env, credentials });
  const identity = { originator, userAgent, version };
  const auth = provider.auth ?? adapter.auth;
  const common = providerHeaders({ provider, env, identity, credential, auth });
  const transport = createTransport({ env, proxy: provider.proxy ?? null });
  try {
    // Only OpenAI's list depends on who asks.
    const query = provider.wireApi === "responses" ? { client_version: clientVersion(version) } : {};
    const reply = await transport.send({
      url: endpointUrl(baseUrlOf(provider, credential), adapter.models.path, { ...query, ...provider.queryParams }),
      headers: {
        ...common,
        ...adapter.models.headers,
        accept: "application/json",
        ...(etag === null ? {} : { "if-none-match": etag }),
      },
      body: null,
      signal,
      timeoutMs: TIMEOUT_MS,
    });
    const text = await readText(reply.body, TIMEOUT_MS);
    signal.throwIfAborted();
    const fetched_at = clock().toISOString();
    if (reply.status === 304 && stored !== null) return { ...stored, fetched_at };
    if (reply.status !== 200) {
      const { status, headers } = reply;
      throw new ModelError(adapter.classify({ status, headers, body: text, delayMs: null }));
    }
    const body = asObject(parseJson(text));
    return {
      fetched_at,
      etag: reply.headers["etag"] ?? asString(body["etag"]),
      provider: provider.id,
      base_url: provider.baseUrl ?? "",
      models: rawModels(body),
    };
  } finally {
    transport.close();
  }
}

/** A development build is as new as can be. */
function clientVersion(version: string): string {
  const [plain = version] = version.split(/[+-]/);
  return plain === "0.0.0" ? "99.99.99" : plain;
}
