import type { ResponseItem, Thread, ThreadEvent } from "@heddle/core";
import type { ThreadStatus, Turn } from "@heddle/protocol";
import { approvalQuestion } from "../approvals.ts";
import { elicitationQuestion } from "../mcp-questions.ts";
import { toNotification } from "../notifications.ts";
import { createActivity, type Activity } from "./activity.ts";
import { createEventHistory, type EventHistory } from "./event-history.ts";
import { createFeedEvent, type FeedEvent } from "./feed-event.ts";
import type { Asked, Follower, Question } from "./follower.ts";

/** How a feed treats those who come and go. */
export interface FeedOptions {
  /** Names this loaded instance of the thread in cursors. */
  readonly instance: string;
  /** How long open questions wait for somebody who may answer, once the last one has gone. 0: not at all. */
  readonly answerGraceMs: number;
  readonly onStatus: (status: ThreadStatus) => void;
  /** Called when nobody follows the thread and nothing runs on it, and again when that is over. */
  readonly onIdle: (idle: boolean) => void;
}

/**
 * What happens on one loaded thread, for all connections that follow it: each gets every event, in the same order;
 * questions are put to all who may answer, and the first answer counts.
 */
export interface ThreadFeed {
  readonly thread: Thread;
  status(): ThreadStatus;
  /** The cursor of a client that has seen everything so far. */
  cursor(): string;
  /** Tells a connection everything from now on. */
  follow(follower: Follower): void;
  /**
   * Cuts the thread's life in two for a connection that joins: what is before the cut it is shown in an answer, what
   * comes after it is told from `release` on. @param seen the cursor of what it has seen, if it has been here before.
   */
  join(follower: Follower, seen: string | null): Join;
  leave(follower: Follower): void;
  /**
   * Puts a question that is not the engine's own to clients and resolves with the first answer, as it came; null when it
   * was an error, or nobody is there, or the signal fires.
   */
  ask(
    question: ClientQuestion,
    options: { readonly signal: AbortSignal; readonly waitsForPerson: boolean },
  ): Promise<unknown>;
  /** The thread is unloaded. */
  close(): void;
}

/** What a tool wants to know from clients. */
export type ClientQuestion = Pick<Question, "key" | "addressee" | "method" | "params">;

/** A connection at the cut. */
export interface Join {
  /** The turns that run at the cut, with their items so far. */
  readonly liveTurns: readonly Turn[];
  /** How many events lie between what the client has seen and the cut; null when that cannot be told any more. */
  readonly replayed: number | null;
  readonly cursor: string;
  /** The turns before the cut, where `stored` has been read after it. */
  turns(stored: readonly Turn[]): Turn[];
  /** Tells what was held: first what the client missed, then what came since the cut, then the questions that are open. */
  release(): void;
}

export function createThreadFeed(thread: Thread, options: FeedOptions): ThreadFeed {
  return new Feed(thread, options);
}

/** What waits for a connection that is still being answered. */
interface Hold {
  readonly events: FeedEvent[];
  readonly released: Promise<void>;
  end(): void;
  /** A connection may join twice at the same time. */
  joins: number;
}

interface OpenQuestion {
  readonly question: Question;
  readonly asked: Map<Follower, Asked>;
}

class Feed implements ThreadFeed {
  readonly thread: Thread;
  readonly #options: FeedOptions;
  readonly #followers = new Set<Follower>();
  readonly #held = new Map<Follower, Hold>();
  readonly #questions = new Map<string, OpenQuestion>();
  readonly #activity: Activity = createActivity();
  readonly #history: EventHistory;
  readonly #stop: () => void;
  #grace: NodeJS.Timeout | null = null;

  constructor(thread: Thread, options: FeedOptions) {
    this.thread = thread;
    this.#options = options;
    this.#history = createEventHistory(options.instance);
    const someoneAnswers = (): boolean => this.#someoneAnswers();
    const someoneElicits = (): boolean => this.#someoneElicits();
    this.#stop = thread.subscribe({
      onEvent: (event) => this.#hear(event),
      onItem: (item) => this.#hearItem(item),
      drained: () => this.#drained(),
      get answers() {
        return someoneAnswers();
      },
      get elicits() {
        return someoneElicits();
      },
    });
  }

  status(): ThreadStatus {
    return this.#activity.status();
  }

  cursor(): string {
    return this.#history.cursor();
  }

  follow(follower: Follower): void {
    if (this.#followers.has(follower)) return;
    this.#add(follower);
    this.#askOpen(follower);
  }

  join(follower: Follower, seen: string | null): Join {
    const missed = seen === null ? null : this.#history.since(seen);
    this.#add(follower);
    const hold = this.#hold(follower);
    const liveTurns = this.thread.liveTurns();
    const live = new Set(liveTurns.map(({ id }) => id));
    return {
      liveTurns,
      replayed: missed?.length ?? null,
      cursor: this.#history.cursor(),
      turns(stored) {
        const since = new Set(hold.events.flatMap(startedTurn));
        return [...stored.filter(({ id }) => !live.has(id) && !since.has(id)), ...liveTurns];
      },
      release: () => this.#release(follower, hold, missed ?? []),
    };
  }

  leave(follower: Follower): void {
    if (!this.#followers.delete(follower)) return;
    this.#held.get(follower)?.end();
    this.#held.delete(follower);
    for (const { asked } of this.#questions.values()) asked.delete(follower);
    // What was for the one who leaves is for everybody now.
    for (const other of this.#followers) this.#askOpen(other);
    if (!this.#someoneAnswers()) this.#waitForAnswerer();
    else if (!this.#someoneElicits()) this.#giveUpElicitations();
    this.#tellIdle();
  }

  async ask(
    question: ClientQuestion,
    { signal, waitsForPerson }: { readonly signal: AbortSignal; readonly waitsForPerson: boolean },
  ): Promise<unknown> {
    if (signal.aborted || !this.#someoneAnswers()) return null;
    const { key } = question;
    if (waitsForPerson) this.#wait(key, true);
    try {
      return await new Promise((settle) => {
        signal.addEventListener("abort", () => settle(null), { once: true });
        this.#ask({ ...question, threadId: this.thread.identity.id, isElicitation: false, settle });
      });
    } finally {
      this.#resolve(key);
      if (waitsForPerson) this.#wait(key, false);
    }
  }

  close(): void {
    this.#stop();
    this.#endGrace();
    for (const hold of this.#held.values()) hold.end();
    this.#held.clear();
    for (const follower of this.#followers) follower.threadClosed(this.thread.identity.id);
    this.#followers.clear();
  }

  #add(follower: Follower): void {
    this.#followers.add(follower);
    if (follower.wantsCursor) this.#history.keep();
    if (follower.answers) this.#endGrace();
    this.#options.onIdle(false);
  }

  #hear(event: ThreadEvent): void {
    if (this.#activity.observe(event)) {
      this.#options.onStatus(this.#activity.status());
      this.#tellIdle();
    }
    if (event.type === "approvalRequested") return this.#ask(approvalQuestion(this.thread, event));
    if (event.type === "approvalResolved") return this.#resolve(event.itemId);
    if (event.type === "elicitationRequested") return this.#ask(elicitationQuestion(this.thread, event.elicitation));
    if (event.type === "elicitationResolved") return this.#resolve(event.id);
    if (this.#followers.size === 0 && !this.#history.keeps) return;
    const notification = toNotification(this.thread.identity.id, event);
    if (notification === null) return;
    const told = this.#history.add((cursor) => createFeedEvent(event, notification, cursor));
    for (const follower of this.#followers) {
      const hold = this.#held.get(follower);
      if (hold === undefined) follower.tell(told);
      else hold.events.push(told);
    }
  }

  #hearItem(item: ResponseItem): void {
    for (const follower of this.#followers) follower.hearItem?.(item);
  }

  async #drained(): Promise<void> {
    for (const follower of this.#followers) await (this.#held.get(follower)?.released ?? follower.drained());
  }

  #ask(question: Question): void {
    const open: OpenQuestion = { question, asked: new Map() };
    this.#questions.set(question.key, open);
    for (const follower of this.#followers) this.#put(open, follower);
    const mayBeUnderstood = [...this.#followers].some((follower) => follower.understands?.(question) !== false);
    if (this.#followers.size > 0 && !mayBeUnderstood) question.settle(null);
  }

  #put({ question, asked }: OpenQuestion, follower: Follower): void {
    if (!follower.answers || asked.has(follower) || this.#held.has(follower)) return;
    if (question.isElicitation && !follower.elicits) return;
    if (follower.understands?.(question) === false) return;
    const { addressee } = question;
    if (addressee !== null && addressee !== follower && this.#followers.has(addressee)) return;
    asked.set(follower, follower.ask(question));
  }

  #askOpen(follower: Follower): void {
    for (const open of this.#questions.values()) this.#put(open, follower);
  }

  #resolve(key: string): void {
    const open = this.#questions.get(key);
    this.#questions.delete(key);
    for (const asked of open?.asked.values() ?? []) asked.withdraw();
  }

  #wait(key: string, waits: boolean): void {
    if (this.#activity.waitForPerson(key, waits)) this.#options.onStatus(this.#activity.status());
  }

  #hold(follower: Follower): Hold {
    const known = this.#held.get(follower);
    if (known !== undefined) {
      known.joins += 1;
      return known;
    }
    let end = (): void => {};
    const released = new Promise<void>((resolve) => (end = resolve));
    const hold: Hold = { events: [], released, end, joins: 1 };
    this.#held.set(follower, hold);
    return hold;
  }

  #release(follower: Follower, hold: Hold, missed: readonly FeedEvent[]): void {
    if (this.#held.get(follower) !== hold) return; // it has left meanwhile
    for (const event of missed) follower.tell(event);
    hold.joins -= 1;
    if (hold.joins > 0) return;
    this.#held.delete(follower);
    for (const event of hold.events) follower.tell(event);
    hold.end();
    this.#askOpen(follower);
  }

  #someoneAnswers(): boolean {
    if (this.#grace !== null) return true;
    for (const follower of this.#followers) if (follower.answers) return true;
    return false;
  }

  #someoneElicits(): boolean {
    if (this.#grace !== null) return true;
    for (const follower of this.#followers) if (follower.answers && follower.elicits) return true;
    return false;
  }

  #giveUpElicitations(): void {
    for (const { question } of [...this.#questions.values()]) if (question.isElicitation) question.settle(null);
  }

  #declineAll(): void {
    this.thread.declineOpenApprovals();
    for (const { question } of [...this.#questions.values()]) question.settle(null);
  }

  /** Nobody is left who may answer: questions wait for somebody to come back, or are declined. */
  #waitForAnswerer(): void {
    const { answerGraceMs } = this.#options;
    if (answerGraceMs === 0) return this.#declineAll();
    this.#grace ??= setTimeout(() => {
      this.#grace = null;
      this.#declineAll();
    }, answerGraceMs).unref();
  }

  #endGrace(): void {
    if (this.#grace !== null) clearTimeout(this.#grace);
    this.#grace = null;
  }

  #tellIdle(): void {
    this.#options.onIdle(this.#followers.size === 0 && this.#activity.status().type !== "active");
  }
}

function startedTurn({ notification }: FeedEvent): string[] {
  return notification.method === "turn/started" ? [notification.params.turn.id] : [];
}
