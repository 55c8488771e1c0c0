import type { ResponseItem } from "@heddle/models";
import {
  threadId,
  type GitInfo,
  type SessionSource,
  type ThreadId,
  type ThreadTokenUsage,
  type Turn,
  type TurnId,
} from "@heddle/protocol";
import { EngineError } from "../engine-error.ts";
import { decodeSessionMeta } from "../rollout/session-meta.ts";
import { rebuildHistory } from "../rollout/model-history.ts";
import { previewOf } from "../rollout/preview.ts";
import { readRollout, type RolloutLine } from "../rollout/reader.ts";
import { readReferenceTurns, readReferenceUsage } from "../rollout/reference-codec.ts";
import { RolloutError } from "../rollout/rollout-error.ts";
import { decodeEvent, decodeResponseItem, decodeSurroundings, type Surroundings } from "./decode-lines.ts";
import type { StoredEvent } from "./events.ts";
import { foldEvents, toWireTurn, type FoldedTurn } from "./fold.ts";

/** What a rollout says about its thread. */
export interface RestoredThread {
  readonly id: ThreadId;
  readonly createdAt: Date;
  readonly source: SessionSource;
  readonly gitInfo: GitInfo | null;
  readonly preview: string;
  readonly history: readonly ResponseItem[];
  readonly usage: ThreadTokenUsage | null;
  /** What the model was told last about its surroundings; null when nothing is recorded. */
  readonly surroundings: Surroundings | null;
  /** The number of the next turn: above every number that the thread has had. */
  readonly nextTurn: number;
  /** Lines that could not be read; the rest of the thread is there. */
  readonly skippedLines: number;
  /** The turns in wire form; `running` is the turn that this process runs at the moment, if any. */
  turns(running: TurnId | null): Turn[];
}

/**
 * Reads a thread from its rollout: our own lines, those of the reference, or both in one file.
 * @throws EngineError `unreadableRollout` with the place and the reason.
 */
export async function restoreThread(path: string): Promise<RestoredThread> {
  const { lines, skipped } = await readRollout(path).catch((error: unknown) => {
    if (!(error instanceof RolloutError)) throw error;
    throw new EngineError({ kind: "unreadableRollout", path, reason: error.message }, { cause: error });
  });
  const meta = firstMeta(lines);
  if (meta === null) throw new EngineError({ kind: "unreadableRollout", path, reason: "no session_meta line" });
  const events = lines.flatMap(({ type, payload }): StoredEvent[] => {
    const event = type === "event" ? decodeEvent(payload) : null;
    return event === null ? [] : [event];
  });
  const folded = foldEvents(events);
  const older = readReferenceTurns(lines);
  return {
    id: threadId(meta.id),
    createdAt: meta.createdAt ?? new Date(0),
    source: meta.source,
    gitInfo: meta.gitInfo,
    preview: previewIn(older, folded.turns),
    history: rebuildHistory(lines, decodeResponseItem),
    usage: folded.usage ?? readReferenceUsage(lines),
    surroundings: lastSurroundings(lines),
    nextTurn: nextNumber(folded.turns, older.length),
    skippedLines: skipped,
    turns: (running) => [...older, ...folded.turns.map((turn) => toWireTurn(turn, running))],
  };
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

function lastSurroundings(lines: readonly RolloutLine[]): Surroundings | null {
  const line = lines.findLast(({ type }) => type === "turn_context");
  return line === undefined ? null : decodeSurroundings(line.payload);
}

function nextNumber(turns: readonly FoldedTurn[], older: number): number {
  const numbers = turns.map(({ id }) => Number(id)).filter(Number.isSafeInteger);
  return Math.max(older, ...numbers.map((number) => number + 1));
}
