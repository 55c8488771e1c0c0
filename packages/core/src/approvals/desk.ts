import type { ItemId, TurnId } from "@heddle/protocol";
import type { ApprovalQuestion, ApprovalRecord, ThreadEvent } from "../thread/events.ts";

/** What a client may answer. Anything it says that is not one of these is a `decline`. */
export type ApprovalAnswer =
  | { readonly type: "accept" }
  | { readonly type: "acceptForSession" }
  | { readonly type: "acceptWithAmendment"; readonly prefix: readonly string[] }
  | { readonly type: "decline" }
  | { readonly type: "cancel" };

/** One question, with the key under which an answer for the session is remembered. */
export interface ApprovalCase {
  readonly turnId: TurnId;
  readonly itemId: ItemId;
  readonly question: ApprovalQuestion;
  /** The same call asked again has the same key: for a command its argv, cwd and permissions. */
  readonly sessionKey: string;
}

/**
 * The approvals of one thread: questions go out as events, answers come back by item, one open question per item.
 * No answer ever means yes: without anybody to ask, or when the turn stops, the answer is `decline`.
 */
export interface ApprovalDesk {
  /** Asks and waits. Resolves with `decline` when `signal` fires or the last client goes. */
  ask(approval: ApprovalCase, signal: AbortSignal): Promise<ApprovalAnswer>;
  /** Whether a question would be put to somebody now, and not be answered by what is known. */
  wouldAsk(kind: ApprovalQuestion["kind"], sessionKey: string): boolean;
  /** Gives the answer to an open question; false when there is none (answered before, or the turn is gone). */
  answer(itemId: ItemId, answer: ApprovalAnswer): boolean;
  /** The questions that are open, oldest first: a client that joins is asked them too. */
  open(): readonly ApprovalCase[];
  /** Declines what is open, because nobody is left to answer. */
  declineAll(): void;
}

interface PendingApproval {
  readonly approval: ApprovalCase;
  readonly settle: (answer: ApprovalAnswer, by: ApprovalRecord["by"]) => void;
}

/** @param emit the thread's log. @param someoneListens whether a client is subscribed that may answer such a question. */
export function createApprovalDesk(options: {
  readonly emit: (event: ThreadEvent) => void;
  readonly someoneListens: (kind: ApprovalQuestion["kind"]) => boolean;
}): ApprovalDesk {
  const { emit, someoneListens } = options;
  const pending = new Map<ItemId, PendingApproval>();
  const acceptedForSession = new Set<string>();

  const record = (approval: ApprovalCase, answer: ApprovalAnswer, by: ApprovalRecord["by"]): void => {
    const amendment = answer.type === "acceptWithAmendment" ? answer.prefix : null;
    const { turnId, itemId } = approval;
    emit({ type: "approvalDecided", turnId, itemId, record: { decision: answer.type, by, amendment } });
  };

  return {
    ask(approval, signal) {
      const known: ApprovalAnswer | null = acceptedForSession.has(approval.sessionKey) ? { type: "accept" } : null;
      if (known !== null) {
        record(approval, known, "session");
        return Promise.resolve(known);
      }
      if (signal.aborted || !someoneListens(approval.question.kind)) {
        record(approval, { type: "decline" }, "nobody");
        return Promise.resolve({ type: "decline" });
      }
      return new Promise((resolve) => {
        const onAbort = (): void => settle({ type: "decline" }, "nobody");
        const settle: PendingApproval["settle"] = (answer, by) => {
          pending.delete(approval.itemId);
          signal.removeEventListener("abort", onAbort);
          if (answer.type === "acceptForSession") acceptedForSession.add(approval.sessionKey);
          record(approval, answer, by);
          emit({ type: "approvalResolved", turnId: approval.turnId, itemId: approval.itemId });
          resolve(answer);
        };
        signal.addEventListener("abort", onAbort, { once: true });
        pending.set(approval.itemId, { approval, settle });
        emit({
          type: "approvalRequested",
          turnId: approval.turnId,
          itemId: approval.itemId,
          question: approval.question,
        });
      });
    },
    wouldAsk: (kind, sessionKey) => !acceptedForSession.has(sessionKey) && someoneListens(kind),
    answer(itemId, answer) {
      const open = pending.get(itemId);
      if (open === undefined) return false;
      open.settle(answer, "client");
      return true;
    },
    open: () => Array.from(pending.values(), ({ approval }) => approval),
    declineAll() {
      for (const { settle } of [...pending.values()]) settle({ type: "decline" }, "nobody");
    },
  };
}
