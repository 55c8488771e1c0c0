import type { Engine, Thread } from "@heddle/core";
import { prepareNotification, type PreparedNotification, type ThreadId, type ThreadStatus } from "@heddle/protocol";
import type { OutgoingNotification } from "../notifications.ts";
import { createThreadFeed, type ThreadFeed } from "./thread-feed.ts";

/** Hears what concerns every connection: threads that come and go, and what they are doing. */
export type AnnouncementListener = (method: string, announcement: PreparedNotification) => void;

/** The feeds of all threads of an engine, shared by its connections. */
export interface ThreadFeeds {
  /** The feed of a loaded thread. */
  of(thread: Thread): ThreadFeed;
  /** What a thread is doing; `notLoaded` when it is not here. */
  status(id: ThreadId): ThreadStatus;
  /** Tells every connection that understands later notifications. */
  announce(notification: OutgoingNotification): void;
  subscribe(listener: AnnouncementListener): () => void;
  /** Follows nothing any more. Idempotent. */
  close(): void;
}

export interface ThreadFeedsOptions {
  readonly engine: Engine;
  /** A new name, unlike all others. */
  readonly newId: () => string;
  /** How long open questions wait for a client to come back, when the last one has gone. Default 0: they are declined. */
  readonly answerGraceMs?: number;
  /** How long a thread stays loaded that nobody follows and that does nothing. Default half an hour. */
  readonly idleUnloadMs?: number;
}

/** Source: the README of later versions of the reference, on `thread/unsubscribe`. */
const IDLE_UNLOAD_MS = 30 * 60_000;

export function createThreadFeeds(options: ThreadFeedsOptions): ThreadFeeds {
  const { engine, newId, answerGraceMs = 0, idleUnloadMs = IDLE_UNLOAD_MS } = options;
  const feeds = new Map<ThreadId, ThreadFeed>();
  const unloading = new Map<ThreadId, NodeJS.Timeout>();
  const listeners = new Set<AnnouncementListener>();

  const announce = ({ method, params }: OutgoingNotification): void => {
    const announcement = prepareNotification(method, params);
    for (const listener of listeners) listener(method, announcement);
  };
  const announceStatus = (threadId: ThreadId, status: ThreadStatus): void =>
    announce({ method: "thread/status/changed", params: { threadId, status } });
  const unloadWhenIdle = (id: ThreadId, idle: boolean): void => {
    clearTimeout(unloading.get(id));
    unloading.delete(id);
    if (!idle) return;
    const unload = (): void => void engine.unloadThread(id).catch(() => {});
    unloading.set(id, setTimeout(unload, idleUnloadMs).unref());
  };
  const open = (thread: Thread): ThreadFeed => {
    const { id } = thread.identity;
    const feed = createThreadFeed(thread, {
      instance: newId(),
      answerGraceMs,
      onStatus: (status) => announceStatus(id, status),
      onIdle: (idle) => unloadWhenIdle(id, idle),
    });
    feeds.set(id, feed);
    return feed;
  };
  const closeFeed = (id: ThreadId): void => {
    unloadWhenIdle(id, false);
    feeds.get(id)?.close();
    feeds.delete(id);
  };
  const stop = engine.watch((change) => {
    if (change.type === "loaded") return void open(change.thread);
    closeFeed(change.threadId);
    announceStatus(change.threadId, { type: "notLoaded" });
    announce({ method: "thread/closed", params: { threadId: change.threadId } });
  });
  return {
    of: (thread) => feeds.get(thread.identity.id) ?? open(thread),
    status: (id) => feeds.get(id)?.status() ?? { type: "notLoaded" },
    announce,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      stop();
      for (const id of [...feeds.keys()]) closeFeed(id);
    },
  };
}
