import { prepareNotification, type PreparedNotification } from "@heddle/protocol";
import type { ThreadEvent } from "@heddle/core";
import { toClassicNotification } from "../classic-items.ts";
import type { Dialect } from "../dialect.ts";
import type { OutgoingNotification } from "../notifications.ts";

/**
 * One event of a thread on its way to those who follow it: projected once, and written as a line once, however many
 * follow.
 */
export interface FeedEvent {
  readonly event: ThreadEvent;
  readonly notification: OutgoingNotification;
  /** As clients of a dialect know it; null when those of that dialect are not told. */
  plain(dialect: Dialect): PreparedNotification | null;
  /** With the member `eventCursor`, for clients that asked for it. */
  stamped(dialect: Dialect): PreparedNotification | null;
}

/** @param cursor where a client is that has seen this event. */
export function createFeedEvent(
  event: ThreadEvent,
  notification: OutgoingNotification,
  cursor: () => string,
): FeedEvent {
  return new Told(event, notification, cursor);
}

/** A class, as there is one for each delta: nothing but the object is made before somebody wants a line. */
class Told implements FeedEvent {
  readonly event: ThreadEvent;
  readonly notification: OutgoingNotification;
  readonly #cursor: () => string;
  #plain: PreparedNotification | null = null;
  #stamped: PreparedNotification | null = null;
  /** Undefined until a client of that dialect is told. */
  #classic: Told | null | undefined;

  constructor(event: ThreadEvent, notification: OutgoingNotification, cursor: () => string) {
    this.event = event;
    this.notification = notification;
    this.#cursor = cursor;
  }

  plain(dialect: Dialect): PreparedNotification | null {
    const told = this.#for(dialect);
    if (told === null) return null;
    const { method, params } = told.notification;
    return (told.#plain ??= prepareNotification(method, params));
  }

  stamped(dialect: Dialect): PreparedNotification | null {
    const told = this.#for(dialect);
    if (told === null) return null;
    const { method, params } = told.notification;
    return (told.#stamped ??= prepareNotification(method, { ...params, eventCursor: told.#cursor() }));
  }

  #for(dialect: Dialect): Told | null {
    if (dialect === "newer") return this;
    if (this.#classic === undefined) {
      const classic = toClassicNotification(this.notification);
      if (classic === this.notification) this.#classic = this;
      else this.#classic = classic === null ? null : new Told(this.event, classic, this.#cursor);
    }
    return this.#classic;
  }
}
