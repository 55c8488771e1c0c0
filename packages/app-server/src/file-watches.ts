import { invalidRequest } from "@heddle/protocol";
import { statSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path";

/** What one connection watches, under names of its own. */
export interface FileWatches {
  /** @throws RpcError when the name is taken, there are too many, or the system cannot. */
  add(id: string, place: WatchedPlace): void;
  /** A name that nobody has given is no error. */
  remove(id: string): void;
  close(): void;
}

/** A path as the client has it, and with its links resolved. */
export interface WatchedPlace {
  readonly path: string;
  readonly real: string;
}

/** What a connection may watch at once: each is a resource of the system that all processes share. */
const MAX_WATCHES = 64;
/** Changes that come together are told together. */
const GATHER_MS = 50;

export function createFileWatches(tell: (watchId: string, changedPaths: readonly string[]) => void): FileWatches {
  const watchers = new Map<string, { close(): void }>();

  const add: FileWatches["add"] = (id, { path, real }) => {
    if (watchers.has(id)) throw invalidRequest(`watchId ${JSON.stringify(id)} is in use`);
    if (watchers.size >= MAX_WATCHES) throw invalidRequest(`a connection may watch ${MAX_WATCHES} paths at once`);
    const isFolder = statSync(real).isDirectory();
    const changed = new Set<string>();
    let timer: NodeJS.Timeout | null = null;
    const flush = (): void => {
      timer = null;
      tell(id, [...changed].toSorted());
      changed.clear();
    };
    const watcher = openWatch(real, (name) => {
      changed.add(isFolder && name !== null ? join(path, name) : path);
      timer ??= setTimeout(flush, GATHER_MS).unref();
    });
    watcher.on("error", () => remove(id)); // the place is gone: nothing changes there any more
    const close = (): void => {
      if (timer !== null) clearTimeout(timer);
      watcher.close();
    };
    watchers.set(id, { close });
  };
  const remove = (id: string): void => {
    watchers.get(id)?.close();
    watchers.delete(id);
  };
  return {
    add,
    remove,
    close() {
      for (const id of [...watchers.keys()]) remove(id);
    },
  };
}

function openWatch(path: string, onChange: (name: string | null) => void): FSWatcher {
  try {
    return watch(path, { persistent: false }, (_event, name) => onChange(name));
  } catch (error) {
    throw invalidRequest(`cannot watch ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
