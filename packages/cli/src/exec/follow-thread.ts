import type { ServerNotification, TurnStatus } from "@heddle/protocol";
import type { ExecInput, OpenedThread } from "./input.ts";

/** How a turn can have ended; one that a limit has ended has failed, too. */
export type EndStatus = Exclude<TurnStatus, "inProgress"> | "limitReached";

/** Watches one thread on a connection and shows what happens on it, in order. */
export interface ThreadFollower {
  /** Takes every notification of the connection, from its beginning. */
  receive(message: ServerNotification): void;
  /** Shows the thread, then what has arrived for it so far. */
  open(thread: OpenedThread): void;
  /** How the turn ended, once everything before its end is shown. */
  readonly turnEnded: Promise<EndStatus>;
  /** The latest message of the agent; null before there is one. */
  lastMessage(): string | null;
}

export function followThread({
  show,
  nowMs,
}: {
  readonly show: (input: ExecInput) => void;
  readonly nowMs: () => number;
}): ThreadFollower {
  let opened: OpenedThread | null = null;
  let lastMessage: string | null = null;
  // A few warnings at most: a thread has no turn before it is open.
  const early: ServerNotification[] = [];
  let endTurn: (status: EndStatus) => void;
  const turnEnded = new Promise<EndStatus>((resolve) => {
    endTurn = resolve;
  });

  const receive = (message: ServerNotification): void => {
    if (opened === null) {
      early.push(message);
      return;
    }
    if (!concerns(message, opened.threadId)) return;
    show({ type: "notified", message, atMs: nowMs() });
    if (message.method === "item/completed" && message.params.item.type === "agentMessage") {
      lastMessage = message.params.item.text;
    }
    if (message.method !== "turn/completed") return;
    const { status, error } = message.params.turn;
    if (status !== "inProgress") endTurn(error?.limit === undefined ? status : "limitReached");
  };

  return {
    receive,
    turnEnded,
    lastMessage: () => lastMessage,
    open(thread) {
      opened = thread;
      show({ type: "threadOpened", thread });
      for (const message of early.splice(0)) receive(message);
    },
  };
}

/** Whether a message is about this thread, or about none in particular. */
function concerns({ params }: ServerNotification, threadId: string): boolean {
  return !("threadId" in params) || params.threadId === null || params.threadId === threadId;
}
