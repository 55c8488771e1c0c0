import { replaceFile } from "@heddle/config";
import type { ModelLists } from "@heddle/core";
import { modelPresets, type ModelCatalogue, type ModelPreset, type ProviderConfig } from "@heddle/models";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The lists of models of all providers of a process. */
export interface ModelCatalogues extends ModelLists {
  /**
   * The models of a provider, as the program knows them and as the provider lists them. Its list is waited for only
   * where nothing was ever stored of it, and not for long; a provider that cannot tell leaves what is known without it.
   */
  offered(provider: ProviderConfig, options: { readonly ask: boolean }): Promise<readonly ModelPreset[]>;
  /** Ends what is being read. */
  close(): Promise<void>;
}

/** How long a list is waited for that somebody wants to see, when there is none yet. */
const FIRST_LIST_MS = 3_000;

/** @param connect makes the catalogue of a provider on a cache: with the credentials and the identity of this process. */
export function createModelCatalogues(options: {
  readonly home: string;
  readonly connect: (
    provider: ProviderConfig,
    cache: { read(): Promise<string | null>; write(text: string): Promise<void> },
  ) => ModelCatalogue;
  /** Told why a list could not be read. */
  readonly note: (message: string) => void;
}): ModelCatalogues {
  const { home, connect, note } = options;
  const catalogues = new Map<string, Known>();
  const abort = new AbortController();

  const known = (provider: ProviderConfig): Known => {
    const key = JSON.stringify(provider);
    const entry = catalogues.get(key) ?? {
      catalogue: connect(provider, fileCache(cachePath(home, provider))),
      reading: null,
    };
    catalogues.set(key, entry);
    return entry;
  };
  /** Reads a list in the background, once at a time. */
  const read = (provider: ProviderConfig): Promise<void> => {
    const entry = known(provider);
    entry.reading ??= entry.catalogue
      .refresh({ signal: abort.signal })
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        note(
          `the models of ${provider.id} cannot be listed: ${error instanceof Error ? error.message : String(error)}`,
        );
      })
      .finally(() => {
        entry.reading = null;
      });
    return entry.reading;
  };

  return {
    find: (provider, model) => known(provider).catalogue.find(model),
    async prepare(provider) {
      await known(provider).catalogue.recall();
      void read(provider);
    },
    async offered(provider, { ask }) {
      const { catalogue } = known(provider);
      if (!ask) return modelPresets();
      const isStored = await catalogue.recall();
      const reading = read(provider);
      if (!isStored) await Promise.race([reading, timeout(FIRST_LIST_MS)]);
      return catalogue.presets();
    },
    async close() {
      abort.abort(new Error("closed"));
      await Promise.all([...catalogues.values()].map(({ reading }) => reading ?? Promise.resolve()));
    },
  };
}

interface Known {
  readonly catalogue: ModelCatalogue;
  reading: Promise<void> | null;
}

/** That of OpenAI is where other clients of the same home look for it. */
function cachePath(home: string, { id }: ProviderConfig): string {
  if (id === "openai") return join(home, "models_cache.json");
  return join(home, "models_cache", `${encodeURIComponent(id)}.json`);
}

function fileCache(path: string): { read(): Promise<string | null>; write(text: string): Promise<void> } {
  return {
    read: () => readFile(path, "utf8").catch(() => null), // without a cache the list is asked for
    write: (text) => replaceFile(path, text),
  };
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
