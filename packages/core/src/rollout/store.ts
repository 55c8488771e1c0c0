import { mkdir, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { GitInfo, SessionSource } from "@heddle/protocol";
import { acquireRolloutLock } from "./lock.ts";
import { readHead, type RolloutHead } from "./head.ts";
import {
  ARCHIVE_FOLDER,
  parseRolloutName,
  pathOfName,
  rolloutName,
  SESSIONS_FOLDER,
  type RolloutName,
} from "./path.ts";
import { reasonOf, RolloutError } from "./rollout-error.ts";
import { openThreadIndex, type ThreadFacts, type ThreadIndex } from "./thread-index.ts";
import { openThreadNames, type ThreadNames } from "./thread-names.ts";
import { findArchivedRollout, findRollout, walkArchive, walkRollouts } from "./walk.ts";

/** A thread as lists show it. */
export interface StoredThread {
  readonly id: string;
  /** Its rollout, absolute. */
  readonly path: string;
  /** Text of the first user message. */
  readonly preview: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly cwd: string;
  readonly cliVersion: string;
  readonly source: SessionSource;
  /** Null: not recorded; counts as the configured one. */
  readonly modelProvider: string | null;
  readonly gitInfo: GitInfo | null;
  /** Id of the thread that this one was copied from; null for one of its own. */
  readonly forkedFrom: string | null;
}

/** Which threads a list holds. */
export interface ListOptions {
  /** Where the page begins: `nextCursor` of the one before. One that nobody gave out counts as absent. */
  readonly cursor?: string | null;
  /** Default 25, at least 1. */
  readonly limit?: number | null;
  /** Null: those of the default provider only; empty: all. */
  readonly modelProviders?: readonly string[] | null;
  /** The configured provider, to which threads without a recorded one belong. */
  readonly defaultProvider: string;
  /** Default: those that a person started, `cli` and `vscode`. */
  readonly sources?: readonly SessionSource[];
  /** The archived threads instead of the live ones. Default false. */
  readonly archived?: boolean;
  /** Which of the others to show. Default: all. */
  readonly filter?: (thread: StoredThread) => boolean;
}

/** One page of a list. */
interface ThreadPage {
  readonly threads: readonly StoredThread[];
  /** Null: there are no more. */
  readonly nextCursor: string | null;
}

/** The rollouts of one home. Holds no open files; needs no closing. */
export interface RolloutStore {
  /** The rollout of a live thread; null when there is none. Archived ones are not found. @throws RolloutError `listFailed`. */
  find(threadId: string): Promise<string | null>;
  /** The rollout of an archived thread. @throws RolloutError `listFailed`. */
  findArchived(threadId: string): Promise<string | null>;
  /**
   * Threads with a user message, newest first by the time in the file's name, then by id. Files that are no rollouts
   * are left out. @throws RolloutError `listFailed`.
   */
  list(options: ListOptions): Promise<ThreadPage>;
  /**
   * Moves the rollout of a thread that nobody has loaded to the archive.
   * @throws RolloutError `notFound`, `locked`, `archiveFailed`, `listFailed`.
   */
  archive(threadId: string): Promise<void>;
  /**
   * Moves the rollout of an archived thread back to where it was, and gives its path.
   * @throws RolloutError `notFound`, `archiveFailed`, `listFailed`.
   */
  unarchive(threadId: string): Promise<string>;
  /** What one rollout says about its thread; null when it is none. */
  describe(path: string): StoredThread | null;
  /** What people call their threads. */
  readonly names: ThreadNames;
}

export function createRolloutStore({ home }: { readonly home: string }): RolloutStore {
  const index = openThreadIndex(home);
  return {
    find: (threadId) => inSessions(home, () => findRollout(home, threadId)),
    list: (options) => inSessions(home, () => listThreads(home, index, options)),
    archive: (threadId) => archiveRollout(home, threadId),
    findArchived: (threadId) => inSessions(home, () => findArchivedRollout(home, threadId)),
    unarchive: (threadId) => unarchiveRollout(home, threadId),
    describe(path) {
      const named = parseRolloutName(basename(path));
      const head = named === null ? null : readHead(path);
      return named === null || head === null ? null : toStoredThread(named.threadId, path, head);
    },
    names: openThreadNames(join(home, NAMES_FILE)),
  };
}

/** Gives errors of the file system the place where they happened. */
async function inSessions<Result>(home: string, search: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await search();
  } catch (cause) {
    const folder = join(home, SESSIONS_FOLDER);
    throw new RolloutError({ kind: "listFailed", folder, reason: reasonOf(cause) }, { cause });
  }
}

const NAMES_FILE = "session_index.jsonl";
const DEFAULT_LIMIT = 25;
const INTERACTIVE: readonly SessionSource[] = ["cli", "vscode"];

async function listThreads(home: string, index: ThreadIndex, options: ListOptions): Promise<ThreadPage> {
  const { cursor = null, limit, modelProviders = null, defaultProvider, sources = INTERACTIVE } = options;
  const { archived = false, filter = () => true } = options;
  const pageSize = Math.max(1, limit ?? DEFAULT_LIMIT);
  const providers = modelProviders ?? [defaultProvider];
  const isWanted = ({ hasMessage, source, modelProvider }: ThreadFacts): boolean =>
    hasMessage &&
    sources.includes(source) &&
    (providers.length === 0 || providers.includes(modelProvider ?? defaultProvider));

  const threads: StoredThread[] = [];
  const learned: ThreadFacts[] = [];
  let nextCursor: string | null = null;
  let lastShown: RolloutName | null = null;
  let headsRead = 0;
  index.refresh();
  const after = parseCursor(cursor);
  for (const file of archived ? walkArchive(home, after) : walkRollouts(home, after)) {
    const known = index.facts(file);
    if (known !== null && !isWanted(known)) continue;
    const named = parseRolloutName(file.name);
    if (named === null) continue;
    // What is shown always comes from the file itself; the index only says which files need no look.
    const path = join(file.folder, file.name);
    const head = readHead(path);
    headsRead += 1;
    if (headsRead % HEADS_PER_SLICE === 0) await nextSlice();
    const facts = factsOf(file.name, head);
    if (known === null && facts !== null) learned.push(facts);
    if (head === null || facts === null || !isWanted(facts)) continue;
    const thread = toStoredThread(named.threadId, path, head);
    if (!filter(thread)) continue;
    if (threads.length === pageSize) {
      nextCursor = cursorBehind(lastShown);
      break;
    }
    lastShown = named;
    threads.push(thread);
  }
  index.add(learned);
  return { threads, nextCursor };
}

/** A home without an index reads every file once; the process has other threads to serve in between. */
const HEADS_PER_SLICE = 32;

function nextSlice(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Null when the head could not be read: such a file is looked at again next time. */
function factsOf(name: string, head: RolloutHead | null): ThreadFacts | null {
  if (head === null) return null;
  const { meta, preview, sizeBytes } = head;
  return { name, sizeBytes, hasMessage: preview !== null, source: meta.source, modelProvider: meta.modelProvider };
}

function toStoredThread(id: string, path: string, { meta, preview, updatedAt }: RolloutHead): StoredThread {
  const { createdAt, cwd, cliVersion, source, modelProvider, gitInfo, forkedFrom } = meta;
  return {
    id,
    path,
    preview: preview ?? "",
    createdAt: createdAt ?? updatedAt,
    updatedAt,
    cwd,
    cliVersion,
    source,
    modelProvider,
    gitInfo,
    forkedFrom,
  };
}

/** The last thread of a page as text that only `parseCursor` has to understand. */
function cursorBehind(last: RolloutName | null): string | null {
  return last === null ? null : `${last.timestamp}|${last.threadId}`;
}

/** The name of the last thread of the page before, null for the first page. */
function parseCursor(cursor: string | null): string | null {
  const [timestamp = "", threadId = "", ...more] = cursor?.split("|") ?? [];
  const name = rolloutName({ timestamp, threadId });
  return more.length === 0 && parseRolloutName(name) !== null ? name : null;
}

async function archiveRollout(home: string, threadId: string): Promise<void> {
  const path = await inSessions(home, () => findRollout(home, threadId));
  if (path === null) throw new RolloutError({ kind: "notFound", threadId, folder: join(home, SESSIONS_FOLDER) });
  const archive = join(home, ARCHIVE_FOLDER);
  const lock = await acquireRolloutLock(path); // another process may be writing to it
  try {
    await mkdir(archive, { recursive: true, mode: 0o700 });
    await rename(path, join(archive, basename(path)));
  } catch (cause) {
    throw new RolloutError({ kind: "archiveFailed", path, reason: reasonOf(cause) }, { cause });
  } finally {
    await lock.release();
  }
}

async function unarchiveRollout(home: string, threadId: string): Promise<string> {
  const archived = await inSessions(home, () => findArchivedRollout(home, threadId));
  const named = archived === null ? null : parseRolloutName(basename(archived));
  if (archived === null || named === null) {
    throw new RolloutError({ kind: "notFound", threadId, folder: join(home, ARCHIVE_FOLDER) });
  }
  const path = pathOfName(home, named);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rename(archived, path);
    return path;
  } catch (cause) {
    throw new RolloutError({ kind: "archiveFailed", path: archived, reason: reasonOf(cause) }, { cause });
  }
}
