import type { Thread } from "@heddle/core";
import type { LegacyNotification, ThreadId, TurnId } from "@heddle/protocol";
import type { AccountNotification } from "../handlers/account-desk.ts";
import type { Session } from "../session.ts";
import { createLegacyElicitations, type LegacyElicitations } from "./elicitations.ts";
import { createLegacyFollower, type LegacyFollower } from "./follower.ts";

/** What a connection uses of the first API: it listens to threads, and hears of the login in its words. */
export interface LegacyClient {
  /** Begins to tell of a thread. Several listeners to one thread are told once. @returns the name of the subscription. */
  listen(thread: Thread, options: { readonly wantsRaw: boolean }): string;
  /** It begins a turn by the later API, and hears its start in that form where it listens in the old one alone. */
  beginsTurn(threadId: ThreadId, turnId: TurnId): void;
  /** False when there is no such subscription. */
  unlisten(subscription: string): boolean;
  /** Whether it changed the login last by the first API: from then on it hears of that in its words. */
  usesAccounts: boolean;
  /** The questions of MCP servers that it has been told. */
  readonly elicitations: LegacyElicitations;
  /** Tells how the MCP servers of a thread have started, to a listener that has come later. */
  tellStartup(thread: Thread): void;
  /** Whether it has heard this already, or in no way wants to. */
  hearAccount(notification: AccountNotification): boolean;
  end(): void;
}

interface Subscription {
  readonly threadId: ThreadId;
  readonly wantsRaw: boolean;
}

/** The one of a connection, made with its first use. */
export function legacyClient(session: Session): LegacyClient {
  session.legacy ??= createLegacyClient(session);
  return session.legacy;
}

function createLegacyClient(session: Session): LegacyClient {
  const subscriptions = new Map<string, Subscription>();
  const followers = new Map<ThreadId, { readonly follower: LegacyFollower; readonly leave: () => void }>();
  const elicitations = createLegacyElicitations();

  const follow = (thread: Thread): void => {
    const { id } = thread.identity;
    if (followers.has(id)) return;
    const feed = session.host.feeds.of(thread);
    const follower = createLegacyFollower(session, {
      thread,
      elicitations,
      wantsRaw: () => [...subscriptions.values()].some(({ threadId, wantsRaw }) => threadId === id && wantsRaw),
      onClosed: () => void followers.delete(id),
    });
    followers.set(id, { follower, leave: () => feed.leave(follower) });
    feed.follow(follower);
  };
  const notify = ({ method, params }: LegacyNotification): void => {
    if (session.isWanted(method)) session.peer.notify(method, params);
  };

  return {
    usesAccounts: false,
    elicitations,
    beginsTurn: (threadId, turnId) => followers.get(threadId)?.follower.expectStart(turnId),
    tellStartup: ({ identity }) => followers.get(identity.id)?.follower.tellStartup(),
    listen(thread, { wantsRaw }) {
      const subscription = session.host.newId();
      subscriptions.set(subscription, { threadId: thread.identity.id, wantsRaw });
      follow(thread);
      return subscription;
    },
    unlisten(name) {
      const removed = subscriptions.get(name);
      if (removed === undefined) return false;
      subscriptions.delete(name);
      const { threadId } = removed;
      if ([...subscriptions.values()].some((other) => other.threadId === threadId)) return true;
      followers.get(threadId)?.leave();
      followers.delete(threadId);
      return true;
    },
    hearAccount(notification) {
      if (!this.usesAccounts) return false;
      if (notification.method === "account/updated") {
        notify({ method: "authStatusChange", params: { authMethod: notification.params.authMode } });
        return true;
      }
      const { loginId, success, error } = notification.params;
      // A key that was stored is answered, and nothing more is told of it.
      if (loginId !== null) notify({ method: "loginChatGptComplete", params: { loginId, success, error } });
      return true;
    },
    end() {
      for (const { leave } of followers.values()) leave();
      followers.clear();
      subscriptions.clear();
    },
  };
}
