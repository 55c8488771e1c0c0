import type { FeedEvent } from "./feed-event.ts";

/**
 * The latest events of a thread, for clients that lost their connection: such a client says which event it saw last
 * and gets the ones behind it. Bounded; what is older is answered with the thread's items instead.
 */
export interface EventHistory {
  /** Counts an event, and keeps it when somebody could ask for it. @param make is given the event's own cursor. */
  add(make: (cursor: () => string) => FeedEvent): FeedEvent;
  /** Begins to keep events. Nobody can ask for what came before. */
  keep(): void;
  readonly keeps: boolean;
  /** The cursor of a client that has seen everything so far. */
  cursor(): string;
  /** The events behind a cursor; null when it is none of this instance of the thread, or too old. */
  since(cursor: string): readonly FeedEvent[] | null;
}

/** A second of the fastest stream there is, or a long turn at the pace of a person. */
const MAX_EVENTS = 8_192;
/** Characters of all kept events as lines. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** @param instance names this loaded instance of the thread: a cursor of another one means nothing here. */
export function createEventHistory(instance: string): EventHistory {
  let count = 0;
  let kept: FeedEvent[] | null = null;
  let length = 0;

  const drop = (events: FeedEvent[]): void => {
    let gone = 0;
    // Down to a half, so that the rest is moved once in thousands of events.
    while (events.length - gone > MAX_EVENTS / 2 || length > MAX_LENGTH / 2) {
      const oldest = events[gone];
      if (oldest === undefined) break;
      length -= lengthOf(oldest);
      gone += 1;
    }
    events.splice(0, gone);
  };
  return {
    add(make) {
      count += 1;
      const place = count;
      const event = make(() => `${instance}.${place}`);
      if (kept === null) return event;
      kept.push(event);
      length += lengthOf(event);
      if (kept.length > MAX_EVENTS || length > MAX_LENGTH) drop(kept);
      return event;
    },
    get keeps() {
      return kept !== null;
    },
    keep: () => void (kept ??= []),
    cursor: () => `${instance}.${count}`,
    since(cursor) {
      const [, name, digits] = /^(.*)\.(\d{1,15})$/.exec(cursor) ?? [];
      const seen = Number(digits);
      const missing = count - seen;
      if (kept === null || name !== instance || missing < 0 || missing > kept.length) return null;
      return kept.slice(kept.length - missing);
    },
  };
}

function lengthOf(event: FeedEvent): number {
  return event.stamped("newer")?.line().length ?? 0;
}
