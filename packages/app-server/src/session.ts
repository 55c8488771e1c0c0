import type { Thread } from "@heddle/core";
import { createClientCommands, type ClientCommands } from "./client-commands.ts";
import { RpcError, type Peer, type PreparedNotification, type ThreadId } from "@heddle/protocol";
import { createFileWatches, type FileWatches } from "./file-watches.ts";
import type { Dialect } from "./dialect.ts";
import type { Asked, Follower, Question } from "./feeds/follower.ts";
import type { Join, ThreadFeed } from "./feeds/thread-feed.ts";
import type { AccountNotification } from "./handlers/account-desk.ts";
import type { ClientIdentity, ServerFront, ServerHost } from "./host.ts";
import type { LegacyClient } from "./legacy/client.ts";
import type { OutgoingNotification } from "./notifications.ts";
import type { Admission } from "./serve.ts";

/** Who is at the other end of a connection, once it has introduced itself. */
interface Introduction {
  readonly client: ClientIdentity;
  /** What it was answered. */
  readonly userAgent: string;
  readonly optOut: ReadonlySet<string>;
  /** Looks on: it is asked nothing, and changes nothing. */
  readonly observer: boolean;
  /** Whether it can put questions of MCP servers to a person: clients that say what they can do know the request. */
  readonly elicits: boolean;
  /** Whether it knows what is not settled yet, such as questions of a model to the person. */
  readonly experimental: boolean;
  /** Whether what it hears of threads carries cursors. */
  readonly wantsCursor: boolean;
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
  /** Those that the client has given names to. */
  readonly commands: ClientCommands;
  /** An observer that came in as one stays one. */
  introduce(introduction: Introduction): void;
  /** Answers this client in the newer spelling from now on. */
  speakNewer(): void;
  /** The files that this connection watches. */
  readonly watches: FileWatches;
  /** Whether the client has not opted out of such notifications. */
  isWanted(method: string): boolean;
  /** This connection among those that follow a thread. */
  readonly follower: Follower;
  /** Tells the client, unless it has opted out of such notifications. */
  notify(notification: OutgoingNotification): void;
  /** Sends every event of a thread to the client from now on; once per thread. */
  follow(thread: Thread): void;
  /**
   * The same for a thread that has a past: its events are held until `release`, which has to come unless the client
   * leaves. @param seen the cursor of the last event that the client has seen.
   */
  join(thread: Thread, seen: string | null): Join;
  /** Whether it hears of a thread in the form of the later API. */
  follows(id: ThreadId): boolean;
  /** Puts a question to the client. */
  ask(question: Question): Asked;
  /** What it uses of the first API; null before it does. */
  legacy: LegacyClient | null;
  /** False when it did not follow. */
  unfollow(id: ThreadId): boolean;
  /** The engine is there. */
  equip(host: ServerHost): void;
  /** Follows nothing any more: the connection is gone. */
  end(): void;
}

export function createSession(front: ServerFront, peer: Peer, admission: Admission): Session {
  const followed = new Map<ThreadId, ThreadFeed>();
  const subscriptions: (() => void)[] = [];
  const commands = createClientCommands();
  let loaded: ServerHost | null = null;
  let ended = false;
  let introduction: Introduction | null = null;
  let dialect: Dialect = "classic";
  let legacy: LegacyClient | null = null;

  const isWanted = (method: string): boolean => introduction?.optOut.has(method) !== true;
  const notify = ({ method, params }: OutgoingNotification): void => {
    if (isWanted(method)) peer.notify(method, params);
  };
  const watches = createFileWatches((watchId, changedPaths) => {
    notify({ method: "fs/changed", params: { watchId, changedPaths: [...changedPaths] } });
  });
  const hearAccount = (notification: AccountNotification): void => {
    if (legacy?.hearAccount(notification) !== true) notify(notification);
  };
  const hearAnnouncement = (method: string, announcement: PreparedNotification): void => {
    if (dialect === "newer" && isWanted(method)) peer.notifyPrepared(announcement);
  };
  const host = (): ServerHost => {
    if (loaded === null) throw new Error("a handler ran before the engine was loaded");
    return loaded;
  };

  const ask = ({ threadId, method, params, settle }: Question): Asked => {
    const requestId = front.nextRequestId();
    const withdrawn = new AbortController();
    let isOpen = true;
    const close = (answer: unknown): void => {
      isOpen = false;
      settle(answer);
    };
    peer.request(method, params, { id: requestId, signal: withdrawn.signal }).then(close, (error: unknown) => {
      // An error is a no. When the connection is gone, others may answer, or nobody.
      if (error instanceof RpcError && error.origin === "answer") close(null);
    });
    return {
      withdraw() {
        withdrawn.abort();
        if (!isOpen && dialect === "classic") return; // it has answered itself, and does not know of others
        notify({ method: "serverRequest/resolved", params: { threadId, requestId } });
      },
    };
  };
  const follower: Follower = {
    get answers() {
      return introduction?.observer !== true;
    },
    get elicits() {
      return introduction?.elicits === true;
    },
    get wantsCursor() {
      return introduction?.wantsCursor === true;
    },
    tell(event) {
      if (!isWanted(event.notification.method)) return;
      const told = introduction?.wantsCursor === true ? event.stamped(dialect) : event.plain(dialect);
      if (told !== null) peer.notifyPrepared(told);
    },
    ask,
    drained: () => peer.drained(),
    threadClosed: (id) => void followed.delete(id),
  };
  const feedOf = (thread: Thread): ThreadFeed => {
    const feed = host().feeds.of(thread);
    followed.set(thread.identity.id, feed);
    return feed;
  };

  return {
    front,
    get host() {
      return host();
    },
    equip(host) {
      if (loaded !== null) return;
      loaded = host;
      if (ended) return;
      subscriptions.push(host.accounts.subscribe(hearAccount), host.feeds.subscribe(hearAnnouncement));
      if (dialect === "classic") return;
      for (const params of host.configWarnings()) notify({ method: "configWarning", params });
    },
    peer,
    commands,
    get introduction() {
      return introduction;
    },
    get dialect() {
      return dialect;
    },
    introduce(known) {
      introduction = { ...known, observer: known.observer || admission.observer };
    },
    speakNewer() {
      dialect = "newer";
    },
    watches,
    isWanted,
    follower,
    notify,
    ask,
    follows: (id) => followed.has(id),
    get legacy() {
      return legacy;
    },
    set legacy(client) {
      legacy = client;
    },
    follow: (thread) => feedOf(thread).follow(follower),
    join: (thread, seen) => feedOf(thread).join(follower, seen),
    unfollow(id) {
      const feed = followed.get(id);
      feed?.leave(follower);
      return followed.delete(id);
    },
    end() {
      ended = true;
      for (const stop of subscriptions) stop();
      watches.close();
      for (const feed of followed.values()) feed.leave(follower);
      followed.clear();
      legacy?.end();
    },
  };
}
