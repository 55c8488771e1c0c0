import { assertWithinManaged, type ResolvedConfig, type ScopeLimits } from "@heddle/config";
import {
  turnId,
  type ItemId,
  type ReviewTarget,
  type ThreadItem,
  type Turn,
  type TurnId,
  type UserInput,
} from "@heddle/protocol";
import { createThreadProcesses, type ThreadProcesses } from "../processes/thread-processes.ts";
import { createApprovalDesk, type ApprovalAnswer, type ApprovalCase, type ApprovalDesk } from "../approvals/desk.ts";
import { EngineError } from "../engine-error.ts";
import { narrower } from "../limits/limit.ts";
import { withOverride, type SettingsOverride, type ThreadSettings } from "../settings/settings.ts";
import type { ThreadMcp } from "../mcp/thread-mcp.ts";
import { previewOf } from "../rollout/preview.ts";
import type { Rollout } from "../rollout/reader.ts";
import type { ModelAccess } from "../settings/model-access.ts";
import type { ShellCommand } from "../turn/run-shell-command.ts";
import { startOf, type TurnWork } from "../turn/turn-work.ts";
import type { FileRewindOrder, FileRewindOutcome } from "./file-rewind.ts";
import type { TurnOutcome } from "./events.ts";
import type { ThreadListener } from "./log.ts";
import { readThreadLines } from "./restore.ts";
import type { RunningTurn, TurnOrder } from "./running-turn.ts";
import { takeFilesBack, takeTurnsBack } from "./take-back.ts";
import type { ThreadIdentity, ThreadServices, ThreadStart } from "./thread-start.ts";
import type { Thread } from "./thread.ts";
import { createTurnRunner, type TurnRunner } from "./turn-runner.ts";
import type { UnfinishedTurn } from "./unfinished-turn.ts";

/** How many turns may wait behind one that takes no input. Source: engine spec, section 1.3. */
const MOST_WAITING = 64;

type State =
  | { readonly type: "idle" }
  | { readonly type: "running"; readonly turn: RunningTurn }
  /** Something is done to it that no turn may come in between. */
  | { readonly type: "held"; readonly doing: string }
  | { readonly type: "closed" };

export function createThread(start: ThreadStart, services: ThreadServices): Thread {
  return new ThreadActor(start, services);
}

class ThreadActor implements Thread {
  readonly identity: ThreadIdentity;
  readonly #start: ThreadStart;
  readonly #services: ThreadServices;
  readonly #approvals: ApprovalDesk;
  readonly #processes: ThreadProcesses;
  readonly #runner: TurnRunner;
  #settings: ThreadSettings;
  #preview: string;
  #nextTurn: number;
  /** Turns that begin when the running one has ended. */
  readonly #waiting: TurnOrder[] = [];
  /** Until a turn begins. */
  #unfinished: UnfinishedTurn | null;
  /** Ids of input for the running turn that nobody has been told of. */
  readonly #joining = new Set<TurnId>();
  #closing = false;
  #state: State = { type: "idle" };

  constructor(start: ThreadStart, services: ThreadServices) {
    this.identity = start.identity;
    this.#start = start;
    this.#services = services;
    this.#settings = start.settings;
    this.#preview = start.preview;
    this.#nextTurn = start.nextTurn;
    this.#unfinished = start.unfinished;
    this.#approvals = createApprovalDesk({
      emit: (event) => start.log.emit(event),
      // Only clients that know questions of MCP servers know how to ask about their tools.
      someoneListens: (kind) => (kind === "mcpToolCall" ? start.log.someoneElicits() : start.log.someoneAnswers()),
    });
    this.#processes = createThreadProcesses({ emit: (event) => start.log.emit(event), random: services.random });
    this.#runner = createTurnRunner({ start, services, approvals: this.#approvals, processes: this.#processes });
  }

  get settings(): ThreadSettings {
    return this.#settings;
  }

  get config(): ResolvedConfig {
    return this.#start.config;
  }

  get mcp(): ThreadMcp | null {
    return this.#start.mcp;
  }

  get preview(): string {
    return this.#preview;
  }

  get modelContextWindow(): number | null {
    return this.#services.modelAccess(this.#settings, this.#start.config).family.effectiveWindow;
  }

  get runningTurn(): TurnId | null {
    return this.#state.type === "running" ? this.#state.turn.id : null;
  }

  startTurn(
    input: readonly UserInput[],
    override: SettingsOverride,
    { outputSchema = null, limits = null }: Parameters<Thread["startTurn"]>[2] = {},
  ): TurnId {
    this.#mustBeUsable();
    const { approvalPolicy, sandboxPolicy } = override;
    assertWithinManaged(this.#start.config.managed, {
      ...(approvalPolicy === undefined ? {} : { approvalPolicy }),
      ...(sandboxPolicy === undefined ? {} : { sandboxMode: sandboxPolicy.type }),
    });
    const settings = withOverride(this.#settings, override);
    const access = this.#services.modelAccess(settings, this.#start.config);
    const { turn } = this.#state.type === "running" ? this.#state : { turn: null };
    if (turn?.work.type !== "input") {
      const id = this.#order({ type: "input", input, outputSchema, continues: null }, access, limits);
      this.#settings = settings;
      if (this.#preview === "") this.#preview = previewOf(input);
      return id;
    }
    this.#settings = settings;
    const id = this.#newTurnId();
    turn.pending.push({ input, id });
    turn.joined.push(id);
    turn.limits = narrower(turn.limits, limits);
    turn.spending?.narrow(turn.limits);
    this.#joining.add(id);
    setImmediate(() => this.#announceJoined(id));
    return id;
  }

  continueTurn({ limits = null }: Parameters<Thread["continueTurn"]>[0] = {}): TurnId {
    this.#mustBeUsable();
    const unfinished = this.#unfinished;
    if (this.#state.type !== "idle" || unfinished?.continuable !== true) {
      throw new EngineError({ kind: "nothingToContinue", threadId: this.identity.id });
    }
    const { id, joined } = unfinished;
    const work: TurnWork = { type: "input", input: [], outputSchema: null, continues: unfinished };
    const access = this.#services.modelAccess(this.#settings, this.#start.config);
    this.#unfinished = null;
    this.#begin({ id, work, access, limits, announced: false, joined: [...joined] });
    return id;
  }

  steer(input: readonly UserInput[], expected: TurnId): TurnId {
    this.#mustBeUsable();
    const { turn } = this.#state.type === "running" ? this.#state : { turn: null };
    if (turn === null || (turn.id !== expected && !turn.joined.includes(expected))) {
      throw new EngineError({ kind: "notRunning", expected, running: turn?.id ?? null });
    }
    switch (turn.work.type) {
      case "input":
        turn.pending.push({ input, id: null });
        return turn.id;
      case "shellCommand": // asks no model: its end begins a turn with the input
        turn.pending.push({ input, id: null });
        return turn.id;
      case "compaction":
        throw new EngineError({ kind: "notSteerable", turnKind: "compact" });
      case "review":
        throw new EngineError({ kind: "notSteerable", turnKind: "review" });
    }
  }

  compact(): TurnId {
    this.#mustBeUsable();
    return this.#order({ type: "compaction" }, this.#services.modelAccess(this.#settings, this.#start.config));
  }

  review(target: ReviewTarget): TurnId {
    this.#mustBeUsable();
    const access = this.#services.modelAccess(this.#settings, this.#start.config);
    return this.#order({ type: "review", target }, access);
  }

  runShellCommand(command: ShellCommand): TurnId {
    this.#mustBeUsable();
    const { config } = this.#start;
    assertWithinManaged(config.managed, { sandboxMode: "danger-full-access" });
    return this.#order({ type: "shellCommand", command }, this.#services.modelAccess(this.#settings, config));
  }

  async interrupt(): Promise<void> {
    if (this.#state.type !== "running") {
      this.#start.mcp?.servers.cancelStart();
      return;
    }
    const { turn } = this.#state;
    this.#start.mcp?.cancelElicitations();
    const stopped = new Promise<void>((resolve) => turn.onStopped.push(resolve));
    turn.abort.abort(new DOMException("interrupted", "AbortError"));
    await stopped;
  }

  answerApproval(item: ItemId, answer: ApprovalAnswer): boolean {
    return this.#approvals.answer(item, answer);
  }

  openApprovals(): readonly ApprovalCase[] {
    return this.#approvals.open();
  }

  declineOpenApprovals(): void {
    this.#approvals.declineAll();
  }

  liveTurns(): readonly Turn[] {
    return this.#start.log.liveTurns();
  }

  isRunning(turnId: TurnId, item: ThreadItem): boolean {
    return this.#processes.shows(turnId, item);
  }

  subscribe(listener: ThreadListener): () => void {
    const { log, mcp } = this.#start;
    const unsubscribe = log.subscribe(listener);
    // Not before somebody listens, who then hears how far the servers are; and when the answer that says so has left.
    if (mcp !== null) setImmediate(() => mcp.start());
    return () => {
      unsubscribe();
      if (!log.someoneAnswers()) this.#approvals.declineAll();
      if (!log.someoneElicits()) mcp?.cancelElicitations();
    };
  }

  revert(firstTurn: TurnId): Promise<void> {
    return this.#atRest("being reverted", (rollout) => {
      const surroundings = takeTurnsBack(firstTurn, rollout, this.#start);
      this.#runner.hasTold({ ...this.#settings, ...surroundings });
      this.#unfinished = null; // an earlier one has been settled when the next began
    });
  }

  rewindFiles(order: FileRewindOrder): Promise<FileRewindOutcome> {
    return this.#atRest("having its files taken back", (rollout) =>
      takeFilesBack(order, rollout, { start: this.#start, rewinds: this.#services.rewinds, cwd: this.#settings.cwd }),
    );
  }

  /** Does something to the idle thread and its log as it is written; nothing else begins meanwhile. */
  async #atRest<T>(doing: string, work: (rollout: Rollout) => T | Promise<T>): Promise<T> {
    this.#mustBeUsable();
    if (this.#state.type === "running") throw this.#busy("running a turn");
    this.#state = { type: "held", doing };
    try {
      await this.#start.log.flush();
      const rollout = await readThreadLines(this.identity.path);
      if (this.#closing) throw new EngineError({ kind: "closed", what: "thread" });
      return await work(rollout);
    } finally {
      if (!this.#closing) this.#state = { type: "idle" };
    }
  }

  reattach(): void {
    if (this.#state.type === "idle") this.#start.usage.restart();
  }

  breakOff(error: Error): void {
    this.#runner.breakOff(error);
    if (this.#state.type === "running") this.#state.turn.abort.abort(error);
  }

  async close(): Promise<void> {
    if (this.#state.type === "closed") return;
    this.#closing = true;
    const { turn } = this.#state.type === "running" ? this.#state : { turn: null };
    if (turn !== null) {
      turn.abort.abort(new DOMException("the thread is closed", "AbortError"));
      await turn.ended;
    }
    this.#state = { type: "closed" };
    await this.#processes.close();
    await this.#runner.close();
    await Promise.all(this.#start.toolSources.map((source) => source.close()));
    await this.#start.mcp?.close();
    await this.#start.log.close();
  }

  #mustBeUsable(): void {
    if (this.#closing) throw new EngineError({ kind: "closed", what: "thread" });
    if (this.#runner.broken !== null) throw this.#runner.broken;
    if (this.#state.type === "held") throw this.#busy(this.#state.doing);
  }

  #busy(doing: string): EngineError {
    return new EngineError({ kind: "busy", threadId: this.identity.id, doing });
  }

  #newTurnId(): TurnId {
    const id = turnId(String(this.#nextTurn));
    this.#nextTurn += 1;
    return id;
  }

  /** Begins a turn now, or when those before it have ended. */
  #order(work: TurnWork, access: ModelAccess, limits: ScopeLimits | null = null): TurnId {
    if (this.#waiting.length >= MOST_WAITING)
      throw new EngineError({
        kind: "busy",
        threadId: this.identity.id,
        doing: `running, and ${MOST_WAITING} turns wait`,
      });
    const order: TurnOrder = { id: this.#newTurnId(), work, access, limits, announced: false, joined: [] };
    if (this.#state.type === "running") this.#waiting.push(order);
    else this.#begin(order);
    return order.id;
  }

  #begin(order: TurnOrder): void {
    let end = (): void => {};
    const turn: RunningTurn = {
      ...order,
      abort: new AbortController(),
      limits: narrower(this.#start.config.limits.turn, order.limits),
      spending: null,
      pending: [],
      onStopped: [],
      ended: new Promise((resolve) => {
        end = resolve;
      }),
    };
    this.#state = { type: "running", turn };
    // One turn of the event loop later: whoever asked for the turn has its answer before the first event.
    setImmediate(() => void this.#run(turn).finally(end));
  }

  /** Says that an id was given to input for the running turn: once, and before anything else about that id. */
  #announceJoined(id: TurnId): void {
    if (this.#joining.delete(id)) this.#start.log.emit({ type: "turnStarted", turnId: id });
  }

  /** Runs a turn to its last event. Never rejects. */
  async #run(turn: RunningTurn): Promise<void> {
    const continued = turn.work.type === "input" ? turn.work.continues : null;
    const cutOff = continued ?? this.#unfinished;
    this.#unfinished = null;
    this.#finish(turn, await this.#runner.run(turn, this.#settings, cutOff));
  }

  #finish(turn: RunningTurn, outcome: TurnOutcome): void {
    const { log } = this.#start;
    for (const id of turn.joined) this.#announceJoined(id);
    const late = turn.pending.splice(0);
    const lateIds = late.flatMap(({ id }) => id ?? []);
    const ended = [turn.id, ...turn.joined].filter((id) => !lateIds.includes(id));
    for (const id of ended) log.emit({ type: "turnCompleted", turnId: id, outcome });
    this.#state = { type: "idle" };
    if (late.length > 0)
      this.#waiting.unshift(
        this.#lateTurn(
          late.flatMap(({ input }) => input),
          lateIds,
        ),
      );
    if (this.#closing) this.#dropWaiting();
    const next = this.#waiting.shift();
    if (next !== undefined) this.#begin(next);
  }

  /** Input that came after the last look of a turn gets one of its own, under the first id that was given to it. */
  #lateTurn(input: readonly UserInput[], [id, ...joined]: readonly TurnId[]): TurnOrder {
    const access = this.#services.modelAccess(this.#settings, this.#start.config);
    const announced = id !== undefined;
    return {
      id: id ?? this.#newTurnId(),
      work: { type: "input", input, outputSchema: null, continues: null },
      access,
      limits: null,
      announced,
      joined,
    };
  }

  /** Ends the turns that will not begin any more, because the thread closes. */
  #dropWaiting(): void {
    const { log } = this.#start;
    for (const { id, work, joined, announced } of this.#waiting.splice(0)) {
      if (!announced) log.emit(startOf({ id, work }));
      for (const ended of [id, ...joined]) {
        log.emit({ type: "turnCompleted", turnId: ended, outcome: { status: "interrupted" } });
      }
    }
  }
}
