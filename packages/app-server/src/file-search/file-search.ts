import { stat } from "node:fs/promises";
import type { ListFiles } from "./listing.ts";
import { createPathIndexer } from "./path-index.ts";
import { createListing, type GrowingListing, type PathListing } from "./path-listing.ts";
import { readQuery } from "./query.ts";
import { createScorer } from "./score.ts";
import { createSearchTokens, type SearchTokens } from "./search-tokens.ts";
import { rankFiles, type RankedFile } from "./ranking.ts";

/** How long a listing answers without a look at the folder: somebody types, one letter after the other. */
const FRESH_MS = 2_000;
/** How long it may answer while a new one is made. */
const USABLE_MS = 30_000;
/** Roots whose listing is kept; one of 100,000 files takes 10 MB. */
const MAX_ROOTS = 8;

export interface FileSearchOptions {
  readonly listFiles: ListFiles;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Finds files by a part of their path, as people type it. Shared by all connections of a server. */
export interface FileSearch extends SearchTokens {
  /**
   * The best files below a root: none without a query or a folder, the first ones for a query of blanks. Ends early with
   * what there is when `signal` fires.
   * @param root absolute.
   */
  find(query: string, root: string, signal: AbortSignal): Promise<readonly RankedFile[]>;
  /** Ends listings that still run, and awaits them. Idempotent. */
  close(): Promise<void>;
}

/** What is known about a root. */
interface Root {
  current: { readonly listing: PathListing; readonly madeAt: number } | null;
  /** The listing that is being made. */
  next: PathListing | null;
}

export function createFileSearch({ listFiles, now }: FileSearchOptions): FileSearch {
  /** The least recently used first. */
  const roots = new Map<string, Root>();
  const running = new Set<Promise<unknown>>();
  const closing = new AbortController();
  const scorer = createScorer();

  const use = (path: string): Root => {
    const root: Root = roots.get(path) ?? { current: null, next: null };
    roots.delete(path);
    roots.set(path, root);
    const [oldest] = roots.keys();
    if (roots.size > MAX_ROOTS && oldest !== undefined) roots.delete(oldest);
    return root;
  };
  const list = async (path: string, root: Root, listing: GrowingListing): Promise<void> => {
    try {
      const folder = await stat(path).catch(() => null);
      closing.signal.throwIfAborted();
      const isThere = folder?.isDirectory() === true;
      if (isThere) {
        // Indexed and searched while it comes: the next piece is on its way meanwhile.
        const indexer = createPathIndexer(listing.add);
        await listFiles(path, { signal: closing.signal, onPiece: indexer.add });
        indexer.finish();
      }
      root.current = isThere ? { listing, madeAt: now() } : null;
      listing.end();
    } catch (error) {
      listing.fail(error);
    } finally {
      root.next = null;
    }
  };
  const begin = (path: string, root: Root): PathListing => {
    const listing = createListing();
    root.next = listing;
    const listed = list(path, root, listing).finally(() => running.delete(listed));
    running.add(listed);
    return listing;
  };
  const listingOf = (path: string): PathListing => {
    const root = use(path);
    const { current } = root;
    const age = now() - (current?.madeAt ?? -Infinity);
    if (current !== null && age <= FRESH_MS) return current.listing;
    const next = root.next ?? begin(path, root);
    return current !== null && age <= USABLE_MS ? current.listing : next;
  };

  return {
    ...createSearchTokens(),
    async find(query, path, signal) {
      if (query === "") return [];
      const atoms = readQuery(query);
      return rankFiles(listingOf(path).read(signal), { atoms, scorer, signal, now });
    },
    async close() {
      closing.abort(new Error("the file search is closed"));
      await Promise.allSettled(running);
      roots.clear();
    },
  };
}
