import type { OfferedTool, Thread, ToolSource } from "@heddle/core";
import type { JsonValue } from "@heddle/protocol";
import type { ThreadFeed } from "../feeds/thread-feed.ts";
import type { Session } from "../session.ts";
import { dynamicTools, readSpec } from "./dynamic-tool.ts";
import { requestUserInputTool } from "./request-user-input.ts";

/** Tools of a thread that its client brings: those it provides itself, and the one that asks the person. */
export interface ClientTools {
  /** Makes their source. What no model could call is left out. */
  readonly sources: (dynamicTools: readonly JsonValue[]) => readonly ToolSource[];
  /** Tells the tools whose they are: before its first turn. */
  belongTo(thread: Thread): void;
}

/** @param session the client that opens the thread: it is asked first. */
export function createClientTools(session: Session): ClientTools {
  let owner: Thread | null = null;
  const feed = (): ThreadFeed => {
    if (owner === null) throw new Error("a client's tool was called before its thread was there");
    return session.host.feeds.of(owner);
  };
  return {
    sources(described) {
      const home = { feed, provider: session.follower, now: session.host.now };
      const offered: readonly OfferedTool[] = [
        ...dynamicTools(described.flatMap(readSpec), home),
        ...(session.introduction?.experimental === true ? [requestUserInputTool(feed)] : []),
      ];
      if (offered.length === 0) return [];
      return [{ place: "last", offer: () => ({ offered, served: [] }), close: () => Promise.resolve() }];
    },
    belongTo: (thread) => void (owner = thread),
  };
}
