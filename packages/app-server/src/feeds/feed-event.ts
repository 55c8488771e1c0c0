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
  const forNewer = formsOf(notification, cursor);
  const classic = toClassicNotification(notification);
  const forClassic = classic === notification ? forNewer : classic === null ? null : formsOf(classic, cursor);
  const formsFor = (dialect: Dialect): Forms | null => (dialect === "classic" ? forClassic : forNewer);
  return {
    event,
    notification,
    plain: (dialect) => formsFor(dialect)?.plain() ?? null,
    stamped: (dialect) => formsFor(dialect)?.stamped() ?? null,
  };
}

interface Forms {
  readonly plain: () => PreparedNotification;
  readonly stamped: () => PreparedNotification;
}

function formsOf({ method, params }: OutgoingNotification, cursor: () => string): Forms {
  let plain: PreparedNotification | null = null;
  let stamped: PreparedNotification | null = null;
  return {
    plain: () => (plain ??= prepareNotification(method, params)),
    stamped: () => (stamped ??= prepareNotification(method, { ...params, eventCursor: cursor() })),
  };
}
