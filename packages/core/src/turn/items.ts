import { itemId, type ItemId, type ThreadItem, type TurnId } from "@heddle/protocol";
import type { ThreadEvent } from "../thread/events.ts";
import { itemKey } from "../thread/fold.ts";

/**
 * The one writer of a turn's items. Each item is started once and completed once; what is still open when the turn
 * ends is completed by `closeAll`, but for what was handed over. A second start or completion of an item is a bug and
 * throws.
 */
export interface ItemWriter {
  start(item: ThreadItem): void;
  complete(item: ThreadItem): void;
  /** Starts and completes an item that has no life in between, such as a user's message. */
  add(item: ThreadItem): void;
  isOpen(item: Pick<ThreadItem, "type" | "id">): boolean;
  /** Leaves an open item to the thread, which completes it whenever that is, in this turn or later. */
  handOver(item: ThreadItem): void;
  /** Whether an item of any type has that id. */
  hasId(id: string): boolean;
  /** An id that no item of this type has had in this turn: `wanted` itself unless a model repeats its ids. */
  freshId(type: ThreadItem["type"], wanted: ItemId): ItemId;
  /** Completes every open item with what `finish` makes of it. */
  closeAll(finish: (item: ThreadItem) => ThreadItem): void;
}

/**
 * @param emit the log of the thread that the turn belongs to.
 * @param earlier what the turn had in another process: the ids are taken.
 */
export function createItemWriter(
  turnId: TurnId,
  emit: (event: ThreadEvent) => void,
  earlier: readonly ThreadItem[] = [],
): ItemWriter {
  const open = new Map<string, ThreadItem>();
  const used = new Set<string>(earlier.map(itemKey));
  const ids = new Set<string>(earlier.map(({ id }) => id));

  const start = (item: ThreadItem): void => {
    const key = itemKey(item);
    if (used.has(key)) throw new Error(`item ${key} of turn ${turnId} is started twice`);
    used.add(key);
    ids.add(item.id);
    open.set(key, item);
    emit({ type: "itemStarted", turnId, item });
  };
  const take = (item: ThreadItem): void => {
    if (!open.delete(itemKey(item)))
      throw new Error(`item ${itemKey(item)} of turn ${turnId} is completed while not open`);
  };
  const complete = (item: ThreadItem): void => {
    take(item);
    emit({ type: "itemCompleted", turnId, item });
  };
  return {
    start,
    complete,
    handOver: take,
    add(item) {
      start(item);
      complete(item);
    },
    isOpen: (item) => open.has(itemKey(item)),
    hasId: (id) => ids.has(id),
    freshId(type, wanted) {
      if (!used.has(itemKey({ type, id: wanted }))) return wanted;
      for (let n = 2; ; n += 1) {
        const candidate = itemId(`${wanted}-${n}`);
        if (!used.has(itemKey({ type, id: candidate }))) return candidate;
      }
    },
    closeAll(finish) {
      for (const item of [...open.values()]) complete(finish(item));
    },
  };
}
