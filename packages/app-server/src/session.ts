import type { Thread, ThreadEvent } from "@heddle/core";
import type { Peer, ThreadId } from "@heddle/protocol";
import { putApproval } from "./approvals.ts";
import type { Dialect } from "./dialect.ts";
import type { ClientIdentity, ServerFront, ServerHost } from "./host.ts";
import { toNotification, type OutgoingNotification } from "./notifications.ts";

/** Who is at the other end of a connection, once it has introduced itself. */
interface Introduction {
  readonly client: ClientIdentity;
  /** What it was answered. */
  readonly userAgent: string;
  readonly optOut: ReadonlySet<string>;
}

/** What one connection knows and may touch; handlers get it with every request. */
export interface Session {
  readonly front: ServerFront;
  /** Loaded before the first handler that is not `initialize` runs. */
  readonly host: ServerHost;
  readonly peer: Peer;
  /** Null before `initialize` was answered. */
  readonly introduction: Introduction | null;
  readonly dialect: Dialect;
  introduce(introduction: Introduction): void;
  /** Answers this client in the newer spelling from now on. */
  speakNewer(): void;
  /** Tells the client, unless it has opted out of such notifications. */
  notify(notification: OutgoingNotification): void;
  /** Sends every event of a thread to the client from now on; once per thread. */
  follow(thread: Thread): void;
  unfollow(id: ThreadId): void;
  /** The engine is there. */
  equip(host: ServerHost): void;
  /** Follows nothing any more: the connection is gone. */
  end(): void;
}

export function createSession(front: ServerFront, peer: Peer): Session {
  const followed = new Map<ThreadId, () => void>();
  let loaded: ServerHost | null = null;
  let stopAccount = (): void => {};
  let ended = false;
  let introduction: Introduction | null = null;
  let dialect: Dialect = "classic";

  const tell = (thread: Thread, event: ThreadEvent): void => {
    if (event.type === "approvalRequested") {
      void putApproval(peer, thread, event);
      return;
    }
    const notification = toNotification(thread.identity.id, event);
    if (notification !== null) notify(notification);
  };
  const notify = ({ method, params }: OutgoingNotification): void => {
    if (introduction?.optOut.has(method) !== true) peer.notify(method, params);
  };
  return {
    front,
    get host() {
      if (loaded === null) throw new Error("a handler ran before the engine was loaded");
      return loaded;
    },
    equip(host) {
      if (loaded !== null) return;
      loaded = host;
      if (!ended) stopAccount = host.accounts.subscribe(notify);
    },
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
    notify,
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
      ended = true;
      stopAccount();
      for (const stop of followed.values()) stop();
      followed.clear();
    },
  };
}
