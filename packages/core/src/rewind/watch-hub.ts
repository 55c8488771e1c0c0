import { mkdirSync, unlinkSync, watch, writeFileSync, type FSWatcher } from "node:fs";
import { join } from "node:path";

/** Watches folders, each by itself, and says when nothing that has happened so far is still on its way. */
export interface WatchHub {
  /**
   * Calls `changed` with the name of what was made, changed or removed in a folder. Null when it cannot be watched, and
   * then nothing can: the system has a bound for watches.
   */
  watch(folder: string, changed: (name: string) => void): FSWatcher | null;
  /** Calls `lost` when events may have been lost: whoever relies on them has to look for himself. Returns the way out. */
  onLost(lost: () => void): () => void;
  /** Resolves once all that happened before is told; false when that is not certain. */
  settle(): Promise<boolean>;
  close(): void;
}

/** The kernel keeps 16,384 events by default, and drops what comes behind; with so many, some may be missing. */
const MAX_EVENTS = 4096;
/** How long the own event is waited for. It takes well under a millisecond. */
const SETTLE_MS = 1000;

/**
 * Linux only, where all watches of a process share one queue: an event of our own that comes out of it shows that all
 * before it have. Elsewhere nothing is watched. @param folder absolute; for the event of our own.
 */
export function createWatchHub(folder: string): WatchHub {
  return process.platform === "linux" ? new InotifyHub(folder) : NO_HUB;
}

const NO_HUB: WatchHub = { watch: () => null, onLost: () => () => {}, settle: async () => false, close: () => {} };

class InotifyHub implements WatchHub {
  readonly #folder: string;
  readonly #lost = new Set<() => void>();
  readonly #waiting = new Map<string, () => void>();
  #own: FSWatcher | null = null;
  #events = 0;
  #pulses = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  watch(folder: string, changed: (name: string) => void): FSWatcher | null {
    if (!this.#watchOwn()) return null;
    return this.#open(folder, (name) => {
      this.#events += 1;
      if (name === null || this.#events === MAX_EVENTS) for (const lost of this.#lost) lost();
      else if (this.#events < MAX_EVENTS) changed(name);
    });
  }

  onLost(lost: () => void): () => void {
    this.#lost.add(lost);
    return () => this.#lost.delete(lost);
  }

  async settle(): Promise<boolean> {
    if (!this.#watchOwn()) return false;
    this.#pulses += 1;
    const name = `${process.pid}-${this.#pulses}`;
    const heard = new Promise<boolean>((resolve) => {
      // It keeps the process alive meanwhile, which the watches do not.
      const timer = setTimeout(() => resolve(false), SETTLE_MS);
      this.#waiting.set(name, () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
    try {
      const path = join(this.#folder, name);
      writeFileSync(path, "");
      unlinkSync(path);
      const settled = (await heard) && this.#events < MAX_EVENTS;
      this.#events = 0;
      return settled;
    } catch {
      return false; // the disk is full, or the folder has gone
    } finally {
      this.#waiting.delete(name);
    }
  }

  close(): void {
    this.#own?.close();
    this.#own = null;
    this.#lost.clear();
  }

  #watchOwn(): boolean {
    if (this.#own !== null) return true;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    } catch {
      return false;
    }
    this.#own = this.#open(this.#folder, (name) => this.#waiting.get(name ?? "")?.());
    return this.#own !== null;
  }

  #open(folder: string, changed: (name: string | null) => void): FSWatcher | null {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => changed(name));
      return watcher.on("error", () => {}); // it has gone: the folder above tells
    } catch {
      return null;
    }
  }
}
