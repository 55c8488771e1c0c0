import type { ScopeLimits } from "@heddle/config";
import type { TokenUsage } from "@heddle/models";
import { addSpent, LIMIT_KINDS, NOTHING_SPENT, type LimitHit, type Spent } from "./limit.ts";

/** What a thread has used in all its turns, across processes. */
export interface ThreadSpending {
  readonly spent: Spent;
  /** The soft limits that have been told already, by kind. */
  readonly told: Set<LimitHit["kind"]>;
  add(spent: Spent): void;
}

export function createThreadSpending(before: Spent): ThreadSpending {
  let spent = before;
  return {
    get spent() {
      return spent;
    },
    told: new Set(),
    add(more) {
      spent = addSpent(spent, more);
    },
  };
}

/** Counts what a turn uses, warns at soft limits and stops the turn at hard ones. */
export interface TurnSpending {
  /** What the turn has used so far. */
  spent(): Spent;
  /** Counts a response. A hard limit stops the turn only when it wants more: see `mayGoOn`. */
  addUsage(usage: TokenUsage): void;
  /** Counts a call that is about to run; stops the turn when it is one too many. */
  addToolCall(): void;
  /** Counts what a delegate of the turn has used, as the turn's own. */
  add(more: Spent): void;
  /** Stops the turn if a limit is used up: called before it begins something that costs. */
  mayGoOn(): void;
  /** Whether `mayGoOn` would stop the turn: for what costs and can be left out. */
  isUsedUp(): boolean;
  /** Whether money is limited: then prices have to be known. */
  readonly limitsMoney: boolean;
  /** Takes stricter limits from now on. */
  narrow(limits: ScopeLimits): void;
  /** The turn has ended: the time it took counts for the thread. */
  close(): void;
}

/** The longest time that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export function createTurnSpending(options: {
  readonly turn: ScopeLimits;
  readonly thread: ScopeLimits;
  readonly threadSpending: ThreadSpending;
  /** What the turn had used before, in another process. */
  readonly before: Spent;
  /** Of the turn that this one works for: what is used here is used there, and its limits stop this one. Else null. */
  readonly outer: TurnSpending | null;
  /** Dollars for a response; null when the price is not known. */
  readonly cost: (usage: TokenUsage) => number | null;
  readonly onSoft: (hit: LimitHit) => void;
  readonly onHard: (hit: LimitHit) => void;
  /** Milliseconds, of a clock that only goes forward. */
  readonly now: () => number;
}): TurnSpending {
  return new CountedTurn(options);
}

class CountedTurn implements TurnSpending {
  readonly #options: Parameters<typeof createTurnSpending>[0];
  readonly #startedAt: number;
  readonly #told = new Set<LimitHit["kind"]>();
  #limits: ScopeLimits;
  #counted: Spent = NOTHING_SPENT;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  #stopped = false;

  constructor(options: Parameters<typeof createTurnSpending>[0]) {
    this.#options = options;
    this.#limits = options.turn;
    this.#startedAt = options.now();
    this.#armTimer();
  }

  spent(): Spent {
    return addSpent(this.#options.before, { ...this.#counted, wallSeconds: this.#elapsed() });
  }

  addUsage(usage: TokenUsage): void {
    this.add({ ...NOTHING_SPENT, tokens: usage.totalTokens, usd: this.#options.cost(usage) ?? 0 });
  }

  addToolCall(): void {
    this.add({ ...NOTHING_SPENT, toolCalls: 1 });
  }

  add(more: Spent): void {
    this.#counted = addSpent(this.#counted, more);
    this.#options.threadSpending.add(more);
    this.#warnAtSoft();
    if (more.toolCalls > 0) this.#stopAtCalls();
    this.#options.outer?.add(more);
  }

  mayGoOn(): void {
    const hit = this.#usedUp();
    if (hit !== undefined) this.#stop(hit);
    this.#options.outer?.mayGoOn();
  }

  isUsedUp(): boolean {
    return this.#usedUp() !== undefined || this.#options.outer?.isUsedUp() === true;
  }

  get limitsMoney(): boolean {
    return this.#limits.usd !== null || this.#options.thread.usd !== null || this.#options.outer?.limitsMoney === true;
  }

  /** So many calls may be made, and this is one more. */
  #stopAtCalls(): void {
    const hit = this.#hardHits((used, max) => used > max).find(({ kind }) => kind === "toolCalls");
    if (hit !== undefined) this.#stop({ ...hit, used: hit.max });
  }

  #usedUp(): LimitHit | undefined {
    // So many calls may be made; the next one is stopped when it comes.
    return this.#hardHits((used, max) => used >= max).find(({ kind }) => kind !== "toolCalls");
  }

  narrow(limits: ScopeLimits): void {
    this.#limits = limits;
    this.#armTimer();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#options.threadSpending.add({ ...NOTHING_SPENT, wallSeconds: this.#elapsed() });
  }

  #elapsed(): number {
    return (this.#options.now() - this.#startedAt) / 1000;
  }

  #warnAtSoft(): void {
    const { onSoft } = this.#options;
    for (const { scope, kind, used, soft, hard } of this.#bounds()) {
      const told = this.#toldIn(scope);
      if (soft === null || used < soft || told.has(kind)) continue;
      told.add(kind);
      onSoft({ scope, kind, used, max: hard ?? soft });
    }
  }

  #hardHits(isReached: (used: number, max: number) => boolean): LimitHit[] {
    return this.#bounds().flatMap(({ scope, kind, used, hard }) =>
      hard !== null && isReached(used, hard) ? [{ scope, kind, used, max: hard }] : [],
    );
  }

  #bounds(): readonly Bound[] {
    const { thread, threadSpending } = this.#options;
    const turnSpent = this.spent();
    const threadSpent = addSpent(threadSpending.spent, { ...NOTHING_SPENT, wallSeconds: this.#elapsed() });
    return LIMIT_KINDS.flatMap((kind) => [
      { scope: "turn" as const, kind, used: turnSpent[kind], ...bound(this.#limits[kind]) },
      { scope: "thread" as const, kind, used: threadSpent[kind], ...bound(thread[kind]) },
    ]);
  }

  /** Wakes up at the next limit of time, soft or hard, until all of them are told. */
  #armTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const due = this.#bounds()
      .filter(({ kind }) => kind === "wallSeconds")
      .flatMap(({ scope, kind, used, soft, hard }) =>
        [this.#toldIn(scope).has(kind) ? null : soft, hard].flatMap((at) => (at === null ? [] : [at - used])),
      );
    if (due.length === 0 || this.#closed || this.#stopped) return;
    const ms = Math.min(Math.max(1, Math.ceil(Math.min(...due) * 1000)), MAX_TIMER_MS);
    this.#timer = setTimeout(() => {
      this.#warnAtSoft();
      this.mayGoOn();
      this.#armTimer();
    }, ms);
  }

  #toldIn(scope: LimitHit["scope"]): Set<LimitHit["kind"]> {
    return scope === "turn" ? this.#told : this.#options.threadSpending.told;
  }

  #stop(hit: LimitHit): void {
    this.#stopped = true;
    this.#options.onHard(hit);
  }
}

interface Bound {
  readonly scope: LimitHit["scope"];
  readonly kind: LimitHit["kind"];
  readonly used: number;
  readonly soft: number | null;
  readonly hard: number | null;
}

function bound(limit: ScopeLimits["tokens"]): { readonly soft: number | null; readonly hard: number | null } {
  return limit ?? { soft: null, hard: null };
}
