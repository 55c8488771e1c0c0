import type { ThreadRewindFilesResponse } from "@heddle/protocol";
import { relative } from "node:path";
import { visibleText } from "../exec/visible-text.ts";

const MARKS = { add: "A", delete: "D", update: "M" } as const;
const REASONS = {
  changedSince: "was changed since",
  changedBetween: "was changed by somebody else in between",
  notKept: "is not kept as it was: too large, or too long ago",
} as const;

/** What `heddle undo` has done, or would do, for a person. Names of files are shown so that they cannot act. */
export function describeUndo(answer: ThreadRewindFilesResponse, { cwd }: { readonly cwd: string }): string {
  const shown = (path: string): string => {
    const inside = relative(cwd, path);
    return visibleText(inside.startsWith("..") ? path : inside);
  };
  const { status, reason, turnIds, files, conflicts, forgottenTurnIds, diff } = answer;
  const changed = files.map(({ path, kind }) => `  ${MARKS[kind]} ${shown(path)}`);
  const turns = turnIds.length === 1 ? `turn ${turnIds[0]}` : `turns ${turnIds.join(", ")}`;
  const forgotten =
    forgottenTurnIds.length === 0 ? [] : [`not kept any more: what changed in turn ${forgottenTurnIds.join(", ")}`];
  const lines = (() => {
    switch (status) {
      case "done":
        return [`took back what changed in ${turns}:`, ...changed];
      case "planned":
        return [
          `would take back what changed in ${turns}:`,
          ...changed,
          ...(diff === "" ? [] : ["", visibleText(diff).trimEnd()]),
        ];
      case "refused":
        return [
          `Error: nothing was taken back, since these files would lose something:`,
          ...conflicts.map(({ path, reason: why }) => `  ${shown(path)} ${REASONS[why]}`),
          "Put them aside or take them back yourself (`--dry-run` shows the rest), then try again.",
        ];
      case "failed":
        return [`Error: nothing was taken back: ${visibleText(reason ?? "unknown reason")}`];
      case "nothingToDo":
        return ["nothing to take back: no turn has changed a file that is not as it was"];
    }
  })();
  return `${[...lines, ...forgotten].join("\n")}\n`;
}
