import { foldEvents, toWireTurn, type StoredEvent } from "@heddle/core";
import type { Turn } from "@heddle/protocol";

/** The turns that a log adds up to: what `thread/resume` answers with, and what clients saw live. */
export function turnsOf(log: readonly StoredEvent[]): Turn[] {
  return foldEvents(log).turns.map((turn) => toWireTurn(turn, null));
}
