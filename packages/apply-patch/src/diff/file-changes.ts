import type { PatchPlan, PlannedChange } from "../plan/plan.ts";
import { unifiedDiff } from "./unified.ts";

/** One entry of a `fileChange` item's `changes`, in the wire's spelling. Declared here structurally. */
export interface FileUpdateChange {
  readonly path: string;
  readonly kind: PatchChangeKind;
  readonly diff: string;
}

/** What happens to a file, in the wire's spelling. */
export type PatchChangeKind =
  | { readonly type: "add" }
  | { readonly type: "delete" }
  | { readonly type: "update"; readonly move_path: string | null };

/**
 * A plan as the changes of a `fileChange` item, sorted by path. `diff` is the content of an added or deleted file; for
 * an updated one the hunks with one line of context, and where it goes when it moves. Source: app-server spec, section 6.
 */
export function toFileChanges(plan: Pick<PatchPlan, "changes">): FileUpdateChange[] {
  return plan.changes.map(toFileChange).toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

function toFileChange({ path, kind, movePath, oldText, newText }: PlannedChange): FileUpdateChange {
  switch (kind) {
    case "add":
      return { path, kind: { type: "add" }, diff: newText ?? "" };
    case "delete":
      return { path, kind: { type: "delete" }, diff: oldText ?? "(binary file)\n" };
    case "update": {
      const hunks = unifiedDiff(oldText ?? "", newText ?? "", { context: 1 });
      const diff = movePath === null ? hunks : `${hunks}\n\nMoved to: ${movePath}`;
      return { path, kind: { type: "update", move_path: movePath }, diff };
    }
  }
}
