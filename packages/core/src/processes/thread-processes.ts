import type { CommandExecutionItem, ThreadItem, TurnId } from "@heddle/protocol";
import { setMaxListeners } from "node:events";
import type { ThreadEvent } from "../thread/events.ts";
import { itemKey } from "../thread/fold.ts";
import type { LiveProcess, ProcessEnd } from "./live-process.ts";

// Source of the numbers: engine spec, section 9.
const MIN_ID = 1000;
const MAX_ID = 99_999;
const MOST_PROCESSES = 64;
/** The most recently used ones, which are never given up for a new one. */
const KEPT = 8;

/** The processes of one thread. They outlive the turns that open them and end with the thread. */
export interface ThreadProcesses {
  /** Fires when the thread closes. */
  readonly signal: AbortSignal;
  /** Tells of a process whatever turn runs, or none. */
  readonly emit: (event: ThreadEvent) => void;
  /** How many there are, those among them that have ended and were not asked about since. */
  readonly size: number;
  /** An id that no other process of the thread has, until it is released. */
  reserveId(): string;
  releaseId(id: string): void;
  /**
   * Takes a process in with the item that shows it, which is completed when the process ends, whenever that is. Beyond 64
   * the one that was not used for longest is ended and forgotten.
   * @param completed what the item becomes then.
   */
  adopt(process: LiveProcess, opened: Opened, completed: (end: ProcessEnd) => CommandExecutionItem): void;
  /** The process of an id, which counts as used then; null when there is none. */
  use(id: string): AdoptedProcess | null;
  /** Forgets a process that has ended. */
  forget(id: string): void;
  /** Whether an item of a turn shows a process that runs. */
  shows(turnId: TurnId, item: ThreadItem): boolean;
  /** Ends all of them; resolves when their items are complete. */
  close(): Promise<void>;
}

/** Where a process was opened. */
export interface Opened {
  readonly turnId: TurnId;
  readonly item: CommandExecutionItem;
}

export interface AdoptedProcess {
  readonly process: LiveProcess;
  readonly opened: Opened;
}

interface Entry extends AdoptedProcess {
  readonly completed: Promise<void>;
}

export function createThreadProcesses(options: {
  /** The thread's log. */
  readonly emit: (event: ThreadEvent) => void;
  /** Between 0 and 1. */
  readonly random: () => number;
}): ThreadProcesses {
  const { emit, random } = options;
  const closing = new AbortController();
  // One for each process, and for each that is started while others are given up.
  setMaxListeners(2 * MOST_PROCESSES, closing.signal);
  const reserved = new Set<string>();
  /** Those that can be asked about, the most recently used one last. */
  const entries = new Map<string, Entry>();

  const forget = (id: string): void => {
    entries.delete(id);
    reserved.delete(id);
  };
  const makeRoom = (): void => {
    if (entries.size < MOST_PROCESSES) return;
    const old = [...entries.values()].slice(0, -KEPT);
    const given = old.find(({ process }) => process.end !== null) ?? old[0];
    if (given === undefined) return;
    given.process.kill();
    forget(given.process.id);
  };
  /** Those that have not ended, by the item that shows them. */
  const running = new Map<string, Entry>();
  return {
    signal: closing.signal,
    emit,
    get size() {
      return entries.size;
    },
    reserveId() {
      const count = MAX_ID - MIN_ID + 1;
      let offset = Math.floor(random() * count);
      while (reserved.has(String(MIN_ID + offset))) offset = (offset + 1) % count;
      const id = String(MIN_ID + offset);
      reserved.add(id);
      return id;
    },
    releaseId: (id) => void reserved.delete(id),
    adopt(process, opened, completed) {
      makeRoom();
      const key = keyOf(opened.turnId, opened.item);
      const end = process.ended.then((ended) => {
        running.delete(key);
        emit({ type: "itemCompleted", turnId: opened.turnId, item: completed(ended) });
      });
      const entry = { process, opened, completed: end };
      entries.set(process.id, entry);
      running.set(key, entry);
    },
    use(id) {
      const entry = entries.get(id);
      if (entry === undefined) return null;
      entries.delete(id);
      entries.set(id, entry);
      return entry;
    },
    forget,
    shows: (turnId, item) => running.has(keyOf(turnId, item)),
    async close() {
      closing.abort(new DOMException("the thread is closed", "AbortError"));
      await Promise.all([...running.values()].map(({ completed }) => completed));
    },
  };
}

/** Models may repeat the ids of calls, and with them of items, from turn to turn. */
function keyOf(turnId: TurnId, item: ThreadItem): string {
  return `${turnId} ${itemKey(item)}`;
}
