import type { JsonObject } from "@heddle/protocol";
import { fieldsOf, textOf } from "./json.ts";
import type { RolloutLine } from "./reader.ts";
import { referenceTurnStarts } from "./reference-codec.ts";

/** Turns that ran together, with the place where they begin: a turn that joined another one has no lines of its own. */
interface TurnGroup {
  readonly ids: string[];
  /** Index of the first line. */
  readonly start: number;
}

/** What is left of a thread without its last turns. */
export interface LinesBefore {
  readonly lines: readonly RolloutLine[];
  /** The first turn that is gone: the one that was named, or the one that it had joined. */
  readonly firstTurn: string;
}

/**
 * The lines up to, and without, those of a turn; null when the thread has no such turn. Turns that joined each other
 * are cut away together.
 */
export function linesBeforeTurn(lines: readonly RolloutLine[], turnId: string): LinesBefore | null {
  const group = turnGroups(lines).find(({ ids }) => ids.includes(turnId));
  return group === undefined ? null : { lines: lines.slice(0, group.start), firstTurn: group.ids[0] ?? turnId };
}

/** The lines up to the last one of a turn and of those that joined it; null when the thread has no such turn. */
export function linesThroughTurn(lines: readonly RolloutLine[], turnId: string): readonly RolloutLine[] | null {
  const groups = turnGroups(lines);
  const at = groups.findIndex(({ ids }) => ids.includes(turnId));
  return at === -1 ? null : lines.slice(0, groups[at + 1]?.start);
}

/** The last turn and those that joined it, the one that began first; empty when there is none. */
export function lastTurns(lines: readonly RolloutLine[]): readonly string[] {
  return turnGroups(lines).at(-1)?.ids ?? [];
}

/** The lines that count: what a revert has cut away is still in the file, and in the thread no more. */
export function withoutReverted(lines: readonly RolloutLine[]): readonly RolloutLine[] {
  let kept: RolloutLine[] = [];
  for (const line of lines) {
    const { type, turnId } = eventOf(line);
    if (type === "threadReverted") kept = [...(linesBeforeTurn(kept, textOf(turnId) ?? "")?.lines ?? kept)];
    else kept.push(line);
  }
  return kept;
}

/** The turns of a rollout, ours and the reference's, in the order of its lines. */
function turnGroups(lines: readonly RolloutLine[]): TurnGroup[] {
  const groups: TurnGroup[] = referenceTurnStarts(lines).map(({ id, line: start }) => ({ ids: [id], start }));
  const running = new Set<string>();
  for (const [at, line] of lines.entries()) {
    const { type, turnId } = eventOf(line);
    const id = textOf(turnId) ?? "";
    if (type === "turnCompleted") running.delete(id);
    if (type !== "turnStarted") continue;
    const last = groups.at(-1);
    if (last !== undefined && (last.ids.includes(id) || (running.size > 0 && !beginsTurn(lines, at)))) {
      if (!last.ids.includes(id)) last.ids.push(id);
    } else {
      groups.push({ ids: [id], start: at });
      running.clear(); // what a crash has left open runs no more
    }
    running.add(id);
  }
  return groups;
}

/** A turn that joins another one is not told its settings anew. */
function beginsTurn(lines: readonly RolloutLine[], started: number): boolean {
  return lines[started + 1]?.type === "turn_context";
}

function eventOf({ type, payload }: RolloutLine): JsonObject {
  return type === "event" ? fieldsOf(fieldsOf(payload)["event"]) : {};
}
