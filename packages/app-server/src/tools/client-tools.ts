import type { OfferedTool, Thread, ToolSource } from "@heddle/core";
import type { DynamicToolSpec } from "@heddle/protocol";
import type { ThreadFeed } from "../feeds/thread-feed.ts";
import type { Session } from "../session.ts";
import { dynamicTools } from "./dynamic-tool.ts";
import { requestUserInputTool } from "./request-user-input.ts";

/** Tools of a thread that its client brings: those it provides itself, and the one that asks the person. */
export interface ClientTools {
  readonly sources: readonly ToolSource[];
  /** Tells the tools whose they are: before its first turn. */
  belongTo(thread: Thread): void;
}

/** @throws RpcError for a tool that no model could call. */
export function createClientTools(specs: readonly DynamicToolSpec[], session: Session): ClientTools {
  let owner: Thread | null = null;
  const feed = (): ThreadFeed => {
    if (owner === null) throw new Error("a client's tool was called before its thread was there");
    return session.host.feeds.of(owner);
  };
  const offered: readonly OfferedTool[] = [
    ...dynamicTools(specs, { feed, provider: session.follower, now: session.host.now }),
    ...(session.introduction?.experimental === true ? [requestUserInputTool(feed)] : []),
  ];
  const source: ToolSource = { place: "last", offer: () => ({ offered, served: [] }), close: () => Promise.resolve() };
  return {
    sources: offered.length === 0 ? [] : [source],
    belongTo: (thread) => void (owner = thread),
  };
}
