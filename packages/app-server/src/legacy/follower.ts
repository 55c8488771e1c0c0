import type { Thread } from "@heddle/core";
import type { EventMsg, ItemId, LegacyEvent, ThreadItem, TurnId } from "@heddle/protocol";
import type { FeedEvent } from "../feeds/feed-event.ts";
import type { Follower, Question } from "../feeds/follower.ts";
import type { Session } from "../session.ts";
import { fromLegacyAnswer, toLegacyQuestion, type LegacyQuestion } from "./approvals.ts";
import type { LegacyElicitations } from "./elicitations.ts";
import { refusedCommand } from "./project-item.ts";
import { createLegacyProjection } from "./projection.ts";

/** What one connection hears of a thread because of `addConversationListener`. */
export interface LegacyFollowing {
  readonly thread: Thread;
  /** Whether what is recorded for the model is told, too. */
  readonly wantsRaw: () => boolean;
  readonly elicitations: LegacyElicitations;
  readonly onClosed: () => void;
}

export interface LegacyFollower extends Follower {
  /** Tells how the MCP servers have started, as far as that was before it came. Once. */
  tellStartup(): void;
  /** The client begins a turn by the later API: of this one it hears the start in that form, too. */
  expectStart(id: TurnId): void;
}

/** What goes to followers of the later API alone. Source: app-server spec, section 18. */
const NEVER_TOLD: ReadonlySet<string> = new Set(["turn/started", "turn/diff/updated", "turn/plan/updated"]);

/**
 * Follows a thread for a client of the first API: every event as `codex/event/<type>`, and, unless the client follows
 * the thread in the later form besides, the later notifications and the questions. Such a client gets each of them once.
 */
export function createLegacyFollower(
  session: Session,
  { thread, wantsRaw, elicitations, onClosed }: LegacyFollowing,
): LegacyFollower {
  const threadId = thread.identity.id;
  const live = thread.liveTurns();
  const modelContextWindow = (): number | null => thread.modelContextWindow;
  const projection = createLegacyProjection({ id: threadId, modelContextWindow }, live);
  let startupTold = false;
  const expected = new Set<TurnId>();
  const items = new Map<string, ThreadItem>(live.flatMap((turn) => turn.items.map((item) => [item.id, item])));
  /** Patches of which nobody knows yet whether they will be applied: one that is refused is never told of. */
  const undecided = new Map<ItemId, FeedEvent>();

  const send = (msg: EventMsg, id: string, more: Pick<LegacyEvent, "question"> = {}): void => {
    const method = `codex/event/${msg.type}`;
    const params: LegacyEvent = { id, msg, conversationId: threadId, ...more };
    if (session.isWanted(method)) session.peer.notify(method, params);
  };
  const show = (feedEvent: FeedEvent): void => {
    const { event, notification } = feedEvent;
    const before = projection.turnId;
    for (const msg of projection.project(event)) send(msg, ("turnId" in event ? event.turnId : null) ?? before);
    const isExpected = event.type === "turnStarted" && expected.delete(event.turnId);
    if (session.follows(threadId) || !session.isWanted(notification.method)) return;
    if (NEVER_TOLD.has(notification.method) && !isExpected) return;
    if (event.type === "itemCompleted" && event.item.type === "commandExecution" && event.item.status === "declined") {
      const params = { threadId, turnId: event.turnId, item: refusedCommand(event.item) };
      return session.notify({ method: "item/completed", params });
    }
    const told = feedEvent.plain(session.dialect);
    if (told !== null) session.peer.notifyPrepared(told);
  };

  const takeUndecided = (id: ItemId): readonly FeedEvent[] => {
    const start = undecided.get(id);
    undecided.delete(id);
    return start === undefined ? [] : [start];
  };
  /** What can be told now that this event has come. */
  const settled = (feedEvent: FeedEvent): readonly FeedEvent[] => {
    const { event } = feedEvent;
    switch (event.type) {
      case "itemStarted":
        items.set(event.item.id, event.item);
        if (event.item.type !== "fileChange") return [feedEvent];
        undecided.set(event.item.id, feedEvent);
        return [];
      case "fileChangeOutputDelta":
        return [...takeUndecided(event.itemId), feedEvent];
      case "itemCompleted": {
        items.delete(event.item.id);
        const start = takeUndecided(event.item.id);
        return start.length > 0 && isDeclined(event.item) ? [] : [...start, feedEvent];
      }
      default:
        return [feedEvent];
    }
  };
  const inOldForm = (question: Question): LegacyQuestion | null => {
    const item = items.get(question.key);
    return item === undefined ? null : toLegacyQuestion(question, { item, turnId: projection.turnId, threadId });
  };

  return {
    get answers() {
      return session.introduction?.observer !== true && !session.follows(threadId);
    },
    get elicits() {
      return session.follower.elicits;
    },
    wantsCursor: false,
    tell(feedEvent) {
      for (const ready of settled(feedEvent)) show(ready);
    },
    understands: (question) => question.isElicitation || inOldForm(question) !== null,
    ask(question) {
      if (question.isElicitation) {
        const opened = elicitations.open(question);
        send(opened.event, projection.turnId, { question: opened.question });
        return opened.asked;
      }
      const asked = inOldForm(question);
      if (asked === null) throw new Error(`a question that is not understood: ${question.method}`);
      projection.noteQuestion(asked.itemId);
      send(asked.event, projection.turnId);
      const { method, params } = asked;
      return session.ask({
        ...question,
        method,
        params,
        settle: (answer) => question.settle(fromLegacyAnswer(answer)),
      });
    },
    hearItem(item) {
      if (wantsRaw()) send({ type: "raw_response_item", item: JSON.parse(JSON.stringify(item)) }, projection.turnId);
    },
    tellStartup() {
      if (startupTold) return;
      startupTold = true;
      for (const msg of projection.startupBefore(thread.mcp)) send(msg, "");
    },
    expectStart: (id) => void expected.add(id),
    drained: () => session.peer.drained(),
    threadClosed: onClosed,
  };
}

function isDeclined(item: ThreadItem): boolean {
  return item.type === "fileChange" && item.status === "declined";
}
