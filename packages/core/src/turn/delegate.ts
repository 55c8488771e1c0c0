import type { ItemId, ThreadItem } from "@heddle/protocol";
import type { ResolvedConfig } from "@heddle/config";
import { assertNever } from "../assert-never.ts";
import type { TurnSpending } from "../limits/spending.ts";
import type { ThreadSettings } from "../settings/settings.ts";
import type { ThreadEvent, TurnOutcome } from "../thread/events.ts";
import type { Thread } from "../thread/thread.ts";
import { itemKey } from "../thread/fold.ts";
import type { TurnScope } from "./scope.ts";

/** A thread to be made for the work of a turn of another one. */
export interface DelegateOrder {
  /** What it is for, as model endpoints and rollouts are told. */
  readonly purpose: "review";
  readonly config: ResolvedConfig;
  readonly settings: ThreadSettings;
  /** Of the turn: its limits, and those of its thread, hold for what the delegate does. The delegate has none of its own. */
  readonly countsFor: TurnSpending;
}

/** How a delegate's work ended. */
export interface DelegateEnd {
  readonly outcome: TurnOutcome;
  /** Its last message, `""` when it said nothing. */
  readonly lastMessage: string;
}

/** A delegate while a turn uses it. Disposing ends its thread. */
export interface Delegate extends AsyncDisposable {
  /**
   * Has it work on a text. What it does is shown as items of the turn that it works for, and what it asks is put to that
   * turn's clients; its last message stays with the caller. When the turn is interrupted, the delegate is, too.
   * Never rejects.
   */
  run(text: string): Promise<DelegateEnd>;
}

/** How long an interrupted delegate may take to say that it has stopped. Source: engine spec, section 16.1. */
const DRAIN_MS = 500;

/** Starts a thread of its own for a turn: with its own history and rollout, and no part in the history of the turn's thread. */
export async function startDelegate(order: Omit<DelegateOrder, "countsFor">, scope: TurnScope): Promise<Delegate> {
  const thread = await scope.startDelegate({ ...order, countsFor: scope.spending });
  return {
    run: (text) => runDelegate(thread, text, scope),
    [Symbol.asyncDispose]: () => thread.close(),
  };
}

async function runDelegate(thread: Thread, text: string, scope: TurnScope): Promise<DelegateEnd> {
  const { signal } = scope;
  let end = (_outcome: TurnOutcome): void => {};
  const ended = new Promise<TurnOutcome>((resolve) => {
    end = resolve;
  });
  const relay = createRelay({ thread, scope, onEnd: end });
  const stop = (): void => {
    void thread.interrupt();
    setTimeout(() => end({ status: "interrupted" }), DRAIN_MS).unref();
  };
  const unsubscribe = thread.subscribe({
    onEvent: relay.on,
    drained: () => scope.drained(),
    answers: true,
    elicits: false,
  });
  signal.addEventListener("abort", stop, { once: true });
  try {
    thread.startTurn([{ type: "text", text }], {});
    if (signal.aborted) stop();
    return { outcome: await ended, lastMessage: relay.lastMessage() };
  } finally {
    signal.removeEventListener("abort", stop);
    unsubscribe();
  }
}

interface Relay {
  readonly on: (event: ThreadEvent) => void;
  readonly lastMessage: () => string;
}

/** Retells what happens on a delegate as events of the turn that it works for. */
function createRelay(options: {
  readonly thread: Thread;
  readonly scope: TurnScope;
  readonly onEnd: (outcome: TurnOutcome) => void;
}): Relay {
  const { thread, scope, onEnd } = options;
  const { turnId, items, emit } = scope;
  /** The latest message: shown when another one follows it, for the last one is the result. */
  let message: Extract<ThreadItem, { type: "agentMessage" }> | null = null;
  const open = new Set<string>();

  const start = (item: ThreadItem): void => {
    if (item.type === "agentMessage" || item.type === "contextCompaction") return;
    open.add(itemKey(item));
    items.start(item);
  };
  const complete = (item: ThreadItem): void => {
    if (item.type === "agentMessage") {
      if (message !== null) items.add({ ...message, id: items.freshId("agentMessage", message.id) });
      message = item;
    } else if (open.delete(itemKey(item)) && items.isOpen(item)) {
      items.complete(item);
    }
  };
  const ask = async (id: ItemId): Promise<void> => {
    const approval = thread.openApprovals().find(({ itemId }) => itemId === id);
    if (approval === undefined) return;
    const answer = await scope.toolContext.approvals.ask({ ...approval, turnId }, scope.signal);
    thread.answerApproval(id, answer);
  };

  return {
    lastMessage: () => message?.text ?? "",
    on(event) {
      switch (event.type) {
        case "itemStarted":
          start(event.item);
          return;
        case "itemCompleted":
          complete(event.item);
          return;
        case "approvalRequested":
          void ask(event.itemId);
          return;
        case "tokenUsageUpdated":
          emit({ type: "delegateUsageUpdated", turnId, usage: event.usage });
          return;
        case "rateLimitsUpdated":
          emit(event);
          return;
        case "stepEnded": // a step of the turn, too: what it has used outlives a crash
          emit({ ...event, turnId, spent: scope.spending.spent() });
          return;
        case "reasoningSummaryPartAdded":
        case "reasoningSummaryDelta":
        case "reasoningTextDelta":
        case "commandOutputDelta":
        case "fileChangeOutputDelta":
        case "terminalInteraction":
        case "planUpdated":
        case "diffUpdated":
        case "retrying":
        case "warning":
          emit({ ...event, turnId });
          return;
        case "turnCompleted":
          onEnd(event.outcome);
          return;
        // Its turn, its history and its approvals are told by the turn that it works for; it has no MCP servers.
        case "turnStarted":
        case "turnFailed":
        case "agentMessageDelta":
        case "approvalDecided":
        case "approvalResolved":
        case "contextCompacted":
        case "deprecationNoted":
        case "delegateUsageUpdated":
        case "filesChanged":
        case "filesRewound":
        case "threadReverted":
        case "mcpToolCallProgress":
        case "mcpServerStatus":
        case "elicitationRequested":
        case "elicitationResolved":
          return;
        default:
          assertNever(event);
      }
    },
  };
}
