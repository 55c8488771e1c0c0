import { prepareNotification, type PreparedNotification } from "@heddle/protocol";
import type { ThreadEvent } from "@heddle/core";
import type { OutgoingNotification } from "../notifications.ts";

/**
 * One event of a thread on its way to those who follow it: projected once, and written as a line once, however many
 * follow.
 */
export interface FeedEvent {
  readonly event: ThreadEvent;
  readonly notification: OutgoingNotification;
  /** As every client knows it. */
  plain(): PreparedNotification;
  /** With the member `eventCursor`, for clients that asked for it. */
  stamped(): PreparedNotification;
}

/** @param cursor where a client is that has seen this event. */
export function createFeedEvent(
  event: ThreadEvent,
  notification: OutgoingNotification,
  cursor: () => string,
): FeedEvent {
  const { method, params } = notification;
  let plain: PreparedNotification | null = null;
  let stamped: PreparedNotification | null = null;
  return {
    event,
    notification,
    plain: () => (plain ??= prepareNotification(method, params)),
    stamped: () => (stamped ??= prepareNotification(method, { ...params, eventCursor: cursor() })),
  };
}
