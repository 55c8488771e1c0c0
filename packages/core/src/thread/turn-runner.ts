import type { TurnId } from "@heddle/protocol";
import { environmentUpdate } from "../context/environment.ts";
import type { ApprovalDesk } from "../approvals/desk.ts";
import { createThreadSnapshot } from "../commands/thread-snapshot.ts";
import { createCompactionRow } from "../compaction/compaction-row.ts";
import { EngineError } from "../engine-error.ts";
import { describeHit, LimitReached, NO_LIMITS, NOTHING_SPENT, type LimitHit } from "../limits/limit.ts";
import { countMoney } from "../limits/price.ts";
import { createTurnSpending, type TurnSpending } from "../limits/spending.ts";
import { monotonicMs } from "../monotonic.ts";
import type { ThreadProcesses } from "../processes/thread-processes.ts";
import { sameSurroundings, type ThreadSettings } from "../settings/settings.ts";
import { createItemWriter, type ItemWriter } from "../turn/items.ts";
import { createTurnScope, type TurnScope } from "../turn/scope.ts";
import { runWork, startOf } from "../turn/turn-work.ts";
import type { ThreadEvent, TurnOutcome } from "./events.ts";
import { cutOffItem } from "./fold.ts";
import { createThreadNotices, type ThreadNotices } from "./notices.ts";
import { tellStopped, type RunningTurn } from "./running-turn.ts";
import { settleCutOff } from "./settle-cut-off.ts";
import type { ThreadServices, ThreadStart } from "./thread-start.ts";
import type { UnfinishedTurn } from "./unfinished-turn.ts";

/** How long a stopped turn may take to give up its tools before it is ended without them. */
const STOP_GRACE_MS = 2_000;

/** Runs the turns of one thread, one at a time, and keeps what the model has been told across them. */
export interface TurnRunner {
  /**
   * Runs a turn from its first event to the last but its `turnCompleted`, under the settings of the moment at which it
   * is called. Never rejects.
   * @param cutOff the turn that another process has left open, and that this one continues or puts an end to.
   */
  run(turn: RunningTurn, settings: ThreadSettings, cutOff: UnfinishedTurn | null): Promise<TurnOutcome>;
  /** The history is another one, which tells the model of these settings. */
  hasTold(settings: ThreadSettings): void;
  /** The log cannot be written any more. */
  breakOff(error: Error): void;
  /** Why no turn can run any more, or null. */
  readonly broken: EngineError | null;
  close(): Promise<void>;
}

export function createTurnRunner(options: {
  readonly start: ThreadStart;
  readonly services: ThreadServices;
  readonly approvals: ApprovalDesk;
  readonly processes: ThreadProcesses;
}): TurnRunner {
  return new Runner(options);
}

class Runner implements TurnRunner {
  readonly #start: ThreadStart;
  readonly #services: ThreadServices;
  readonly #approvals: ApprovalDesk;
  readonly #processes: ThreadProcesses;
  readonly #notices: ThreadNotices;
  readonly #snapshot = createThreadSnapshot();
  readonly #compactions = createCompactionRow();
  #toldSettings: ThreadSettings;
  #broken: EngineError | null = null;

  constructor({ start, services, approvals, processes }: Parameters<typeof createTurnRunner>[0]) {
    this.#start = start;
    this.#services = services;
    this.#approvals = approvals;
    this.#processes = processes;
    this.#toldSettings = start.toldSettings;
    const { log, notices: omissions, recordedModel, config } = start;
    const { deprecations } = config;
    this.#notices = createThreadNotices({ log, sandbox: services.sandbox, omissions, deprecations, recordedModel });
  }

  async run(turn: RunningTurn, settings: ThreadSettings, cutOff: UnfinishedTurn | null): Promise<TurnOutcome> {
    const { log } = this.#start;
    const continued = turn.work.type === "input" ? turn.work.continues : null;
    if (cutOff !== null) settleCutOff(cutOff, { ends: continued === null, family: turn.access.family, ...this.#start });
    if (continued !== null) log.continueTurn(turn.id, continued.items.map(cutOffItem));
    else if (!turn.announced) log.emit(startOf(turn));
    const gate = { open: true };
    const emit = (event: ThreadEvent): void => {
      if (gate.open) log.emit(event); // what a tool does after the turn was given up belongs to nobody
    };
    const items = createItemWriter(turn.id, emit, continued?.items);
    turn.spending = this.#spending(turn, settings);
    const run = await this.#outcome(turn, this.#scope({ turn, settings, spending: turn.spending, items, emit }));
    turn.spending.close();
    // A turn on input has said so after each step. A thread that is loaded adds up these words.
    if (turn.work.type !== "input")
      emit({ type: "stepEnded", turnId: turn.id, followUp: false, spent: turn.spending.spent() });
    const outcome = this.#judge(run, turn);
    items.closeAll(cutOffItem);
    gate.open = false;
    await tellStopped(turn);
    return outcome;
  }

  hasTold(settings: ThreadSettings): void {
    this.#toldSettings = settings;
  }

  breakOff(error: Error): void {
    this.#broken = brokenLog(error, this.#start.identity.path);
  }

  get broken(): EngineError | null {
    return this.#broken;
  }

  async close(): Promise<void> {
    await this.#snapshot.close();
  }

  /** What a turn came to, when something other than its work has ended it. */
  #judge(run: TurnOutcome, { id, abort }: RunningTurn): TurnOutcome {
    if (this.#broken !== null) return this.#fail(id, this.#broken.message);
    const { reason }: { readonly reason: unknown } = abort.signal;
    if (run.status === "completed" || !(reason instanceof LimitReached)) return run;
    return this.#fail(id, `${reason.message}; the thread can go on with another turn`, reason.hit);
  }

  #spending({ id, abort, limits, work }: RunningTurn, { model }: ThreadSettings): TurnSpending {
    const { log, config, threadSpending, countsFor: outer } = this.#start;
    const { cost, unknownPrice } = countMoney(model, config);
    const spending = createTurnSpending({
      turn: outer === null ? limits : NO_LIMITS,
      thread: outer === null ? config.limits.thread : NO_LIMITS,
      threadSpending,
      before: work.type === "input" ? (work.continues?.spent ?? NOTHING_SPENT) : NOTHING_SPENT,
      outer,
      cost,
      onSoft: (limit) => log.emit({ type: "warning", turnId: id, message: describeHit(limit), limit }),
      onHard: (hit) => abort.abort(new LimitReached(hit)),
      now: monotonicMs,
    });
    if (spending.limitsMoney && unknownPrice !== null) this.#notices.unknownPrice(model, unknownPrice, id);
    return spending;
  }

  #scope({
    turn,
    settings,
    spending,
    items,
    emit,
  }: {
    readonly turn: RunningTurn;
    readonly settings: ThreadSettings;
    readonly spending: TurnSpending;
    readonly items: ItemWriter;
    readonly emit: (event: ThreadEvent) => void;
  }): TurnScope {
    return createTurnScope({
      spending,
      threadId: this.#start.identity.id,
      turnId: turn.id,
      settings,
      start: this.#start,
      services: this.#services,
      approvals: this.#approvals,
      processes: this.#processes,
      snapshot: this.#snapshot,
      announceSandbox: () => this.#notices.needsSandbox(),
      access: turn.access,
      outputSchema: turn.work.type === "input" ? turn.work.outputSchema : null,
      items,
      emit,
      signal: turn.abort.signal,
      compactions: this.#compactions,
      takePending: () => turn.pending.splice(0).map(({ input }) => input),
    });
  }

  async #outcome(turn: RunningTurn, scope: TurnScope): Promise<TurnOutcome> {
    if (this.#broken !== null) return { status: "interrupted" }; // `#judge` says why
    if (turn.work.type === "input" && turn.work.input.length === 0 && turn.work.continues === null) {
      return { status: "completed" };
    }
    this.#tellSurroundings(scope);
    await this.#start.mcp?.beginTurn(scope.settings);
    if (turn.work.type === "input") this.#notices.usesModel(scope.settings.model, turn.id);
    this.#notices.turnBegins(turn.id);
    const stopped = new Promise<TurnOutcome>((resolve) => {
      const give = (): void => void setTimeout(() => resolve({ status: "interrupted" }), STOP_GRACE_MS).unref();
      if (turn.abort.signal.aborted) give();
      else turn.abort.signal.addEventListener("abort", give, { once: true });
    });
    return Promise.race([runWork(turn.work, scope), stopped]);
  }

  #fail(turnId: TurnId, message: string, limit?: LimitHit): TurnOutcome {
    const error = { message, codexErrorInfo: "other" as const, ...(limit === undefined ? {} : { limit }) };
    this.#start.log.emit({ type: "turnFailed", turnId, error });
    return { status: "failed", error };
  }

  /** Tells the model what has changed around it since it was last told. */
  #tellSurroundings(scope: TurnScope): void {
    this.#start.log.recordSettings(scope.settings);
    if (sameSurroundings(this.#toldSettings, scope.settings)) return;
    const shell = this.#services.shell.kind;
    const update = environmentUpdate({ ...this.#toldSettings, shell }, { ...scope.settings, shell });
    this.#toldSettings = scope.settings;
    if (update === null) return;
    scope.record({ type: "message", role: "user", content: [{ type: "input_text", text: update }] });
  }
}

function brokenLog(cause: Error, path: string): EngineError {
  const reason = `the log cannot be written (${cause.message}); free the disk or fix the permissions, then resume the thread`;
  return new EngineError({ kind: "unreadableRollout", path, reason }, { cause });
}
