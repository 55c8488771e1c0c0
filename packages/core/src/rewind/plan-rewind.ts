import type { TurnId } from "@heddle/protocol";
import { sameVersion, type ChangeSet, type FileVersion } from "./file-version.ts";

/** What one command or patch of a turn has changed, as the log names it and the store has it. */
export interface TurnChanges {
  readonly turnId: TurnId;
  /** Null: not in the store any more. */
  readonly set: ChangeSet | null;
}

/** A file that is to become what it was. */
export interface FileRewind {
  /** Absolute. */
  readonly path: string;
  readonly from: FileVersion | null;
  readonly to: FileVersion | null;
}

/** A file that is left alone, and with it all others: nothing is overwritten that somebody else may need. */
export interface RewindConflict {
  readonly path: string;
  /**
   * `changedSince`: it is not what the turns left; `changedBetween`: somebody else changed it between two changes of the
   * turns; `notKept`: what it was is not in the store, as it was too large or is too long ago.
   */
  readonly reason: "changedSince" | "changedBetween" | "notKept";
}

/** What taking turns back would do. */
export interface RewindPlan {
  /** The turns whose changes are taken back, oldest first; empty when there is nothing to take back. */
  readonly turnIds: readonly TurnId[];
  readonly files: readonly FileRewind[];
  /** Folders that the turns made: removed when nothing else is in them. Those inside before those above. */
  readonly folders: readonly string[];
  readonly conflicts: readonly RewindConflict[];
  /** Turns whose changes are not in the store any more. */
  readonly forgotten: readonly TurnId[];
}

interface Chain {
  readonly path: string;
  readonly before: FileVersion | null;
  readonly after: FileVersion | null;
  readonly broken: boolean;
}

/**
 * Works out how the files get back to what they were before the first of these changes.
 * @param current what stands at a path now; `"other"` for what is neither file nor link.
 */
export function planRewind(
  changes: readonly TurnChanges[],
  current: (path: string) => FileVersion | "other" | null,
): RewindPlan {
  const files: FileRewind[] = [];
  const conflicts: RewindConflict[] = [];
  for (const { path, before, after, broken } of chains(changes)) {
    const now = current(path);
    // Somebody has taken it back already, or the turns did themselves.
    if (now !== "other" && sameVersion(now, before)) continue;
    if (now === "other" || !sameVersion(now, after)) conflicts.push({ path, reason: "changedSince" });
    else if (broken) conflicts.push({ path, reason: "changedBetween" });
    else if (before !== null && before.blob === null) conflicts.push({ path, reason: "notKept" });
    else files.push({ path, from: now, to: before });
  }
  const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => (a.path < b.path ? -1 : 1);
  const turnsOf = (wanted: (change: TurnChanges) => boolean): TurnId[] => [
    ...new Set(changes.filter(wanted).map(({ turnId }) => turnId)),
  ];
  return {
    turnIds: turnsOf(() => true),
    files: files.toSorted(byPath),
    folders: [...new Set(changes.flatMap(({ set }) => set?.newFolders ?? []))].toSorted().toReversed(),
    conflicts: conflicts.toSorted(byPath),
    forgotten: turnsOf(({ set }) => set === null),
  };
}

/** For each file the first state before and the last one after, and whether what lies between fits together. */
function chains(changes: readonly TurnChanges[]): Iterable<Chain> {
  const byPath = new Map<string, Chain>();
  for (const { set } of changes) {
    for (const { path, before, after } of set?.files ?? []) {
      const known = byPath.get(path);
      if (known === undefined) byPath.set(path, { path, before, after, broken: false });
      else byPath.set(path, { ...known, after, broken: known.broken || !sameVersion(known.after, before) });
    }
  }
  return byPath.values();
}
