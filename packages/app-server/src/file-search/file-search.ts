import { stat } from "node:fs/promises";
import type { ListFiles } from "./listing.ts";
import { createPathIndexer, type PathIndex } from "./path-index.ts";
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
   * The best files below a root. No blank query and no folder that is missing has any. Ends early with what there is
   * when `signal` fires.
   * @param root absolute.
   */
  find(query: string, root: string, signal: AbortSignal): Promise<readonly RankedFile[]>;
  /** Ends listings that still run, and awaits them. Idempotent. */
  close(): Promise<void>;
}

/** What is known about a root. */
interface Root {
  current: { readonly index: PathIndex; readonly madeAt: number } | null;
  /** The listing that is being made: null when the folder is not there. */
  next: Promise<PathIndex | null> | null;
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
  const list = async (path: string, root: Root): Promise<PathIndex | null> => {
    try {
      const folder = await stat(path).catch(() => null);
      closing.signal.throwIfAborted();
      if (folder?.isDirectory() !== true) {
        root.current = null;
        return null;
      }
      // Indexed while it comes: the next piece is on its way meanwhile.
      const indexer = createPathIndexer();
      await listFiles(path, { signal: closing.signal, onPiece: (piece) => indexer.add(piece) });
      const index = indexer.finish();
      root.current = { index, madeAt: now() };
      return index;
    } finally {
      root.next = null;
    }
  };
  const indexOf = (path: string): Promise<PathIndex | null> | PathIndex => {
    const root = use(path);
    const age = root.current === null ? Infinity : now() - root.current.madeAt;
    if (age > FRESH_MS && root.next === null) {
      const next = list(path, root);
      root.next = next;
      const forget = (): void => void running.delete(next);
      running.add(next);
      next.then(forget, forget); // a failure is told to those who wait for it
    }
    if (root.current !== null && age <= USABLE_MS) return root.current.index;
    return root.next ?? Promise.resolve(null);
  };

  return {
    ...createSearchTokens(),
    async find(query, path, signal) {
      const atoms = readQuery(query);
      if (atoms.length === 0) return [];
      const index = await unlessAborted(indexOf(path), signal);
      return index === null ? [] : rankFiles(index, { atoms, scorer, signal, now });
    },
    async close() {
      closing.abort(new Error("the file search is closed"));
      await Promise.allSettled(running);
      roots.clear();
    },
  };
}

/** A value once it is there; null when the signal fires before. */
function unlessAborted<T>(value: Promise<T> | T, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const give = (): void => resolve(null);
    signal.addEventListener("abort", give, { once: true });
    if (signal.aborted) give();
    Promise.resolve(value)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", give));
  });
}
