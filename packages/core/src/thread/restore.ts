import type { ResponseItem } from "@heddle/models";
import {
  threadId,
  type GitInfo,
  type JsonValue,
  type SessionSource,
  type ThreadId,
  type ThreadTokenUsage,
  type Turn,
  type TurnId,
} from "@heddle/protocol";
import { EngineError } from "../engine-error.ts";
import { addSpent, NOTHING_SPENT, type Spent } from "../limits/limit.ts";
import { decodeSessionMeta } from "../rollout/session-meta.ts";
import { fieldsOf, textOf } from "../rollout/json.ts";
import { rebuildHistory } from "../rollout/model-history.ts";
import { previewOf } from "../rollout/preview.ts";
import { readRollout, type Rollout, type RolloutLine } from "../rollout/reader.ts";
import { readReferenceTurns, readReferenceUsage } from "../rollout/reference-codec.ts";
import { RolloutError } from "../rollout/rollout-error.ts";
import { withoutReverted } from "../rollout/turn-lines.ts";
import { decodeResponseItem } from "./decode-item.ts";
import { decodeEvent, decodeSurroundings, type Surroundings } from "./decode-lines.ts";
import type { StoredEvent } from "./events.ts";
import { unfinishedTurn, type UnfinishedTurn } from "./unfinished-turn.ts";
import { foldEvents, toWireTurn, type FoldedTurn, type RunningItems } from "./fold.ts";

/** What a rollout says about its thread. */
export interface RestoredThread {
  readonly id: ThreadId;
  readonly createdAt: Date;
  readonly source: SessionSource;
  readonly gitInfo: GitInfo | null;
  /** The thread that this one was copied from; null for one of its own. */
  readonly forkedFrom: ThreadId | null;
  readonly preview: string;
  /** Descriptions of tools that the client provides, as they were written. */
  readonly dynamicTools: readonly JsonValue[];
  /** What its user and project told it when it began. */
  readonly userInstructions: string | null;
  readonly history: readonly ResponseItem[];
  readonly usage: ThreadTokenUsage | null;
  /** What its turns have used, those that were taken back too. */
  readonly spent: Spent;
  /** What the model was told last about its surroundings; null when nothing is recorded. */
  readonly surroundings: Surroundings | null;
  /** The model of the last turn; null when nothing is recorded. */
  readonly model: string | null;
  /** The last turn, if its process ended in the middle of it, or is another one that still runs it. */
  readonly unfinished: UnfinishedTurn | null;
  /** The number of the next turn: above every number that the thread has had. */
  readonly nextTurn: number;
  /** Lines that could not be read; the rest of the thread is there. */
  readonly skippedLines: number;
  /** The turns in wire form; `running` is the turn that this process runs at the moment, if any. See `toWireTurn`. */
  turns(running: TurnId | null, isRunning?: RunningItems): Turn[];
}

/**
 * Reads a thread from its rollout: our own lines, those of the reference, or both in one file.
 * @throws EngineError `unreadableRollout` with the place and the reason.
 */
export async function restoreThread(path: string): Promise<RestoredThread> {
  return restoreLines(await readThreadLines(path), path);
}

/** All lines of a thread's rollout. @throws EngineError `unreadableRollout`. */
export async function readThreadLines(path: string): Promise<Rollout> {
  try {
    return await readRollout(path);
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    throw new EngineError({ kind: "unreadableRollout", path, reason: error.message }, { cause: error });
  }
}

/** What the lines of a rollout add up to. @throws EngineError `unreadableRollout` when none says which thread it is. */
export function restoreLines({ lines: all, skipped }: Rollout, path: string): RestoredThread {
  const meta = firstMeta(all);
  if (meta === null) throw new EngineError({ kind: "unreadableRollout", path, reason: "no session_meta line" });
  const allEvents = eventsIn(all);
  const isWhole = !allEvents.some(({ type }) => type === "threadReverted");
  const lines = isWhole ? all : withoutReverted(all);
  const events = isWhole ? allEvents : eventsIn(lines);
  const folded = foldEvents(events);
  const older = readReferenceTurns(lines);
  const unfinished = unfinishedTurn(lines, folded.turns, events);
  const continuable = unfinished?.continuable === true ? unfinished.id : null;
  return {
    id: threadId(meta.id),
    createdAt: meta.createdAt ?? new Date(0),
    source: meta.source,
    gitInfo: meta.gitInfo,
    forkedFrom: meta.forkedFrom === null ? null : threadId(meta.forkedFrom),
    preview: previewIn(older, folded.turns),
    dynamicTools: meta.dynamicTools,
    userInstructions: meta.instructions,
    history: rebuildHistory(lines, decodeResponseItem),
    usage: folded.usage ?? readReferenceUsage(lines),
    spent: spentIn(allEvents),
    surroundings: lastSurroundings(lines),
    model: lastModel(lines),
    unfinished,
    nextTurn: nextNumber(allEvents, older.length),
    skippedLines: skipped,
    turns: (running, isRunning) => [
      ...older,
      ...folded.turns.map((turn) => {
        const wire = toWireTurn(turn, running, isRunning);
        return turn.id === continuable && turn.id !== running ? { ...wire, continuable: true } : wire;
      }),
    ],
  };
}

/** The stored events among the lines of a rollout, in order. */
export function eventsIn(lines: readonly RolloutLine[]): StoredEvent[] {
  return lines.flatMap(({ type, payload }): StoredEvent[] => {
    const event = type === "event" ? decodeEvent(payload) : null;
    return event === null ? [] : [event];
  });
}

function firstMeta(lines: readonly RolloutLine[]): ReturnType<typeof decodeSessionMeta> {
  const line = lines.find(({ type }) => type === "session_meta");
  return line === undefined ? null : decodeSessionMeta(line);
}

function previewIn(older: readonly Turn[], turns: readonly FoldedTurn[]): string {
  for (const { items } of [...older, ...turns]) {
    for (const item of items) if (item.type === "userMessage") return previewOf(item.content);
  }
  return "";
}

function lastModel(lines: readonly RolloutLine[]): string | null {
  const line = lines.findLast(({ type }) => type === "turn_context");
  return line === undefined ? null : textOf(fieldsOf(line.payload)["model"]);
}

function lastSurroundings(lines: readonly RolloutLine[]): Surroundings | null {
  const line = lines.findLast(({ type }) => type === "turn_context");
  return line === undefined ? null : decodeSurroundings(line.payload);
}

/** Each turn tells again and again what it has used; the last word counts. */
function spentIn(events: readonly StoredEvent[]): Spent {
  const byTurn = new Map<TurnId, Spent>();
  for (const event of events) if (event.type === "stepEnded") byTurn.set(event.turnId, event.spent);
  return [...byTurn.values()].reduce(addSpent, NOTHING_SPENT);
}

/** Counted over all events: a turn that was taken back keeps its number. */
function nextNumber(events: readonly StoredEvent[], older: number): number {
  let next = older;
  for (const event of events) {
    const number = event.type === "turnStarted" ? Number(event.turnId) : Number.NaN;
    if (Number.isSafeInteger(number)) next = Math.max(next, number + 1);
  }
  return next;
}
