import type { ResponseItem } from "@heddle/models";
import type { Replacement } from "../compaction/compact.ts";
import type { ThreadItem, Turn, TurnId } from "@heddle/protocol";
import type { ThreadSettings } from "../settings/settings.ts";
import type { RolloutLock } from "../rollout/lock.ts";
import type { RolloutWriter } from "../rollout/writer.ts";
import { encodeCompacted, encodeEvent, encodeResponseItem, encodeTurnContext, type EncodedLine } from "./codec.ts";
import { isStored, type StoredEvent, type ThreadEvent } from "./events.ts";
import { createLiveTurns } from "./live-turns.ts";

/** One who is told everything that happens on a thread, in order. */
export interface ThreadListener {
  /** Must not throw and must not call back into the thread at once. */
  readonly onEvent: (event: ThreadEvent) => void;
  /** Told what is recorded for the model. Must not throw. */
  readonly onItem?: (item: ResponseItem) => void;
  /** Resolves when the listener has kept up; what makes the thread slow down for a slow reader. */
  readonly drained: () => Promise<void>;
  /** Whether approvals may be put to it; may change. */
  readonly answers: boolean;
  /** Whether questions of MCP servers may be put to it, too; may change. */
  readonly elicits: boolean;
}

/**
 * The log of one thread: every fact goes to the rollout file first and then to the listeners, so that nobody has seen
 * what a restart does not know.
 */
export interface ThreadLog {
  /** Never throws: see `onBroken`. */
  emit(event: ThreadEvent): void;
  /** Writes a fact about the past that clients have been told in another way. */
  note(event: StoredEvent): void;
  /** Begins a turn again that had these items already. */
  continueTurn(turnId: TurnId, items: readonly ThreadItem[]): void;
  recordItem(item: ResponseItem): void;
  /** The model's history begins anew with these items; what was recorded before stays in the file. */
  recordCompaction(replacement: Replacement): void;
  recordSettings(settings: ThreadSettings): void;
  subscribe(listener: ThreadListener): () => void;
  /** Whether somebody listens who may answer an approval. */
  someoneAnswers(): boolean;
  /** Whether somebody listens who can put a question of an MCP server to a person. */
  someoneElicits(): boolean;
  /** The turns that have begun and not ended, with what is known of their items at this moment. */
  liveTurns(): readonly Turn[];
  drained(): Promise<void>;
  /** Resolves when all that was told is in the rollout. @throws RolloutError `writeFailed`. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** @param onBroken called once when the rollout cannot be written any more; the thread has to end. */
export function createThreadLog(options: {
  readonly writer: RolloutWriter;
  /** The right to write, given up when the log is closed. */
  readonly lock: RolloutLock;
  readonly clock: () => Date;
  readonly onBroken: (error: Error) => void;
}): ThreadLog {
  const { writer, lock, clock, onBroken } = options;
  const listeners = new Set<ThreadListener>();
  const live = createLiveTurns();
  let broken = false;

  writer.onError((error) => {
    broken = true;
    onBroken(error);
  });
  const write = (line: EncodedLine): void => {
    if (!broken) writer.append([{ timestamp: clock().toISOString(), ...line }]);
  };
  const emit = (event: ThreadEvent): void => {
    if (isStored(event)) write(encodeEvent(event));
    live.observe(event);
    for (const listener of listeners) listener.onEvent(event);
  };
  return {
    emit,
    note: (event) => write(encodeEvent(event)),
    continueTurn(turnId, items) {
      emit({ type: "turnStarted", turnId });
      live.restore(turnId, items);
    },
    recordItem(item) {
      write(encodeResponseItem(item));
      for (const listener of listeners) listener.onItem?.(item);
    },
    recordCompaction: (replacement) => write(encodeCompacted(replacement)),
    recordSettings: (settings) => write(encodeTurnContext(settings)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    someoneAnswers: () => [...listeners].some((listener) => listener.answers),
    someoneElicits: () => [...listeners].some((listener) => listener.answers && listener.elicits),
    liveTurns: () => live.current(),
    async drained() {
      for (const listener of listeners) await listener.drained();
    },
    flush: () => writer.flush(),
    async close() {
      await writer.close();
      await lock.release();
    },
  };
}
