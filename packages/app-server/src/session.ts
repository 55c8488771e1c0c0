import type { Thread, ThreadEvent } from "@heddle/core";
import type { Peer, ThreadId } from "@heddle/protocol";
import { putApproval } from "./approvals.ts";
import type { Dialect } from "./dialect.ts";
import type { ClientIdentity, ServerHost } from "./host.ts";
import { toNotification } from "./notifications.ts";

/** Who is at the other end of a connection, once it has introduced itself. */
export interface Introduction {
  readonly client: ClientIdentity;
  readonly optOut: ReadonlySet<string>;
}

/** What one connection knows and may touch; handlers get it with every request. */
export interface Session {
  readonly host: ServerHost;
  readonly peer: Peer;
  /** Null before `initialize` was answered. */
  readonly introduction: Introduction | null;
  readonly dialect: Dialect;
  introduce(introduction: Introduction): void;
  /** Answers this client in the newer spelling from now on. */
  speakNewer(): void;
  /** Sends every event of a thread to the client from now on; once per thread. */
  follow(thread: Thread): void;
  unfollow(id: ThreadId): void;
  /** Follows nothing any more: the connection is gone. */
  end(): void;
}

export function createSession(host: ServerHost, peer: Peer): Session {
  const followed = new Map<ThreadId, () => void>();
  let introduction: Introduction | null = null;
  let dialect: Dialect = "classic";

  const tell = (thread: Thread, event: ThreadEvent): void => {
    if (event.type === "approvalRequested") {
      void putApproval(peer, thread, event);
      return;
    }
    const notification = toNotification(thread.identity.id, event);
    if (notification === null || introduction?.optOut.has(notification.method) === true) return;
    peer.notify(notification.method, notification.params);
  };
  return {
    host,
    peer,
    get introduction() {
      return introduction;
    },
    get dialect() {
      return dialect;
    },
    introduce(known) {
      introduction = known;
    },
    speakNewer() {
      dialect = "newer";
    },
    follow(thread) {
      const { id } = thread.identity;
      if (followed.has(id)) return;
      const onEvent = (event: ThreadEvent): void => tell(thread, event);
      followed.set(id, thread.subscribe({ onEvent, drained: () => peer.drained(), answers: true }));
    },
    unfollow(id) {
      followed.get(id)?.();
      followed.delete(id);
    },
    end() {
      for (const stop of followed.values()) stop();
      followed.clear();
    },
  };
}
