import type { JsonValue, TurnId } from "@heddle/protocol";
import { assertNever } from "../assert-never.ts";
import { linesBeforeMessage } from "../rollout/fork.ts";
import type { RolloutLine } from "../rollout/reader.ts";
import { linesBeforeTurn, linesThroughTurn, withoutReverted } from "../rollout/turn-lines.ts";
import { encodeEvent } from "./codec.ts";
import { decodeResponseItem } from "./decode-item.ts";
import { decodeEvent } from "./decode-lines.ts";
import type { StoredEvent } from "./events.ts";
import { cutOffItem, foldEvents, type FoldedTurn } from "./fold.ts";
import { eventsIn } from "./restore.ts";

/** How much of a thread its copy begins with. Turns that joined each other stay together. */
export type ForkEnd =
  | { readonly type: "whole" }
  | { readonly type: "beforeTurn"; readonly turnId: TurnId }
  | { readonly type: "throughTurn"; readonly turnId: TurnId }
  /** Up to the user message of this number, counted from 0; nothing when there are not so many. */
  | { readonly type: "beforeMessage"; readonly index: number };

/**
 * The lines of a copy, behind its own `session_meta`; null when the thread has no such turn. A turn that runs, or that
 * a crash has cut off, ends in the copy as interrupted: it goes on in one place only.
 * Source: engine spec, section 21.4.
 */
export function forkedLines(lines: readonly RolloutLine[], end: ForkEnd, now: Date): readonly RolloutLine[] | null {
  const copied = cut(withoutReverted(lines), end)?.filter((line) => !isStepEnd(line)) ?? null;
  if (copied === null) return null;
  const timestamp = now.toISOString();
  const ends = foldEvents(eventsIn(copied)).turns.flatMap(endOf);
  return [...copied, ...ends.map((event) => ({ timestamp, type: "event", payload: payloadOf(event) }))];
}

/** What the other thread has used does not count for this one. */
function isStepEnd(line: RolloutLine): boolean {
  return line.type === "event" && decodeEvent(line.payload)?.type === "stepEnded";
}

function cut(lines: readonly RolloutLine[], end: ForkEnd): readonly RolloutLine[] | null {
  switch (end.type) {
    case "whole":
      return lines;
    case "beforeTurn":
      return linesBeforeTurn(lines, end.turnId)?.lines ?? null;
    case "throughTurn":
      return linesThroughTurn(lines, end.turnId);
    case "beforeMessage":
      return linesBeforeMessage(lines, end.index, decodeResponseItem);
    default:
      return assertNever(end);
  }
}

function endOf({ id: turnId, items, end }: FoldedTurn): StoredEvent[] {
  if (end.type === "ended") return [];
  const closed = items.map(cutOffItem).filter((item, at) => item !== items[at]);
  return [
    ...closed.map((item): StoredEvent => ({ type: "itemCompleted", turnId, item })),
    { type: "turnCompleted", turnId, outcome: { status: "interrupted" } },
  ];
}

/** An event in the form in which it would be read again. */
function payloadOf(event: StoredEvent): JsonValue {
  const payload: JsonValue = JSON.parse(JSON.stringify(encodeEvent(event).payload));
  return payload;
}
